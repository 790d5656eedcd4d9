"""The form of a count sheet: read, and refused unless its numbers add up."""

from collections.abc import Mapping
from typing import NamedTuple

from app.domain.votes.types import registry
from app.domain.votes.types.arithmetic import choice_numbers, whole_number
from app.domain.votes.types.question import Form, Question
from app.errors import Refused


class Bounds(NamedTuple):
    """What one ballot holds: from `least` to `most` choices or dots, at most `each` of them on one option."""

    least: int
    most: int
    each: int


def read(question: Question, form: Form) -> tuple[int, dict[int, int]]:
    """How many ballots a sheet holds, and its lines by option id. `Refused("sheet_empty")`;
    `"sheet_exactly"`, `"sheet_between"` or `"sheet_line"` where they do not add up."""
    n = whole_number(form, "ballots", "not_whole")
    if not n:
        raise Refused("sheet_empty")
    lines = {
        option.id: k for option, k in choice_numbers(form, "n_", question.options, lambda option: option.id)
    }
    _require_sums(bounds(question), n, lines)
    return n, lines


def bounds(question: Question) -> Bounds:
    """What one ballot holds, by the settings its type has: one choice where it has none."""
    vote_type = registry.type_of(question.type)
    if "most" not in vote_type.fields:
        return Bounds(1, 1, 1)
    most = question.most or vote_type.defaults.get("most") or len(question.options)
    return Bounds(
        question.least or 1, most, (question.per_option or most) if "per_option" in vote_type.fields else 1
    )


def _require_sums(bound: Bounds, n: int, lines: Mapping[int, int]) -> None:
    total = sum(lines.values())
    if not n * bound.least <= total <= n * bound.most:
        code = "sheet_exactly" if bound.least == bound.most else "sheet_between"
        raise Refused(code, total=total, ballots=n, least=n * bound.least, most=n * bound.most)
    if (highest := max(lines.values())) > n * bound.each:
        raise Refused("sheet_line", n=highest, ballots=n, most=n * bound.each)
