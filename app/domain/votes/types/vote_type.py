"""What a type of vote says about itself: its words, its settings, and how ballots are read and counted.

A type is a module of this package that makes one `VoteType` (registry.py finds it), with a template folder of
the same name. All of it is arithmetic on what it is given: no database, no HTML.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.domain.votes.types.question import AnswerValue, Choice, Form, Question
from app.domain.votes.types.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteType:
    """A type of vote. `order` is its place in the form, where `title` and `summary` describe it.

    check: refused when a vote with these settings cannot be answered.
    read: the answers a form gives; refused when it is not a ballot of this vote.
    result: what the counted answers come to, of so many ballots: [Counted, …], or where ballots are counted
        `by` "ballots" [(ballot: tuple[AnswerValue, …], n), …].

    `options` are "free" (written by the organiser, at least `fewest_options`), "levels" (a scale, whose words
    may be changed) or "none"; `criteria` whether they are rated on criteria. `fields` are its settings, of
    least, most, per_option, threshold, lowest, highest, decimals and measure, with their `defaults`.
    """

    name: str
    order: int
    title: str
    summary: str
    check: Callable[[Question], None]
    read: Callable[[Question, Form], list[AnswerValue]]
    result: Callable[[Question, Sequence[Any], int], Result]  # Any: Counted or (ballot, n), by `by`
    by: Literal["answers", "ballots"] = "answers"
    options: Literal["free", "levels", "none"] = "free"
    fewest_options: int = 0
    levels: Sequence[Choice] = ()
    criteria: bool = False
    fields: Sequence[str] = ()
    defaults: Mapping[str, int] = field(default_factory=dict)
    sheet: bool = False  # a count sheet for a table without codes makes sense
    decides: bool = False  # so does a decision rule
    breakdown: bool = False  # each ballot counts for exactly one option, so that groups can be compared
