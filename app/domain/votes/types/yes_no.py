"""Yes, no or abstain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.votes.types import scales
from app.domain.votes.types.arithmetic import count_facts, leading, tie_for_first
from app.domain.votes.types.question import Choice, Question
from app.domain.votes.types.result import Counted, DecisionCounts, Fact, OptionResult, Tie
from app.domain.votes.types.vote_type import VoteType
from app.errors import N_

LEVELS = (
    Choice(0, 1, "Yes", "Ie", "for"),
    Choice(0, 2, "No", "Na", "against"),
    Choice(0, 3, "Abstain", "Ymatal", "abstain"),
)


@dataclass(frozen=True, slots=True)
class YesNoResult(OptionResult):
    """`counts` per answer in order with its share of the ballots, and by meaning: `support`, `against`,
    `abstain`. `leaders` has yes, no, or both when they are equal; abstentions never lead."""

    support: int
    against: int
    abstain: int
    leaders: list[Choice]

    def facts(self) -> Iterable[Fact]:
        return count_facts(self.counts, self.ballots)

    def ties(self) -> Sequence[Tie]:
        return tie_for_first(self.leaders)

    def decision_counts(self) -> DecisionCounts:
        """Whoever says no stands in the way of consent."""
        return DecisionCounts(self.support, self.against, self.abstain, self.against)


def check(question: Question) -> None:
    scales.require_levels(question, LEVELS)


def result(question: Question, counted: Sequence[Counted], ballots: int) -> YesNoResult:
    counts = scales.counts(question, counted, ballots)
    support, against, abstain = (
        scales.total_meaning(counts, meaning) for meaning in ("for", "against", "abstain")
    )
    return YesNoResult(ballots, counts, support, against, abstain, leading(counts))


VOTE_TYPE = VoteType(
    name="yes_no",
    order=9,
    title=N_("Yes, no, abstain"),
    summary=N_("Each says yes or no, or abstains."),
    check=check,
    read=scales.read,
    result=result,
    options="levels",
    levels=LEVELS,
    sheet=True,
    decides=True,
    breakdown=True,
)
