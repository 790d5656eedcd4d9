"""What a record is made of: lines whose fields are the columns of the CSV files and the keys of the JSON."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar

from app.domain.agenda import plan
from app.domain.votes.results.tallies import Tally
from app.domain.votes.types.question import Question
from app.record.votes.vote_lines import VoteLine

T = TypeVar("T")


def line(kind: type[T], row: Any, /, **values: Any) -> T:
    """A line of this kind: the given values, and the rest from the row's attributes of the same names.

    Nothing else of the row is looked at: a new column reaches no record before a line names it.
    """
    names = (field.name for field in fields(kind) if field.name not in values)  # type: ignore[arg-type]
    return kind(**{name: getattr(row, name) for name in names}, **values)


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
class WallLine:
    """One wall. `written` = `shown` + `merged` + `hidden` + `private` notes, of `writers` people;
    `withdrawn` ones were taken back by their authors and are not among them. The notes of one with a `vote`
    are the answers to it: `writers` is None, as the vote says how many answered."""

    wall: int
    item: int
    item_title_en: str
    item_title_cy: str
    prompt_en: str
    prompt_cy: str
    state: str
    opened_at: datetime | None
    closed_at: datetime | None
    released_at: datetime | None
    vote: int | None
    writers: int | None
    written: int
    shown: int
    merged: int
    hidden: int
    private: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One note, without its author. A merged one is shown by the note it was merged into in the end
    (`merged_into`), with its place."""

    note: int
    wall: int
    item: int
    item_title_en: str
    item_title_cy: str
    prompt_en: str
    prompt_cy: str
    table: int | None
    round: int
    language: str
    status: str
    hidden_reason: str | None
    text: str | None
    cluster: int | None
    cluster_symbol: str | None
    cluster_title: str | None
    merged_into: int | None
    written_at: datetime
    received_at: datetime
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClusterLine:
    """A cluster, or (cluster None) a wall's parking area: `notes` shown in it, which stand for
    `written` ones when those merged into them are counted."""

    wall: int
    item: int
    prompt_en: str
    prompt_cy: str
    cluster: int | None
    position: int | None
    symbol: str | None
    title: str | None
    notes: int
    written: int


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of a table's pad; a struck one keeps its place without its text."""

    entry: int
    item: int
    item_title_en: str
    item_title_cy: str
    table: int | None
    type: str
    status: str
    text: str | None
    written_at: datetime
    received_at: datetime
    edited_at: datetime | None


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


@dataclass(frozen=True, slots=True)
class Record:
    """The whole record of a day, for one `profile` of reader. `questions` and `tallies` are its votes and
    their results as the page draws them, by vote; the files have the same in the lines of `votes`."""

    profile: str
    made_at: datetime
    workshop: Day
    took_part: AttendanceLine
    agenda: list[ItemLine]
    votes: list[VoteLine]
    walls: list[WallLine]
    clusters: list[ClusterLine]
    notes: list[NoteLine]
    pads: list[EntryLine]
    moderation: dict[str, int]
    log: list[LogLine]
    questions: dict[int, Question]
    tallies: dict[int, Tally]


PAGE_ONLY = frozenset({"questions", "tallies"})
