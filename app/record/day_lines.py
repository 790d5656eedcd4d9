"""The lines of a record about the day itself: the workshop, who took part, its agenda, its log."""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.agenda import plan


@dataclass(frozen=True, slots=True)
class Day:
    """The workshop itself; `shift_seconds` is how far a start off schedule moved the whole plan."""

    code: str
    title_en: str
    title_cy: str
    remit_en: str
    remit_cy: str
    day: date
    time_zone: str
    state: str
    rehearsal: bool
    speed: int
    started_at: datetime | None
    closed_at: datetime | None
    shift_seconds: int

    def iso(self, moment: datetime) -> str:
        """ISO 8601 with the offset of the workshop's zone, to the millisecond."""
        return plan.local_time(moment, self.time_zone).isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class TableLine:
    """How many people a table has; table None counts those without one."""

    table: int | None
    people: int


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    """Counts of people, never who: `removed` of those `joined` were taken out later."""

    joined: int
    removed: int
    organisations: int
    tables: list[TableLine]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One agenda item. `spent_seconds` leaves out the time the room was elsewhere when it went back;
    `over_run_seconds` is what that is beyond the planned length, `late_seconds` how long after its
    planned end the item ended (both negative when early)."""

    item: int
    session_en: str
    session_cy: str
    kind: str
    phase: str
    method_en: str
    method_cy: str
    title_en: str
    title_cy: str
    locked_start: str | None
    planned_minutes: int
    planned_start: datetime
    planned_end: datetime
    actual_start: datetime | None
    actual_end: datetime | None
    times_entered: int
    spent_seconds: int | None
    over_run_seconds: int | None
    late_seconds: int | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """Who-role (and through which link), what, when and which row; for ballots how many came and stood."""

    line: int
    at: datetime
    role: str
    link: int | None
    what: str
    row_kind: str
    row: int | None
    state: str | None
    accepted: int | None
    ballots: int | None
