"""What the types count with: shares from integers, places with ties, medians, spreads, fields of a form."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import NamedTuple, TypeVar

from app.domain.vote_types import Ask, Choice, Fact, Form, Given
from app.errors import Refused

T = TypeVar("T")
Score = TypeVar("Score", int, Fraction)

MOST_OPTIONS, MOST_CRITERIA = 12, 8
LARGEST = 10**12  # units of the last decimal: whole numbers a browser and every database keep exactly
WIDE = Fraction(3, 10)
NUMBER = re.compile(r"([+-]?)(\d+|\d{1,3}(?: \d{3})+)?(?:\.(\d*))?", re.ASCII)


def per_mille(n: int, of: int) -> int:
    """n of `of` in tenths of a per cent, rounded half up, from integers alone; 0 of nothing is 0."""
    return (2000 * n + of) // (2 * of) if of else 0


def one_decimal(tenths: int) -> str:
    """Tenths as text: 795 -> "79.5"."""
    return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}"


def written(value: Fraction | int, most: int, least: int = 0) -> str:
    """A number as text: rounded half up (away from zero) to `most` decimals, of which zeros beyond the first
    `least` are left out: 7/2 -> "3.5"."""
    units = rounded(abs(Fraction(value)) * 10**most)
    whole, part = divmod(units, 10**most)
    digits = f"{part:0{most}d}" if most else ""
    kept = digits[:least] + digits[least:].rstrip("0")
    return f"{'-' if value < 0 and units else ''}{whole}{'.' if kept else ''}{kept}"


def rounded(value: Fraction) -> int:
    """To the nearest whole number, halves up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


class Count(NamedTuple):
    """One option: how many chose it, and its share in tenths of a per cent (of what, its result says)."""

    option: Choice
    n: int
    per_mille: int


class Placed(NamedTuple):
    """One option of a ranking. Tied options share the places `first` to `last`, in canonical order."""

    first: int
    last: int
    option: Choice
    n: int

    @property
    def tied(self) -> bool:
        return self.first != self.last


class Scored(NamedTuple):
    """One option of a ranking by a score that need not be whole; `text` is the score as people read it."""

    first: int
    last: int
    option: Choice
    score: Fraction
    text: str

    @property
    def tied(self) -> bool:
        return self.first != self.last


def placed(scores: Iterable[tuple[Choice, int]]) -> list[Placed]:
    """Options by number, best first; what is equal stays equal (standard competition ranking)."""
    return [Placed(*line) for line in _in_places(scores)]


def scored(scores: Iterable[tuple[Choice, Fraction]], decimals: int) -> list[Scored]:
    """Options by exact score, best first; the text has at most `decimals` decimals."""
    return [Scored(*line, written(line[3], decimals)) for line in _in_places(scores)]


def _in_places(scores: Iterable[tuple[Choice, Score]]) -> list[tuple[int, int, Choice, Score]]:
    ordered = sorted(scores, key=lambda pair: (-pair[1], pair[0].position))
    lines = []
    for option, score in ordered:
        first = 1 + sum(other > score for _, other in ordered)
        last = first - 1 + sum(other == score for _, other in ordered)
        lines.append((first, last, option, score))
    return lines


def counts_of(options: Sequence[Choice], n: Mapping[int | None, int], of: int) -> list[Count]:
    """Per option in canonical order how many, and their share of `of`."""
    return [Count(option, k := n.get(option.id, 0), per_mille(k, of)) for option in options]


def count_facts(counts: Sequence[Count], of: int, measure: str = "n") -> Iterable[Fact]:
    """How many per option, and their share of `of`, for the record."""
    for count in counts:
        yield Fact(measure, str(count.n), count.option.id, n=of)
        if of:
            yield Fact("share_percent", one_decimal(count.per_mille), count.option.id, n=of)


def place_facts(ranking: Sequence[Placed] | Sequence[Scored], of: int) -> Iterable[Fact]:
    """The places of a ranking for the record: "6", or "6-7" for a tie."""
    for line in ranking:
        text = f"{line.first}-{line.last}" if line.tied else str(line.first)
        yield Fact("place", text, line.option.id, n=of)


def middle(n: Sequence[int]) -> tuple[int, int] | None:
    """The median of levels 1, 2, … chosen n[0], n[1], … times, as the two middle ones (the same level twice
    when it is one); None when nobody chose."""
    total = sum(n)
    if not total:
        return None
    lower, upper = _level_of(n, (total - 1) // 2), _level_of(n, total // 2)
    return lower, upper


def _level_of(n: Sequence[int], rank: int) -> int:
    for level, count in enumerate(n, 1):
        if rank < count:
            return level
        rank -= count
    raise IndexError(rank)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far apart answers on a scale are: their standard deviation over half the scale's range.

    0 when all agree, 1 when half stand at either end. The standard deviation is the population's, so the
    spread is sqrt(variance) / ((levels - 1) / 2), kept exact as the variance.
    """

    variance: Fraction
    half: Fraction

    @property
    def wide(self) -> bool:
        """More than 0.3, compared exactly."""
        return self.variance > (WIDE * self.half) ** 2

    @property
    def hundredths(self) -> int:
        """Rounded half up, from integers: h <= 100 s + 1/2 exactly when 2 h - 1 <= sqrt(40000 s²)."""
        square = 40_000 * self.variance / self.half**2
        return (isqrt(square.numerator // square.denominator) + 1) // 2

    @property
    def text(self) -> str:
        return f"{self.hundredths // 100}.{self.hundredths % 100:02d}"


def spread(n: Sequence[int]) -> Spread | None:
    """Of levels 1, 2, … chosen n[0], n[1], … times; None for fewer than two answers, which are never apart."""
    total = sum(n)
    if total < 2:
        return None
    summed = sum(level * count for level, count in enumerate(n, 1))
    squares = sum(level**2 * count for level, count in enumerate(n, 1))
    return Spread(Fraction(total * squares - summed**2, total**2), Fraction(len(n) - 1, 2))


def require_options(ask: Ask, fewest: int) -> None:
    """Refused when there are too few options to choose from, or too many to read."""
    if len(ask.options) < fewest:
        raise Refused("too_few_options", least=fewest)
    if len(ask.options) > MOST_OPTIONS:
        raise Refused("too_many_options", most=MOST_OPTIONS)


def require_within(n: int, lowest: int, highest: int) -> None:
    """Refused when a setting lies outside what makes sense."""
    if not lowest <= n <= highest:
        raise Refused("setting_outside", lowest=lowest, highest=highest)


def require_per_option(per_option: int | None, most: int) -> None:
    """Refused when one option could take more than a person has, or nothing."""
    if per_option is None:
        return
    require_within(per_option, 1, MOST_OPTIONS * LARGEST)
    if per_option > most:
        raise Refused("per_option_above_most", per_option=per_option, most=most)


def whole(form: Form, name: str, otherwise: str = "bad_request") -> int | None:
    """The whole number in a field, None when it is empty or missing; refused when it is anything else, with
    the code `otherwise`: another where people type the number themselves."""
    text = form.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise Refused(otherwise)
    return int(text)


def chosen(ask: Ask, form: Form) -> list[Given]:
    """The one option a form names; refused when it names none, or one of another vote."""
    option = whole(form, "option")
    if option is None:
        raise Refused("nothing_chosen")
    return [Given(ask.option(option).id)]


def numbered(form: Form, prefix: str, choices: Sequence[T], key: Callable[[T], int]) -> list[tuple[T, int]]:
    """The choices with a number above 0 in their field `prefix` + id, in canonical order; refused when a
    field of that prefix names something else (an option of another vote or version)."""
    require_known(form, prefix, (str(key(choice)) for choice in choices))
    found = ((choice, whole(form, f"{prefix}{key(choice)}", "not_whole") or 0) for choice in choices)
    return [(choice, n) for choice, n in found if n]


def require_known(form: Form, prefix: str, endings: Iterable[str]) -> None:
    """Refused when a field of that prefix has another ending: it comes from another vote or version."""
    known = {prefix + ending for ending in endings}
    if any(name.startswith(prefix) and name not in known for name in form):
        raise Refused("option_unknown")


def scaled(text: str, decimals: int) -> int | None:
    """A number as people type it, in units of its last decimal: "12,5" with 2 decimals is 1250; None for
    nothing. Refused when it is no number or has more decimals than asked.

    Zeros too many are forgiven ("80.0"), but not three of them: "1,000" may mean a thousand.
    """
    typed = " ".join(text.split()).replace(",", ".").replace("−", "-")
    if not typed:
        return None
    found = NUMBER.fullmatch(typed)
    if not found or len(typed) > 24 or not (found[2] or found[3]):
        raise Refused("not_a_number")
    sign, whole, part = found[1], (found[2] or "0").replace(" ", ""), found[3] or ""
    if len(part) > decimals and (part[decimals:].strip("0") or len(part) >= 3):
        raise Refused("too_many_decimals", most=decimals)
    units = int(whole + part[:decimals].ljust(decimals, "0"))
    if units > LARGEST:
        raise Refused("number_too_large")
    return -units if sign == "-" else units
