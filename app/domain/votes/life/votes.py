"""Votes: a question put to the room, and its life from draft to result (for its end see make_final)."""

from typing import Any

from sqlalchemy import bindparam, delete, func, insert, literal, null
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.domain import log
from app.domain.agenda import projectors, running_order
from app.domain.select_rows import Readable
from app.domain.votes import lookup
from app.domain.votes.ballots import ballots
from app.domain.votes.forms import repeats, vote_forms, vote_settings
from app.domain.votes.forms.vote_settings import VoteSettings
from app.domain.votes.life import take_back
from app.domain.votes.results import ballot_counts, pair_rows, text_notes, ties
from app.domain.votes.time import closings
from app.domain.votes.types import registry
from app.domain.who import Who
from app.errors import Refused
from app.models import Elector, Option, Organisation, Participant, Vote
from app.models.base import moment

OF_ITEM = (
    select(Vote)
    .where(col(Vote.item_id) == bindparam("item_id"), col(Vote.removed_at).is_(None))
    .order_by(col(Vote.id))
)


log.register(Vote, "votes", log.Undoing(take_back.require, take_back.restored, text_notes.refresh_wall))


def open(session: Session, who: Who, vote_id: int) -> None:
    """Open (or re-open) a vote: it goes on stage, its result is hidden (on frozen screens too), its
    electorate is frozen and counted at the first opening and kept at later ones."""
    running_order.running(session, who)
    vote = _of(session, who, vote_id)
    _require_on_stage_item(session, vote)
    if vote.state == "final":
        raise Refused("vote_final")
    if vote.state == "open":
        return
    pair_rows.require_other_not_final(session, vote)
    registry.type_of(vote.type).check(lookup.question_of(session, vote))
    what, now = "vote opened" if vote.electorate_size is None else "vote reopened", moment()
    if vote.electorate_size is None:  # also after an undone opening, whose electorate goes
        session.connection().execute(delete(Elector).where(col(Elector.vote_id) == vote_id))
        vote.electorate_size, vote.first_opened_at = _freeze_electorate(session, vote), now
    was_shown = lookup.is_shown(vote)
    vote.state, vote.opened_at, vote.closed_at, vote.revealed_at = "open", now, None, None
    vote.staged_at, vote.turn = now, vote.turn + 1
    closings.begin(session, vote, now)
    log.record(session, who, what, vote, *text_notes.hide_wall(session, vote), undoable=True)
    if was_shown:
        projectors.thaw(session, who)


def admit_late(session: Session, who: Who, vote_id: int) -> int:
    """Let those who joined after the opening answer too; returns how many were admitted."""
    vote = _of(session, who, vote_id)
    lookup.require_open(vote)
    before = vote.electorate_size or 0
    vote.electorate_size = _freeze_electorate(session, vote)
    vote.turn += 1
    log.record(session, who, "electorate frozen again", vote)
    return vote.electorate_size - before


def reveal(session: Session, who: Who, vote_id: int) -> None:
    """Show the result of a closed vote on every screen (or of one that the end of the day made final unseen):
    with the lot where ties are broken by one, and of free text with the notes that the answers become."""
    vote = _of(session, who, vote_id)
    if lookup.is_shown(vote):
        return
    if vote.state not in ("closed", "final"):
        raise Refused("vote_not_closed")
    ties.draw(session, who, vote)
    walls = text_notes.show_wall(session, who, vote)
    vote.state = "revealed" if vote.state == "closed" else vote.state
    vote.revealed_at, vote.turn = moment(), vote.turn + 1
    cast = ballots.cast_count(session, vote_id) + ballot_counts.on_sheets(session, vote_id)
    log.note(session, who, "result shown", "vote", vote.id, ballots=cast)
    log.record(session, who, "vote revealed", vote, *walls, undoable=True)


def stage(session: Session, who: Who, vote_id: int, on: bool) -> None:
    """Put a vote of the current item on stage, or take it off (the item's task shows instead)."""
    vote = _of(session, who, vote_id)
    if on:
        _require_on_stage_item(session, vote)
    vote.staged_at = moment() if on else None
    log.record(session, who, "vote staged" if on else "vote taken off stage", vote, undoable=True)


def write(session: Session, who: Who, item_id: int, given: VoteSettings) -> Vote:
    """A new vote in any item, ahead or on stage, as a draft."""
    item = running_order.item_of(session, who, item_id)
    repeats.require_alike(session, who, given)
    return add(session, who, item.id, given, undoable=True)


def add(session: Session, who: Who, item_id: int, given: VoteSettings, undoable: bool = False) -> Vote:
    """The same without a question whether it fits what it repeats: what is laid out with a workshop does."""
    version = repeats.version_of_new_vote(session, given)
    vote = Vote(workshop_id=who.workshop_id, item_id=item_id, version=version, **given.columns)
    log.record(session, who, "vote made", vote, undoable=undoable)
    _set_options(session, vote, given)
    return vote


def copy(session: Session, who: Who, vote_id: int, item_id: int) -> Vote:
    """A new draft in any item with the settings of another vote, whatever has become of that one."""
    vote = _of(session, who, vote_id)
    form = vote_forms.of_vote(vote, lookup.question_of(session, vote))
    return write(session, who, item_id, vote_settings.read({**form, "repeats": ""}))


def edit(session: Session, who: Who, vote_id: int, given: VoteSettings) -> None:
    """Change a draft, and with it the drafts that ask it again; a vote that has been opened keeps the wording
    and the rules people answered under."""
    vote = _of(session, who, vote_id)
    if vote.state != "draft" or vote.electorate_size is not None:
        raise Refused("vote_not_draft")
    repeats.require_alike(session, who, given, vote_id)
    _rewrite(session, who, vote, given)


def remove(session: Session, who: Who, vote_id: int) -> None:
    """Take a draft out of its item."""
    vote = _of(session, who, vote_id)
    if vote.electorate_size is not None:
        raise Refused("vote_not_draft")
    vote.removed_at, vote.staged_at = moment(), None
    log.record(session, who, "vote removed", vote, undoable=True)


def of_item(session: Session, item_id: int) -> list[Vote]:
    """The votes of an item, in the order they were made."""
    return list(session.exec(OF_ITEM, params={"item_id": item_id}))


def of_workshop(session: Session, who: Who) -> list[Vote]:
    """Every vote of the workshop, in the order they were made."""
    query = select(Vote).where(Vote.workshop_id == who.workshop_id, col(Vote.removed_at).is_(None))
    return list(session.exec(query.order_by(col(Vote.id))))


def open_elsewhere(session: Session, workshop_id: int, item_id: int | None) -> list[Vote]:
    """Votes still open in an item the room has left."""
    query = select(Vote).where(Vote.workshop_id == workshop_id, Vote.state == "open", Vote.item_id != item_id)
    return list(session.exec(query))


def of(session: Session, who: Who, vote_id: int) -> Vote:
    """A vote of this workshop."""
    return lookup.vote_of(session, who, vote_id)


def late_units(session: Session, vote: Readable[Vote]) -> int:
    """How many present people (or their organisations) came too late for the electorate."""
    query = select(func.count()).select_from(_units(vote).subquery())
    return session.exec(query).one()


def _of(session: Session, who: Who, vote_id: int) -> Vote:
    return lookup.vote_of(session, who, vote_id, lock="exclusive")


def _require_on_stage_item(session: Session, vote: Vote) -> None:
    item = running_order.current(session, vote.workshop_id)
    if item is None or item.id != vote.item_id:
        raise Refused("item_not_current")


def _freeze_electorate(session: Session, vote: Vote) -> int:
    columns = ["vote_id", "participant_id", "organisation_id"]
    session.connection().execute(insert(Elector).from_select(columns, _units(vote)))
    return session.exec(select(func.count()).where(Elector.vote_id == vote.id)).one()


def _units(vote: Readable[Vote]) -> Any:
    """Those present who may answer and are not in the electorate yet: people, or the organisations they are
    with."""
    present = (col(Participant.workshop_id) == vote.workshop_id) & col(Participant.removed_at).is_(None)
    if vote.unit == "organisations":
        electors = select(Elector.organisation_id).where(Elector.vote_id == vote.id)
        members = select(Participant.organisation_id).where(present)
        return select_columns(literal(vote.id), null(), col(Organisation.id)).where(
            col(Organisation.id).in_(members), col(Organisation.id).not_in(electors)
        )
    electors = select(Elector.participant_id).where(Elector.vote_id == vote.id)
    return select_columns(literal(vote.id), col(Participant.id), null()).where(
        present, col(Participant.id).not_in(electors)
    )


def _rewrite(session: Session, who: Who, vote: Vote, given: VoteSettings) -> None:
    for name, value in given.columns.items():
        setattr(vote, name, value)
    vote.turn, vote.version = vote.turn + 1, vote.version + 1
    log.record(session, who, "vote edited", vote)
    _set_options(session, vote, given)
    for again in repeats.drafts(session, vote.id):
        _rewrite(
            session, who, again, VoteSettings(repeats.columns_followed(again, given.columns), given.options)
        )


def _set_options(session: Session, vote: Vote, given: VoteSettings) -> None:
    session.connection().execute(delete(Option).where(col(Option.vote_id) == vote.id))
    session.add_all(Option(vote_id=vote.id, **option) for option in given.options)
    session.flush()
