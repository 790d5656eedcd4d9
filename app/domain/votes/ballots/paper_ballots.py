"""Paper ballots: typed in for a code, a serial or an organisation, until the result of a vote is shown.

A unit that has answered already is never overruled by itself: whoever enters the paper says whether it
replaces the answer before it or is discarded. There are never more ballots than may answer.
"""

from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from app.domain import codes, submissions
from app.domain.submissions import Stamp
from app.domain.votes import lookup
from app.domain.votes.ballots import (
    ballot_rows,
    ballot_writes,
    electorates,
    organisation_ballots,
    paper_entries,
    paper_units,
)
from app.domain.votes.ballots.ballot_rows import BallotView
from app.domain.votes.ballots.paper_entries import EarlierEntry, EntryOutcome
from app.domain.votes.ballots.paper_units import Unit
from app.domain.votes.types import registry
from app.domain.votes.types.question import Form
from app.domain.who import Who
from app.errors import Refused
from app.models import Ballot, Vote
from app.models.base import moment


def enter(session: Session, who: Who, vote_id: int, form: Form, stamp: Stamp) -> EntryOutcome:
    """A paper ballot. Fields: those of the ballot, and `code` (personal), `serial` or `organisation` (an id);
    `on_conflict` = "replace" or "discard" answers the question a collision asks. Where what it collided with
    is gone by then, the paper counts.

    Refused as `paper_entries.require_accepts_paper` and `paper_units.unit_of` say, `Refused("vote_changed")`,
    or by the type of vote; `RefusedAndLogged("paper_above_electorate")` or `"paper_on_sheet"` where there
    would be more ballots than people.
    """
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    if delivered := submissions.earlier_delivery(session, who, stamp):
        return _repeated_outcome(session, delivered.row_id)
    paper_entries.require_accepts_paper(vote)
    if form.get("version", str(vote.version)) != str(vote.version):
        raise Refused("vote_changed")
    choice = paper_entries.conflict_choice(form)
    unit = paper_units.unit_of(session, who, vote, form)
    answers = registry.type_of(vote.type).read(lookup.question_of(session, vote), form)
    reason = lookup.reason_of(vote, form)
    earlier = _colliding_ballots(session, vote, unit)
    if earlier and not choice:
        return EntryOutcome("asks", _earlier_entry(earlier[-1]))
    if earlier and choice == "discard":
        return paper_entries.log_discarded(session, who, vote, stamp, "paper ballot discarded")
    if not earlier and (
        full := electorates.refusal_if_full(session, vote, 1)
        or electorates.refusal_if_table_full(session, vote.id, unit.seat, "paper_on_sheet")
    ):
        paper_entries.log_and_refuse(session, who, vote, full, "paper ballot refused")
    ballot_writes.set_standing(session, [each.id for each in earlier], "set aside")
    receipt = codes.receipt() if vote.receipts else None
    columns = {"sequence": stamp.sequence, "reason": reason, "receipt": receipt}
    ballot_id = _write_ballot(session, who, vote, unit, columns)
    ballot_writes.replace_answers(session, vote.id, ballot_id, answers)
    submissions.remember(session, who, stamp, ballot_id, vote_id=vote.id)
    facts = {"replaced": earlier[-1].channel} if earlier else {}
    paper_entries.log_and_announce(session, who, vote, "paper ballot entered", **facts)
    return EntryOutcome("entered", receipt=receipt)


def withdraw(session: Session, who: Who, vote_id: int, ballot_id: int) -> None:
    """Take back a paper ballot entered by mistake (a scribe only their own). What phones said before it
    counts again; its serial may be entered once more. Doing it twice changes nothing. `Refused("not_found")`
    for a ballot of another link or vote, and as `paper_entries.require_accepts_paper` says."""
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    ballot = session.get(Ballot, ballot_id)
    if ballot is None or ballot.vote_id != vote.id or ballot.channel != "paper":
        raise Refused("not_found")
    paper_entries.require_own(who, ballot.entered_by)
    paper_entries.require_accepts_paper(vote)
    if ballot.standing == "set aside":
        return
    ballot_writes.set_standing(session, [ballot.id], "set aside")
    if ballot.elector_id is not None:
        _restore_phone_ballots(session, who, vote, ballot.elector_id)
    paper_entries.log_and_announce(session, who, vote, "paper ballot withdrawn")


def _repeated_outcome(session: Session, ballot_id: int | None) -> EntryOutcome:
    if ballot_id is None:
        return EntryOutcome("discarded")
    receipt = select(Ballot.receipt).where(Ballot.id == ballot_id)
    return EntryOutcome("entered", receipt=session.exec(receipt).first())


def _colliding_ballots(session: Session, vote: Vote, unit: Unit) -> list[BallotView]:
    """What a paper collides with: the ballot that counts, or several where an organisation's differ."""
    if unit.elector_id is None:
        return []
    every = ballot_rows.ballots_of_elector(session, vote.id, unit.elector_id)
    return [each for each in every if each.standing != "set aside"]


def _earlier_entry(earlier: BallotView) -> EarlierEntry:
    return EarlierEntry(earlier.channel, earlier.cast_at, earlier.standing == "contested")


def _write_ballot(session: Session, who: Who, vote: Vote, unit: Unit, columns: dict[str, Any]) -> int:
    values = {
        "vote_id": vote.id,
        "elector_id": unit.elector_id,
        "serial": unit.serial,
        "channel": "paper",
        "standing": "counted",
        "cast_at": moment(),
        "entered_by": who.link_id,
        "table_id": unit.table_id,
        "sector": unit.sector,
        "role_id": unit.role_id,
        **columns,
    }
    # A serial taken back keeps its row, so that the same serial is one ballot however often it is entered.
    same = (col(Ballot.vote_id) == vote.id) & (col(Ballot.serial) == unit.serial)
    withdrawn = update(Ballot).where(same).values(**values).returning(col(Ballot.id))
    ballot_id = session.connection().execute(withdrawn).scalar() if unit.serial else None
    if ballot_id is not None:
        return ballot_id
    return session.connection().execute(insert(Ballot).returning(col(Ballot.id)), values).scalar_one()


def _restore_phone_ballots(session: Session, who: Who, vote: Vote, elector_id: int) -> None:
    if vote.unit == "organisations":
        organisation_ballots.choose_again(session, who, vote.id, elector_id)
        return
    before = [
        each
        for each in ballot_rows.ballots_of_elector(session, vote.id, elector_id)
        if each.channel == "phone"
    ]
    ballot_writes.set_standing(session, [each.id for each in before[-1:]], "counted")
