"""Points: a budget that each shares out among the options, all of it, with at most `per_option` on one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from app.domain.votes.types import AnswerValue, Choice, Counted, Fact, Form, Question
from app.domain.votes.types import arithmetic as a
from app.domain.votes.types.arithmetic import Count, Placed
from app.domain.votes.types.dots import backed, require_few_each, sums
from app.errors import N_, Refused

ORDER = 4
TITLE = N_("Points")
SUMMARY = N_("Each shares out a whole budget of points.")
BY = "answers"
OPTIONS = "free"
LEVELS: tuple[Choice, ...] = ()
CRITERIA = False
FIELDS: tuple[str, ...] = ("most", "per_option")
DEFAULTS: dict[str, int] = {"most": 100}
SHEET = False
DECIDES = False
BREAKDOWN = False
FEWEST, HIGHEST = 2, 1000


class Mean(NamedTuple):
    """Points of an option per ballot, of all ballots: exact (None with no ballots), and as people read it."""

    exact: Fraction | None
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """Per option in canonical order its points, and their share of all `points` given out; `ranking` has
    options by points, ties as ties; `leaders` have the most. By option id, `means` and how many ballots gave
    it any (`backers`)."""

    counts: list[Count]
    ballots: int
    points: int
    ranking: list[Placed[int]]
    leaders: list[Choice]
    means: dict[int, Mean]
    backers: dict[int, int]


def check(question: Question) -> None:
    a.enough_options(question, FEWEST)
    a.can_be_spent(question, budget(question), HIGHEST)


def budget(question: Question) -> int:
    """How many points each has."""
    return DEFAULTS["most"] if question.most is None else question.most


def read(question: Question, form: Form) -> list[AnswerValue]:
    given = a.numbered(form, "n_", question.options, lambda option: option.id)
    spent, most = sum(n for _, n in given), budget(question)
    if spent > most:
        raise Refused("too_many_points", n=spent, most=most)
    require_few_each(question, given)
    if spent < most:
        raise Refused("points_left", left=most - spent, most=most)
    return [AnswerValue(option.id, value=n) for option, n in given]


def result(question: Question, counted: Sequence[Counted], ballots: int) -> Result:
    spent = sums(counted)
    points = sum(spent.values())
    counts = a.counts(question.options, lambda number: spent.get(number, 0), points)
    ranking = a.placed((count.option, count.n) for count in counts)
    means = {count.option.id: _mean(count.n, ballots) for count in counts}
    return Result(counts, ballots, points, ranking, a.leading(counts), means, backed(question, counted))


def _mean(n: int, ballots: int) -> Mean:
    if not ballots:
        return Mean(None, "–")
    exact = Fraction(n, ballots)
    return Mean(exact, a.written(exact, 1))


def weighed(question: Question, found: Result) -> None:
    """Nothing: points make a ranking."""


def facts(question: Question, found: Result) -> Iterable[Fact]:
    for count in found.counts:
        number = count.option.id
        yield Fact("points", str(count.n), number, n=found.ballots)
        yield Fact("backers", str(found.backers[number]), number, n=found.ballots)
        if found.ballots:
            yield Fact("mean_points", a.written(Fraction(count.n, found.ballots), 4), number, n=found.ballots)
    yield from a.place_facts(found.ranking, found.ballots)
