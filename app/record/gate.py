"""The one gate of the record: it alone knows what may be shown to whom, and hands out nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.domain import log, pads
from app.domain.agenda import plan
from app.domain.notes import recorded_notes
from app.domain.people import attendance, tables
from app.domain.select_rows import Readable
from app.domain.stage import agenda_overview
from app.domain.stage.agenda_overview import AgendaOverview
from app.domain.who import Who
from app.domain.workshops import history
from app.domain.workshops.history import Span
from app.models import Vote
from app.models.base import moment
from app.record import walls
from app.record.day_lines import AttendanceLine, Day, ItemLine, LogLine, TableLine
from app.record.lines import Record, line
from app.record.votes import votes
from app.record.votes.votes import ReaderRights
from app.record.wall_lines import EntryLine


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of reader; notes hidden for a reason among `sealed` keep status and reason only; `names` says
    whether voters of named votes are told."""

    name: str
    sealed: frozenset[str]
    names: bool


PRIVATE = Profile("private", frozenset({"personal"}), names=True)
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
        took_part=_took_part(session, workshop_id, numbers),
        agenda=_agenda(order, history.visits_by_item(logged), now),
        votes=found.lines,
        walls=[each.wall for each in recorded_walls],
        clusters=[cluster for each in recorded_walls for cluster in each.cluster_lines()],
        notes=[note for each in recorded_walls for note in each.note_lines(numbers)],
        pads=_pads(session, order, numbers),
        moderation=walls.hidden_by_reason(recorded_walls),
        log=[_logged(entry) for entry in logged],
        questions=found.questions,
        tallies=found.tallies,
    )


def _may(order: AgendaOverview, profile: Profile) -> ReaderRights:
    day_over = order.workshop.state == "closed"

    def count(vote: Readable[Vote]) -> bool:
        # What the room has not been shown stays unseen while it could still sway anyone (R50).
        return vote.revealed_at is not None or (day_over and vote.state in ("closed", "final"))

    def list_ballots(vote: Readable[Vote]) -> bool:
        return vote.state in ("revealed", "final")

    return ReaderRights(count, list_ballots, profile.names)


def _took_part(session: Session, workshop_id: int, numbers: dict[int, int]) -> AttendanceLine:
    found = attendance.totals(session, workshop_id)
    people = [TableLine(number, found.by_table.get(table_id, 0)) for table_id, number in numbers.items()]
    if None in found.by_table:
        people.append(TableLine(None, found.by_table[None]))
    return line(AttendanceLine, found, tables=people)


def _agenda(order: AgendaOverview, stays: dict[int, list[Span]], now: datetime) -> list[ItemLine]:
    made = []
    for each in order.lines:
        item, planned = each.item, each.planned
        been = stays.get(item.id, []) if item.started_at else []
        spent = sum((span.length(now) for span in been), timedelta()) if been else None
        ended = item.ended_at if item.state == "done" else None
        over = spent - plan.planned_length(item, order.workshop) if spent is not None and ended else None
        made.append(
            line(
                ItemLine,
                item,
                item=item.position,
                session_en=each.session.name_en,
                session_cy=each.session.name_cy,
                planned_minutes=item.minutes,
                planned_start=planned.start,
                planned_end=planned.end,
                actual_start=item.started_at,
                actual_end=ended,
                times_entered=len(been),
                spent_seconds=_seconds(spent),
                over_run_seconds=_seconds(over),
                late_seconds=_seconds(ended - planned.end) if ended else None,
            )
        )
    return made


def _pads(session: Session, order: AgendaOverview, numbers: dict[int, int]) -> list[EntryLine]:
    items = {each.item.id: each.item for each in order.lines}
    made = [
        line(
            EntryLine,
            row,
            entry=row.id,
            item=items[row.item_id].position,
            item_title_en=items[row.item_id].title_en,
            item_title_cy=items[row.item_id].title_cy,
            table=numbers[row.table_id],
            type=row.kind,
            status="struck" if row.removed_at else "kept",
        )
        for row in pads.entries_for_record(session, order.workshop.id)
    ]
    return sorted(made, key=lambda entry: (entry.item, entry.table))


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


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else round(length.total_seconds())
