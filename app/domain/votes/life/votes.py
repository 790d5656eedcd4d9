"""Votes: a question put to the room, and its life from draft to result (for its end see make_final)."""

from sqlalchemy import bindparam, delete
from sqlmodel import Session, col, select

from app.domain import log
from app.domain.agenda import projectors, running_order
from app.domain.votes import lookup
from app.domain.votes.ballots import ballot_counts
from app.domain.votes.life import electors
from app.domain.votes.results import pair_rows, text_notes, ties, turnout_counts
from app.domain.votes.time import closings
from app.domain.votes.types import registry
from app.domain.who import Who
from app.errors import Refused
from app.models import Elector, Vote
from app.models.base import moment

OF_ITEM = (
    select(Vote)
    .where(col(Vote.item_id) == bindparam("item_id"), col(Vote.removed_at).is_(None))
    .order_by(col(Vote.id))
)


def open(session: Session, who: Who, vote_id: int) -> None:
    """Open (or re-open) a vote: it goes on stage, its result is hidden (on frozen screens too), its
    electorate is frozen and counted at the first opening and kept at later ones.

    `Refused("item_not_current")` unless the room is in its item, `Refused("vote_final")` once it is final,
    and as by `running_workshop`, `pair_rows.require_other_not_final` and the `check` of its type.
    """
    running_order.running_workshop(session, who)
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
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
        vote.electorate_size, vote.first_opened_at = electors.freeze(session, vote), now
    was_shown = lookup.is_shown(vote)
    vote.state, vote.opened_at, vote.closed_at, vote.revealed_at = "open", now, None, None
    vote.staged_at, vote.turn = now, vote.turn + 1
    closings.schedule_closing(session, vote, now)
    log.record(session, who, what, vote, *text_notes.hide_wall(session, vote), undoable=True)
    if was_shown:
        projectors.thaw(session, who)


def admit_late(session: Session, who: Who, vote_id: int) -> int:
    """Let those who joined after the opening answer too; returns how many were admitted. Refused as by
    `lookup.require_open`."""
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    lookup.require_open(vote)
    before = vote.electorate_size or 0
    vote.electorate_size = electors.freeze(session, vote)
    vote.turn += 1
    log.record(session, who, "electorate frozen again", vote)
    return vote.electorate_size - before


def reveal(session: Session, who: Who, vote_id: int) -> None:
    """Show the result of a vote on every screen, `Refused("vote_not_closed")` unless it is closed or final:
    with the lot where ties are broken by one, and of free text with the notes that the answers become."""
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    if lookup.is_shown(vote):
        return
    if vote.state not in ("closed", "final"):
        raise Refused("vote_not_closed")
    ties.draw(session, who, vote)
    walls = text_notes.show_wall(session, who, vote)
    vote.state = "revealed" if vote.state == "closed" else vote.state
    vote.revealed_at, vote.turn = moment(), vote.turn + 1
    cast = ballot_counts.counted(session, vote_id) + turnout_counts.on_sheets(session, vote_id)
    log.note(session, who, "result shown", "vote", vote.id, ballots=cast)
    log.record(session, who, "vote revealed", vote, *walls, undoable=True)


def stage(session: Session, who: Who, vote_id: int, on: bool) -> None:
    """Put a vote of the current item on stage, or take it off (the item's task shows instead).
    `Refused("item_not_current")` for a vote of another item."""
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    if on:
        _require_on_stage_item(session, vote)
    vote.staged_at = moment() if on else None
    log.record(session, who, "vote staged" if on else "vote taken off stage", vote, undoable=True)


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


def _require_on_stage_item(session: Session, vote: Vote) -> None:
    item = running_order.current_item(session, vote.workshop_id)
    if item is None or item.id != vote.item_id:
        raise Refused("item_not_current")
