"""Yes, no or abstain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.votes.types import Choice, Counted, Fact, Question, Weighed, scales
from app.domain.votes.types.arithmetic import Count, count_facts, leading
from app.errors import N_

ORDER = 9
TITLE = N_("Yes, no, abstain")
SUMMARY = N_("Each says yes or no, or abstains.")
BY = "answers"
OPTIONS = "levels"
LEVELS: tuple[Choice, ...] = (
    Choice(0, 1, "Yes", "Ie", "for"),
    Choice(0, 2, "No", "Na", "against"),
    Choice(0, 3, "Abstain", "Ymatal", "abstain"),
)
CRITERIA = False
FIELDS: tuple[str, ...] = ()
DEFAULTS: dict[str, int] = {}
SHEET = True
DECIDES = True
BREAKDOWN = True


@dataclass(frozen=True, slots=True)
class Result:
    """Per answer in order with its share of the ballots, and by meaning: `support`, `against`, `abstain`.
    `leaders` has yes, no, or both when they are equal; abstentions never lead."""

    counts: list[Count]
    ballots: int
    support: int
    against: int
    abstain: int
    leaders: list[Choice]


check = scales.complete
read = scales.read


def result(question: Question, counted: Sequence[Counted], ballots: int) -> Result:
    counts = scales.counts(question, counted, ballots)
    support, against, abstain = (
        scales.total(counts, scales.meaning(question, meaning)) for meaning in ("for", "against", "abstain")
    )
    return Result(counts, ballots, support, against, abstain, leading(counts))


def weighed(question: Question, found: Result) -> Weighed:
    """Whoever says no stands in the way of consent."""
    return Weighed(found.support, found.against, found.abstain, found.against)


def facts(question: Question, found: Result) -> Iterable[Fact]:
    return count_facts(found.counts, found.ballots)
