"""Single choice: one option of several."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.votes.types import Choice, Counted, Fact, Question, Weighed, scales
from app.domain.votes.types.arithmetic import Count, count_facts, enough_options, leading
from app.errors import N_

ORDER = 1
TITLE = N_("Single choice")
SUMMARY = N_("Each chooses one option.")
BY = "answers"
OPTIONS = "free"  # "free": written by the organiser; "levels": a scale whose labels may be changed; "none"
LEVELS: tuple[Choice, ...] = ()
CRITERIA = False
FIELDS: tuple[str, ...] = ()
DEFAULTS: dict[str, int] = {}
SHEET = True  # a count sheet for a table without codes makes sense
DECIDES = True  # so does a decision rule
BREAKDOWN = True  # each ballot counts for exactly one option, so that groups can be compared
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Result:
    """Per option in canonical order; `leaders` are the options with the most, none when nobody answered. An
    option that means "abstain" ("Don't know") neither leads nor opposes."""

    counts: list[Count]
    ballots: int
    leaders: list[Choice]


def check(question: Question) -> None:
    enough_options(question, FEWEST)


read = scales.read


def result(question: Question, counted: Sequence[Counted], ballots: int) -> Result:
    counts = scales.counts(question, counted, ballots)
    return Result(counts, ballots, leading(counts))


def weighed(question: Question, found: Result) -> Weighed:
    """The leading option against the rest, who stand in the way of consent; of two that lead, either one."""
    abstain = scales.total(found.counts, scales.meaning(question, "abstain"))
    support = scales.total(found.counts, found.leaders[:1])
    against = found.ballots - support - abstain
    return Weighed(support, against, abstain, against)


def facts(question: Question, found: Result) -> Iterable[Fact]:
    return count_facts(found.counts, found.ballots)
