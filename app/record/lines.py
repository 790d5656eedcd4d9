"""What a record is made of: lines whose fields are the columns of the CSV files and the keys of the JSON."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from app.domain.votes.results.tallies import Tally
from app.domain.votes.types.question import Question
from app.record.day_lines import AttendanceLine, Day, ItemLine, LogLine
from app.record.votes.vote_lines import VoteLine
from app.record.wall_lines import ClusterLine, EntryLine, NoteLine, WallLine

T = TypeVar("T")


def line(kind: type[T], row: Any, /, **values: Any) -> T:
    """A line of this kind: the given values, and the rest from the row's attributes of the same names.

    Nothing else of the row is looked at: a new column reaches no record before a line names it.
    """
    # T is a dataclass, which its bound cannot say
    names = (field.name for field in fields(kind) if field.name not in values)  # type: ignore[arg-type]
    return kind(**{name: getattr(row, name) for name in names}, **values)


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
