"""Estimate: each gives a number, kept as a whole number of units of its last decimal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from app.domain.votes.types.arithmetic import decimal_text, units_of_text
from app.domain.votes.types.question import AnswerValue, Form, Question
from app.domain.votes.types.result import Counted, Fact, Result
from app.domain.votes.types.vote_type import VoteType
from app.errors import N_, Refused

MOST_DECIMALS, MOST_BINS = 4, 10


class ExactNumber(NamedTuple):
    """A number of a result: exact in units of the last decimal, and as people read it."""

    units: Fraction
    text: str


class Bin(NamedTuple):
    """A bar of the histogram: `n` estimates from `low` to `high` units, both included. Bars are equally wide
    and touch: the next one's `low` is `high` + 1."""

    low: int
    high: int
    n: int
    text: str


@dataclass(frozen=True, slots=True)
class EstimateResult(Result):
    """Five numbers that tell how estimates lie (None when there are none), and a histogram over their range.

    Quartiles are interpolated between neighbours: the p-quantile of n sorted values lies at (n - 1) p steps
    from the first (Hyndman and Fan 1996, type 7; what spreadsheets call inclusive).
    """

    minimum: ExactNumber | None
    lower: ExactNumber | None
    median: ExactNumber | None
    upper: ExactNumber | None
    maximum: ExactNumber | None
    bins: list[Bin]

    def along(self, number: ExactNumber) -> int:
        """Where a number stands over the bars, in thousandths of their width together."""
        low, width = self.bins[0].low, self.bins[-1].high - self.bins[0].low + 1
        return int(1000 * (number.units - low + Fraction(1, 2)) / width)

    def facts(self) -> Iterable[Fact]:
        numbers = {
            "minimum": self.minimum,
            "lower_quartile": self.lower,
            "median": self.median,
            "upper_quartile": self.upper,
            "maximum": self.maximum,
        }
        for measure, number in numbers.items():
            if number:
                yield Fact(measure, number.text, n=self.ballots)
        for each in self.bins:
            yield Fact("n", str(each.n), level=each.text, n=self.ballots)


def check(question: Question) -> None:
    """`Refused("bad_decimals")`, or `"bounds_reversed"` when `lowest` is not below `highest`."""
    if not 0 <= question.decimals <= MOST_DECIMALS:
        raise Refused("bad_decimals", most=MOST_DECIMALS)
    if question.lowest is not None and question.highest is not None and question.lowest >= question.highest:
        raise Refused("bounds_reversed")


def read(question: Question, form: Form) -> list[AnswerValue]:
    """`Refused("estimate_too_low")`, `"estimate_too_high"`, and as by `units_of_text`."""
    value = units_of_text(form.get("value", ""), question.decimals)
    if value is None:
        raise Refused("not_a_number")
    if question.lowest is not None and value < question.lowest:
        raise Refused("estimate_too_low", lowest=text_of(question, question.lowest))
    if question.highest is not None and value > question.highest:
        raise Refused("estimate_too_high", highest=text_of(question, question.highest))
    return [AnswerValue(value=value)]


def text_of(question: Question, units: Fraction | int) -> str:
    """Units as people read them: all decimals asked for, and two more where a quartile falls between."""
    return decimal_text(Fraction(units) / 10**question.decimals, question.decimals + 2, question.decimals)


def result(question: Question, counted: Sequence[Counted], ballots: int) -> EstimateResult:
    n = sorted((answer.value, count) for answer, count in counted if answer.value is not None)
    if not n:
        return EstimateResult(ballots, None, None, None, None, None, [])
    steps = ((len_of(n) - 1) * Fraction(quarter, 4) for quarter in range(5))
    minimum, lower, median, upper, maximum = (
        ExactNumber(units, text_of(question, units)) for units in (_at(n, step) for step in steps)
    )
    return EstimateResult(ballots, minimum, lower, median, upper, maximum, bins(question, n))


def len_of(n: Sequence[tuple[int, int]]) -> int:
    return sum(count for _, count in n)


def _at(n: Sequence[tuple[int, int]], step: Fraction) -> Fraction:
    """The value so many steps from the first, interpolated between the two around it."""
    below = step.numerator // step.denominator
    lower = _value(n, below)
    return lower + (step - below) * (_value(n, min(below + 1, len_of(n) - 1)) - lower)


def _value(n: Sequence[tuple[int, int]], rank: int) -> int:
    for value, count in n:
        if rank < count:
            return value
        rank -= count
    raise IndexError(rank)


def bins(question: Question, n: Sequence[tuple[int, int]]) -> list[Bin]:
    """At most ten bars over the whole range, each 1, 2 or 5 times a power of ten units wide, on multiples of
    that: the narrowest such."""
    lowest, highest = n[0][0], n[-1][0]
    width = next(w for w in _widths() if highest // w - lowest // w < MOST_BINS)
    found = []
    for place in range(lowest // width, highest // width + 1):
        low, high = place * width, (place + 1) * width - 1
        count = sum(k for value, k in n if low <= value <= high)
        found.append(Bin(low, high, count, _between(text_of(question, low), text_of(question, high))))
    return found


def _widths() -> Iterable[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _between(low: str, high: str) -> str:
    if low == high:
        return low
    return f"{low}–{high}" if not (low + high).count("-") else f"{low} – {high}"


VOTE_TYPE = VoteType(
    name="estimate",
    order=10,
    title=N_("Estimate"),
    summary=N_("Each gives a number."),
    check=check,
    read=read,
    result=result,
    options="none",
    fields=("lowest", "highest", "decimals", "measure"),
    defaults={"decimals": 0},
)
