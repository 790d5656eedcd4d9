"""The one gate of the record: it alone knows what may be shown to whom, and hands out nothing else."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.domain import log
from app.domain.notes import notes
from app.domain.people import tables
from app.domain.select_rows import Readable
from app.domain.stage import stage
from app.domain.stage.stage import RunningOrder
from app.domain.who import Who
from app.domain.workshops import history
from app.models import Vote
from app.models.base import moment
from app.record import agenda, pads, walls
from app.record.lines import Day, LogLine, Record, line
from app.record.votes import votes
from app.record.votes.votes import May


@dataclass(frozen=True, slots=True)
class ReaderProfile:
    """A kind of reader; notes hidden for a reason among `sealed` keep status and reason only; `names` says
    whether voters of named votes are told."""

    name: str
    sealed: frozenset[str]
    names: bool


PRIVATE = ReaderProfile("private", frozenset({"personal"}), names=True)
PROFILES = dict.fromkeys(("organiser", "lead", "cofacilitator"), PRIVATE)

# People are counts: which of them joined, moved or left is not in the log that leaves the house.
UNNAMED = frozenset({"participant", "organisation"})


def record(session: Session, who: Who) -> Record:
    """The record of this person's workshop, as far as they may see it.

    Raises KeyError for a role without a profile; the table of rights lets none come this far.
    """
    profile = PROFILES[who.role]
    now, workshop_id = moment(), who.workshop_id
    order = stage.planned_order(session, workshop_id)
    logged = log.lines(session, workshop_id)
    numbers = tables.numbers(session, workshop_id)
    boards = walls.boards(session, order, notes.recorded(session, workshop_id, profile.sealed))
    found = votes.read(session, order, logged, _may(order, profile))
    return Record(
        profile=profile.name,
        made_at=now,
        workshop=line(Day, order.workshop, rehearsal=order.workshop.rehearsal_of is not None),
        took_part=agenda.took_part(session, workshop_id, numbers),
        agenda=agenda.lines(order, history.stays(logged), now),
        votes=found.lines,
        walls=[board.wall for board in boards],
        clusters=[cluster for board in boards for cluster in board.clusters()],
        notes=[note for board in boards for note in board.notes(numbers)],
        pads=pads.entries(session, order, numbers),
        moderation=walls.moderation(boards),
        log=[_logged(entry) for entry in logged],
        questions=found.questions,
        tallies=found.tallies,
    )


def _may(order: RunningOrder, profile: ReaderProfile) -> May:
    day_over = order.workshop.state == "closed"

    def count(vote: Readable[Vote]) -> bool:
        # What the room has not been shown stays unseen while it could still sway anyone (R50).
        return vote.revealed_at is not None or (day_over and vote.state in ("closed", "final"))

    def list_ballots(vote: Readable[Vote]) -> bool:
        return vote.state in ("revealed", "final")

    return May(count, list_ballots, profile.names)


def _logged(entry: Any) -> LogLine:
    changes = entry.changes or {}
    facts = changes.get("note", {})
    return line(
        LogLine,
        entry,
        line=entry.id,
        link=entry.link_id,
        row=None if entry.row_kind in UNNAMED else entry.row_id,
        state=changes.get("state"),
        accepted=facts.get("accepted"),
        ballots=facts.get("ballots"),
    )
