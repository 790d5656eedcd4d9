"""The types of vote: each a module here, found by its name, with a template folder of the same name.

A type says which settings it has (`FIELDS`, `DEFAULTS`, `OPTIONS`, `CRITERIA`), checks them (`check`), reads
a form into answers (`read`), counts answers (`result`), and says what may be decided by (`weighed`) and what
the record keeps (`facts`). All of it is arithmetic on what it is given: no database, no HTML.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, NamedTuple

from app.errors import Refused

HELPERS = {"arithmetic", "run_off", "scales"}


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
        """The option with this id; refused when it is none of this vote."""
        return _choice(self.options, option_id)

    def criterion(self, criterion_id: int) -> Choice:
        """The criterion with this id; refused when it is none of this vote."""
        return _choice(self.criteria, criterion_id)


class AnswerValue(NamedTuple):
    """One answer of a ballot: an option, perhaps on a criterion, with a value (dots, points, a rating, an
    estimate in units of its last decimal) or a text. Its place in the ballot is its position in the list."""

    option: int | None = None
    criterion: int | None = None
    value: int | None = None
    text: str | None = None


class Counted(NamedTuple):
    """How often one answer was given."""

    given: AnswerValue
    n: int


class Weighed(NamedTuple):
    """What a decision is made by: ballots for, against, abstaining; `blocks` of those against block."""

    support: int
    against: int
    abstain: int
    blocks: int = 0


class Fact(NamedTuple):
    """One number of a result as the record keeps it: what was measured, of which option, criterion and level,
    and the number as exact text ("3", "79.5"); ids of options and criteria, labels of everything else."""

    measure: str
    value: str
    option: int | None = None
    criterion: int | None = None
    level: str = ""
    n: int | None = None


Form = Mapping[str, str]


@cache
def names() -> tuple[str, ...]:
    """The types there are."""
    return tuple(sorted(_found(), key=lambda name: (rules(name).ORDER, name)))


@cache
def rules(name: str) -> ModuleType:
    """The module of a type; refused when there is none of this name."""
    if name not in _found():
        raise Refused("vote_type_unknown")
    return import_module(f"{__name__}.{name}")


def _found() -> set[str]:
    return {module.name for module in iter_modules(__path__)} - HELPERS


def check(question: Question) -> None:
    """Refused when a vote with these settings cannot be answered."""
    rules(question.type).check(question)


def read(question: Question, form: Form) -> list[AnswerValue]:
    """The answers a form gives; refused when it is not a ballot of this vote."""
    return rules(question.type).read(question, form)


def result(question: Question, counted: Sequence[Any], ballots: int) -> Any:
    """What the counted answers come to: [Counted, …], or [(ballot: tuple[Given, …], n), …] for a type whose
    `BY` is "ballots". `ballots` is how many ballots were counted."""
    return rules(question.type).result(question, counted, ballots)


def weighed(question: Question, found: Any) -> Weighed | None:
    """What a decision rule looks at; None where this type decides nothing."""
    return rules(question.type).weighed(question, found)


def takes_sides(question: Question) -> bool:
    """Whether answers are for or against one thing; else each option stands for itself."""
    return question.threshold is not None or any(option.meaning == "for" for option in question.options)


def facts(question: Question, found: Any) -> Iterable[Fact]:
    """A result as the record keeps it."""
    return rules(question.type).facts(question, found)


def _choice(choices: Sequence[Choice], wanted: int) -> Choice:
    for choice in choices:
        if choice.id == wanted:
            return choice
    raise Refused("option_unknown")
