"""Points: a budget that each shares out among the options, all of it, with at most `per_option` on one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from app.domain.votes.types import arithmetic as a
from app.domain.votes.types.arithmetic import RankedOption
from app.domain.votes.types.dots import backed, require_few_each, sums
from app.domain.votes.types.question import AnswerValue, Choice, Form, Question
from app.domain.votes.types.result import Count, Counted, Fact, Result, Tie
from app.domain.votes.types.vote_type import VoteType
from app.errors import N_, Refused

FEWEST, HIGHEST = 2, 1000
USUAL = 100


class Mean(NamedTuple):
    """Points of an option per ballot, of all ballots: exact (None with no ballots), and as people read it."""

    exact: Fraction | None
    text: str


@dataclass(frozen=True, slots=True)
class PointsResult(Result):
    """Per option in canonical order its points, and their share of all `points` given out; `ranking` has
    options by points, ties as ties; `leaders` have the most. By option id, `means` and how many ballots gave
    it any (`backers`)."""

    counts: list[Count]
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
                mean = a.decimal_text(Fraction(count.n, self.ballots), 4)
                yield Fact("mean_points", mean, number, n=self.ballots)
        yield from a.ranking_facts(self.ranking, self.ballots)

    def option_counts(self) -> Sequence[Count]:
        return self.counts

    def ties(self) -> Sequence[Tie]:
        return a.tied_places(self.ranking)


def check(question: Question) -> None:
    a.require_enough_options(question, FEWEST)
    a.require_spendable(question, budget(question), HIGHEST)


def budget(question: Question) -> int:
    """How many points each has."""
    return USUAL if question.most is None else question.most


def read(question: Question, form: Form) -> list[AnswerValue]:
    given = a.choice_numbers(form, "n_", question.options, lambda option: option.id)
    spent, most = sum(n for _, n in given), budget(question)
    if spent > most:
        raise Refused("too_many_points", n=spent, most=most)
    require_few_each(question, given)
    if spent < most:
        raise Refused("points_left", left=most - spent, most=most)
    return [AnswerValue(option.id, value=n) for option, n in given]


def result(question: Question, counted: Sequence[Counted], ballots: int) -> PointsResult:
    spent = sums(counted)
    points = sum(spent.values())
    counts = a.counts(question.options, lambda number: spent.get(number, 0), points)
    ranking = a.ranked((count.option, count.n) for count in counts)
    means = {count.option.id: _mean(count.n, ballots) for count in counts}
    return PointsResult(ballots, counts, points, ranking, a.leading(counts), means, backed(question, counted))


def _mean(n: int, ballots: int) -> Mean:
    if not ballots:
        return Mean(None, "–")
    exact = Fraction(n, ballots)
    return Mean(exact, a.decimal_text(exact, 1))


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
