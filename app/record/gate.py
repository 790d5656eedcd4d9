"""The one gate of the record: it alone knows what may be shown to whom, and hands out nothing else."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.domain import log
from app.domain.notes import recorded_notes
from app.domain.people import tables
from app.domain.select_rows import Readable
from app.domain.stage import agenda_overview
from app.domain.stage.agenda_overview import AgendaOverview
from app.domain.who import Who
from app.domain.workshops import history
from app.models import Vote
from app.models.base import moment
from app.record import agenda, pads, walls
from app.record.day_lines import Day, LogLine
from app.record.lines import Record, line
from app.record.votes import votes
from app.record.votes.votes import ReaderRights


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
    order = agenda_overview.read(session, workshop_id)
    logged = log.lines(session, workshop_id)
    numbers = tables.numbers_by_id(session, workshop_id)
    recorded_walls = walls.wall_records(
        session, order, recorded_notes.notes_for_record(session, workshop_id, profile.sealed)
    )
    found = votes.vote_lines(session, order, logged, _may(order, profile))
    return Record(
        profile=profile.name,
        made_at=now,
        workshop=line(Day, order.workshop, rehearsal=order.workshop.rehearsal_of is not None),
        took_part=agenda.took_part(session, workshop_id, numbers),
        agenda=agenda.lines(order, history.visits_by_item(logged), now),
        votes=found.lines,
        walls=[each.wall for each in recorded_walls],
        clusters=[cluster for each in recorded_walls for cluster in each.cluster_lines()],
        notes=[note for each in recorded_walls for note in each.note_lines(numbers)],
        pads=pads.entries(session, order, numbers),
        moderation=walls.hidden_by_reason(recorded_walls),
        log=[_logged(entry) for entry in logged],
        questions=found.questions,
        tallies=found.tallies,
    )


def _may(order: AgendaOverview, profile: ReaderProfile) -> ReaderRights:
    day_over = order.workshop.state == "closed"

    def count(vote: Readable[Vote]) -> bool:
        # What the room has not been shown stays unseen while it could still sway anyone.
        return vote.revealed_at is not None or (day_over and vote.state in ("closed", "final"))

    def list_ballots(vote: Readable[Vote]) -> bool:
        return vote.state in ("revealed", "final")

    return ReaderRights(count, list_ballots, profile.names)


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
