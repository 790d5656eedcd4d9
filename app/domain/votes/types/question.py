"""What a vote asks: its settings, its options and criteria; and the values a ballot answers with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.errors import Refused

Form = Mapping[str, str]


class Choice(NamedTuple):
    """An option (or a criterion of a grid). `meaning` is "", "for", "against", "abstain" or "block"."""

    id: int
    position: int
    label_en: str
    label_cy: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the settings of a vote and its options and criteria in canonical order.

    `least` and `most` bound how many options, dots, points or places; `per_option` the dots on one option;
    `threshold` is the last level (by position) that counts as support; `lowest` and `highest` bound an
    estimate in units of its last decimal (`decimals` of them).
    """

    type: str
    options: Sequence[Choice] = ()
    criteria: Sequence[Choice] = ()
    least: int | None = None
    most: int | None = None
    per_option: int | None = None
    threshold: int | None = None
    lowest: int | None = None
    highest: int | None = None
    decimals: int = 0

    def option(self, option_id: int) -> Choice:
        """The option with this id; `Refused("option_unknown")` when it is none of this vote."""
        return _choice(self.options, option_id)

    def criterion(self, criterion_id: int) -> Choice:
        """The criterion with this id; `Refused("option_unknown")` when it is none of this vote."""
        return _choice(self.criteria, criterion_id)

    @property
    def takes_sides(self) -> bool:
        """Whether answers are for or against one thing; else each option stands for itself."""
        return self.threshold is not None or any(option.meaning == "for" for option in self.options)


def _choice(choices: Sequence[Choice], wanted: int) -> Choice:
    for choice in choices:
        if choice.id == wanted:
            return choice
    raise Refused("option_unknown")


class AnswerValue(NamedTuple):
    """One answer of a ballot: an option, perhaps on a criterion, with a value (dots, points, a rating, an
    estimate in units of its last decimal) or a text. Its place in the ballot is its position in the list."""

    option: int | None = None
    criterion: int | None = None
    value: int | None = None
    text: str | None = None
