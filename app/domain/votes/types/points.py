"""Points: a budget that each shares out among the options, all of it, with at most `per_option` on one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from app.domain.votes.types import arithmetic
from app.domain.votes.types.arithmetic import RankedOption
from app.domain.votes.types.dots import backed, require_few_each, sums
from app.domain.votes.types.question import AnswerValue, Choice, Form, Question
from app.domain.votes.types.result import Counted, Fact, OptionResult, Tie
from app.domain.votes.types.vote_type import VoteType
from app.errors import N_, Refused

FEWEST, HIGHEST = 2, 1000
USUAL = 100


class Mean(NamedTuple):
    """Points of an option per ballot, of all ballots: exact (None with no ballots), and as people read it."""

    exact: Fraction | None
    text: str


@dataclass(frozen=True, slots=True)
class PointsResult(OptionResult):
    """`counts` per option in canonical order its points, and their share of all `points` given out;
    `ranking` has options by points, ties as ties; `leaders` have the most. By option id, `means` and how
    many ballots gave it any (`backers`)."""

    points: int
    ranking: list[RankedOption[int]]
    leaders: list[Choice]
    means: dict[int, Mean]
    backers: dict[int, int]

    def facts(self) -> Iterable[Fact]:
        for count in self.counts:
            number = count.option.id
            yield Fact("points", str(count.n), number, n=self.ballots)
            yield Fact("backers", str(self.backers[number]), number, n=self.ballots)
            if self.ballots:
                mean = arithmetic.decimal_text(Fraction(count.n, self.ballots), 4)
                yield Fact("mean_points", mean, number, n=self.ballots)
        yield from arithmetic.ranking_facts(self.ranking, self.ballots)

    def ties(self) -> Sequence[Tie]:
        return arithmetic.tied_places(self.ranking)


def check(question: Question) -> None:
    arithmetic.require_enough_options(question, FEWEST)
    arithmetic.require_spendable(question, budget(question), HIGHEST)


def budget(question: Question) -> int:
    """How many points each has."""
    return USUAL if question.most is None else question.most


def read(question: Question, form: Form) -> list[AnswerValue]:
    """`Refused("too_many_points")`, `"points_left"`, and as by `choice_numbers` and `require_few_each`."""
    numbers = arithmetic.choice_numbers(form, "n_", question.options, lambda option: option.id)
    spent, most = sum(n for _, n in numbers), budget(question)
    if spent > most:
        raise Refused("too_many_points", n=spent, most=most)
    require_few_each(question, numbers)
    if spent < most:
        raise Refused("points_left", left=most - spent, most=most)
    return [AnswerValue(option.id, value=n) for option, n in numbers]


def result(question: Question, counted: Sequence[Counted], ballots: int) -> PointsResult:
    spent = sums(counted)
    points = sum(spent.values())
    counts = arithmetic.counts(question.options, lambda number: spent.get(number, 0), points)
    ranking = arithmetic.ranked((count.option, count.n) for count in counts)
    means = {count.option.id: _mean(count.n, ballots) for count in counts}
    leaders, backers = arithmetic.leading(counts), backed(question, counted)
    return PointsResult(ballots, counts, points, ranking, leaders, means, backers)


def _mean(n: int, ballots: int) -> Mean:
    if not ballots:
        return Mean(None, "–")
    exact = Fraction(n, ballots)
    return Mean(exact, arithmetic.decimal_text(exact, 1))


VOTE_TYPE = VoteType(
    name="points",
    order=4,
    title=N_("Points"),
    summary=N_("Each shares out a whole budget of points."),
    check=check,
    read=read,
    result=result,
    fewest_options=FEWEST,
    fields=("most", "per_option"),
    defaults={"most": USUAL},
)
