"""What the types count with: shares and fractions as text, places with ties, fields of a form."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Generic, NamedTuple, TypeVar

from app.domain.votes.types.question import Choice, Form, Question
from app.domain.votes.types.result import Count, Fact, Tie
from app.errors import Refused

MOST_OPTIONS, MOST_CRITERIA = 12, 8
LARGEST = 10**12  # of a typed number, in units of its last decimal
NUMBER_PATTERN = re.compile(r"([+-]?)(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?")

T = TypeVar("T")
Score = TypeVar("Score", int, Fraction)


def per_mille(n: int, of: int) -> int:
    """n of `of` in tenths of a per cent, rounded half up, from integers alone; 0 of nothing is 0."""
    return (2000 * n + of) // (2 * of) if of else 0


def one_decimal(tenths: int) -> str:
    """Tenths as text: 795 -> "79.5"."""
    return units_text(tenths, 1)


def units_text(n: int, decimals: int) -> str:
    """A number in units of its last decimal as text: -1250 with 2 decimals -> "-12.50"."""
    digits = str(abs(n)).rjust(decimals + 1, "0")
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{text}" if n < 0 else text


def rounded(value: Fraction, decimals: int = 0) -> int:
    """A fraction in units of its last of so many decimals: 1/3 with 2 is 33; a half goes away from 0."""
    exact = value * 10**decimals
    n = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return -n if exact < 0 else n


def decimal_text(value: Fraction, most: int, least: int = 0) -> str:
    """A fraction as text, rounded to at most `most` decimals, of which `least` stand even as zeros."""
    before, _, after = units_text(rounded(value, most), most).partition(".")
    after = after.rstrip("0").ljust(least, "0")
    return f"{before}.{after}" if after else before


def units_of_text(text: str, decimals: int) -> int | None:
    """A number as people type it, in units of its last decimal: "12,5" with 2 decimals is 1250; None for
    nothing. Zeros beyond `decimals` are harmless ("80.0"), unless they could be thousands: "1,000" is never
    taken for 1. `Refused("not_a_number")`, `"number_too_large"`, and for more decimals `"too_many_decimals"`
    or, where there are none, `"whole_number"`."""
    typed = "".join(text.split()).replace(",", ".").replace("−", "-")
    if not typed:
        return None
    found = NUMBER_PATTERN.fullmatch(typed)
    if not found:
        raise Refused("not_a_number")
    before, after = found[2].lstrip("0"), found[3] or ""
    beyond = after[decimals:]
    if beyond.strip("0") or (beyond and len(after) == 3):
        raise Refused("too_many_decimals", most=decimals) if decimals else Refused("whole_number")
    digits = before + after[:decimals].ljust(decimals, "0")
    if len(digits) > len(str(LARGEST)) or int(digits or 0) > LARGEST:
        raise Refused("number_too_large")
    return int(f"{found[1]}{digits or 0}")


def counts(options: Iterable[Choice], n: Callable[[int], int], of: int) -> list[Count]:
    """Each option with its number by id and its share `of` so many, in the order given."""
    return [Count(option, k := n(option.id), per_mille(k, of)) for option in options]


def count_facts(lines: Iterable[Count], ballots: int) -> Iterator[Fact]:
    """Numbers, and shares where there are ballots."""
    for line in lines:
        yield Fact("n", str(line.n), line.option.id, n=ballots)
        if ballots:
            yield Fact("share_percent", one_decimal(line.per_mille), line.option.id, n=ballots)


def leading(lines: Sequence[Count]) -> list[Choice]:
    """The options with the most; none when nobody answered. Who abstains, or does not know, never leads."""
    running = [line for line in lines if line.option.meaning != "abstain"]
    most = max((line.n for line in running), default=0)
    return [line.option for line in running if line.n == most > 0]


class RankedOption(NamedTuple, Generic[Score]):
    """One option of a ranking with its score `n`. Tied options share the places `first` to `last`, in
    canonical order."""

    first: int
    last: int
    option: Choice
    n: Score

    @property
    def tied(self) -> bool:
        return self.first != self.last


def ranked(scores: Iterable[tuple[Choice, Score]]) -> list[RankedOption[Score]]:
    """Options by score, best first; what is equal stays equal (standard competition ranking)."""
    ordered = sorted(scores, key=lambda pair: (-pair[1], pair[0].position))
    lines: list[RankedOption[Score]] = []
    for option, score in ordered:
        above = sum(other > score for _, other in ordered)
        lines.append(
            RankedOption(above + 1, above + sum(other == score for _, other in ordered), option, score)
        )
    return lines


def ranking_facts(lines: Iterable[RankedOption[int]], ballots: int) -> Iterator[Fact]:
    """The places from the first to the last that tied options share; none when nobody answered."""
    for line in lines if ballots else ():
        yield Fact("first_place", str(line.first), line.option.id, n=ballots)
        yield Fact("last_place", str(line.last), line.option.id, n=ballots)


def tied_places(ranking: Iterable[RankedOption[int]]) -> list[Tie]:
    """The ties of a ranking; what nobody chose is tied for nothing."""
    chosen = (line for line in ranking if line.n)
    places = [list(same) for _, same in groupby(chosen, key=lambda line: line.first)]
    return [
        Tie(same[0].first, same[0].last, [line.option for line in same]) for same in places if len(same) > 1
    ]


def tie_for_first(options: Sequence[Choice]) -> list[Tie]:
    """The tie of the options that lead; none where one leads alone, or nobody answered."""
    return [Tie(1, len(options), options)] if len(options) > 1 else []


def require_enough_options(question: Question, fewest: int) -> None:
    """`Refused("too_few_options")` below `fewest`, `"too_many_options"` above MOST_OPTIONS."""
    if len(question.options) < fewest:
        raise Refused("too_few_options", least=fewest)
    if len(question.options) > MOST_OPTIONS:
        raise Refused("too_many_options", most=MOST_OPTIONS)


def require_within(n: int, lowest: int, highest: int) -> None:
    """`Refused("setting_outside")` unless a setting is within these bounds."""
    if not lowest <= n <= highest:
        raise Refused("setting_outside", lowest=lowest, highest=highest)


def require_spendable(question: Question, most: int, highest: int) -> None:
    """`Refused("setting_outside")` unless each has from 1 to `highest` to spend, `"per_option_above_most"` or
    `"budget_unspendable"` unless all of it can be spent."""
    require_within(most, 1, highest)
    if question.per_option is None:
        return
    require_within(question.per_option, 1, highest)
    if question.per_option > most:
        raise Refused("per_option_above_most", per_option=question.per_option, most=most)
    if question.per_option * len(question.options) < most:
        raise Refused("budget_unspendable", per_option=question.per_option, most=most)


def require_known_fields(form: Form, prefix: str, names: set[str]) -> None:
    """`Refused("option_unknown")` when a field of this prefix has another name (an option of another vote or
    version)."""
    if any(name.startswith(prefix) and name not in names for name in form):
        raise Refused("option_unknown")


def whole_number(form: Form, name: str, otherwise: str = "bad_request") -> int | None:
    """The whole number in a field, None when it is empty or missing; `Refused(otherwise)` when it is
    anything else."""
    text = form.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise Refused(otherwise)
    return int(text)


def choice_numbers(
    form: Form, prefix: str, choices: Sequence[T], key: Callable[[T], int]
) -> list[tuple[T, int]]:
    """The choices with a number above 0 in their field `prefix` + id, in canonical order.
    `Refused("option_unknown")` when a field of that prefix names something else, `"not_whole"` for what is no
    number, `"nothing_chosen"` when there is none."""
    require_known_fields(form, prefix, {f"{prefix}{key(choice)}" for choice in choices})
    found = [(choice, whole_number(form, f"{prefix}{key(choice)}", "not_whole") or 0) for choice in choices]
    positive = [(choice, n) for choice, n in found if n]
    if not positive:
        raise Refused("nothing_chosen")
    return positive


def chosen_option(question: Question, form: Form) -> Choice:
    """The one option of a form; `Refused("nothing_chosen")` when there is none, and as by `Question.option`
    for one of another vote or version."""
    number = whole_number(form, "option")
    if number is None:
        raise Refused("nothing_chosen")
    return question.option(number)
