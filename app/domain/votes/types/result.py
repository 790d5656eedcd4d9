"""What counted answers come to, as far as it is the same whatever the type of vote."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.votes.types.question import AnswerValue, Choice


class Counted(NamedTuple):
    """How often one answer was given."""

    answer: AnswerValue
    n: int


class Count(NamedTuple):
    """One option: how many chose it, and its share of what was counted in tenths of a per cent."""

    option: Choice
    n: int
    per_mille: int


class DecisionCounts(NamedTuple):
    """What a decision is made by: ballots for, against, abstaining; `blocks` of those against block."""

    support: int
    against: int
    abstain: int
    blocks: int = 0


class Tie(NamedTuple):
    """Options that share the places `first` to `last`, in canonical order."""

    first: int
    last: int
    options: Sequence[Choice]


class Fact(NamedTuple):
    """One number of a result as the record keeps it: what was measured, of which option, criterion and level,
    and the number as exact text ("3", "79.5"); ids of options and criteria, labels of everything else."""

    measure: str
    value: str
    option: int | None = None
    criterion: int | None = None
    level: str = ""
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Result(ABC):
    """The result of a vote, of so many `ballots`. Each type adds its numbers, and answers what it can of the
    questions below."""

    ballots: int

    @abstractmethod
    def facts(self) -> Iterable[Fact]:
        """Its numbers as the record keeps them."""

    def option_counts(self) -> Sequence[Count]:
        """How many chose each option; nothing where options are not chosen."""
        return ()

    def ties(self) -> Sequence[Tie]:
        """Options that are equal, those for the first place first; what nobody chose is tied for nothing."""
        return ()

    def decision_counts(self) -> DecisionCounts | None:
        """What a decision rule looks at; None where the type decides nothing."""
        return None


@dataclass(frozen=True, slots=True)
class OptionResult(Result):
    """A result that counts each option, in canonical order."""

    counts: Sequence[Count]

    def option_counts(self) -> Sequence[Count]:
        return self.counts
