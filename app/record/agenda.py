"""What the record says of the day itself: who took part, and the running order as it was planned and
kept."""

from datetime import datetime, timedelta

from sqlmodel import Session

from app.domain.agenda import plan
from app.domain.people import attendance
from app.domain.stage.agenda_overview import AgendaOverview
from app.domain.workshops.history import Span
from app.record.day_lines import AttendanceLine, ItemLine, TableLine
from app.record.lines import line


def took_part(session: Session, workshop_id: int, numbers: dict[int, int]) -> AttendanceLine:
    """How many took part, in all and at each table; `numbers` are the tables' by their id."""
    found = attendance.totals(session, workshop_id)
    people = [TableLine(number, found.by_table.get(table_id, 0)) for table_id, number in numbers.items()]
    if None in found.by_table:
        people.append(TableLine(None, found.by_table[None]))
    return line(AttendanceLine, found, tables=people)


def lines(order: AgendaOverview, stays: dict[int, list[Span]], now: datetime) -> list[ItemLine]:
    """What was planned and what happened, a line per item; `stays` are the times the room spent in each, by
    id."""
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


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else round(length.total_seconds())
