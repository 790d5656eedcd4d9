"""Multiple choice: several options of several, from `least` (1 unless set) to `most` (all unless set)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.votes.types import scales
from app.domain.votes.types.arithmetic import (
    RankedOption,
    choice_numbers,
    count_facts,
    leading,
    ranked,
    ranking_facts,
    require_enough_options,
    tied_places,
)
from app.domain.votes.types.question import AnswerValue, Choice, Form, Question
from app.domain.votes.types.result import Counted, DecisionCounts, Fact, OptionResult, Tie
from app.domain.votes.types.vote_type import VoteType
from app.errors import N_, Refused

FEWEST = 2


@dataclass(frozen=True, slots=True)
class MultipleResult(OptionResult):
    """`counts` per option in canonical order how many ballots chose it, and which share of all ballots that
    is; as a ballot has several choices (`picks` in all), shares add up to more than the whole. `ranking`
    has options by number, ties as ties; `leaders` have the most."""

    picks: int
    ranking: list[RankedOption[int]]
    leaders: list[Choice]

    def facts(self) -> Iterable[Fact]:
        yield from count_facts(self.counts, self.ballots)
        yield from ranking_facts(self.ranking, self.ballots)

    def ties(self) -> Sequence[Tie]:
        return tied_places(self.ranking)

    def decision_counts(self) -> DecisionCounts:
        """The ballots that chose a leading option against the rest, who stand in the way of consent."""
        support = scales.total(self.counts, self.leaders[:1])
        return DecisionCounts(support, self.ballots - support, 0, self.ballots - support)


def check(question: Question) -> None:
    """`Refused("bad_most")`, `"bad_least"`, and as by `require_enough_options`."""
    require_enough_options(question, FEWEST)
    least, most = bounds(question)
    if not 1 <= most <= len(question.options):
        raise Refused("bad_most", most=len(question.options))
    if not 1 <= least <= most:
        raise Refused("bad_least", most=most)


def bounds(question: Question) -> tuple[int, int]:
    """How many options a ballot names, at least and at most."""
    return 1 if question.least is None else question.least, len(
        question.options
    ) if question.most is None else question.most


def read(question: Question, form: Form) -> list[AnswerValue]:
    """`Refused("too_few_chosen")`, `"too_many_chosen"`, and as by `choice_numbers`."""
    picked = choice_numbers(form, "pick_", question.options, lambda option: option.id)
    if any(n != 1 for _, n in picked):
        raise Refused("bad_request")
    least, most = bounds(question)
    if len(picked) < least:
        raise Refused("too_few_chosen", least=least, n=len(picked))
    if len(picked) > most:
        raise Refused("too_many_chosen", most=most, n=len(picked))
    return [AnswerValue(option.id) for option, _ in picked]


def result(question: Question, counted: Sequence[Counted], ballots: int) -> MultipleResult:
    counts = scales.counts(question, counted, ballots)
    ranking = ranked((count.option, count.n) for count in counts)
    picks = sum(count.n for count in counts)
    return MultipleResult(ballots, counts, picks, ranking, leading(counts))


VOTE_TYPE = VoteType(
    name="multiple",
    order=2,
    title=N_("Multiple choice"),
    summary=N_("Each chooses several options, as many as you allow."),
    check=check,
    read=read,
    result=result,
    fewest_options=FEWEST,
    fields=("least", "most"),
    defaults={"least": 1},
    sheet=True,
    decides=True,
)
