"""Single choice: one option of several."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.votes.types import scales
from app.domain.votes.types.arithmetic import count_facts, leading, require_enough_options, tie_for_first
from app.domain.votes.types.question import Choice, Question
from app.domain.votes.types.result import Counted, DecisionCounts, Fact, OptionResult, Tie
from app.domain.votes.types.vote_type import VoteType
from app.errors import N_

FEWEST = 2


@dataclass(frozen=True, slots=True)
class SingleResult(OptionResult):
    """`counts` per option in canonical order; `leaders` are the options with the most, none when nobody
    answered. An option that means "abstain" ("Don't know") neither leads nor opposes."""

    leaders: list[Choice]

    def facts(self) -> Iterable[Fact]:
        return count_facts(self.counts, self.ballots)

    def ties(self) -> Sequence[Tie]:
        return tie_for_first(self.leaders)

    def decision_counts(self) -> DecisionCounts:
        """The leading option against the rest, who stand in the way of consent; of two that lead, either."""
        abstain = scales.total_meaning(self.counts, "abstain")
        support = scales.total(self.counts, self.leaders[:1])
        against = self.ballots - support - abstain
        return DecisionCounts(support, against, abstain, against)


def check(question: Question) -> None:
    require_enough_options(question, FEWEST)


def result(question: Question, counted: Sequence[Counted], ballots: int) -> SingleResult:
    counts = scales.counts(question, counted, ballots)
    return SingleResult(ballots, counts, leading(counts))


VOTE_TYPE = VoteType(
    name="single",
    order=1,
    title=N_("Single choice"),
    summary=N_("Each chooses one option."),
    check=check,
    read=scales.read,
    result=result,
    fewest_options=FEWEST,
    sheet=True,
    decides=True,
    breakdown=True,
)
