"""The lines of a vote's result: its options, its numbers, its groups, who moved, what was decided."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One option, level or criterion (`axis`) as worded, in canonical order whatever order people saw. `n`
    and `share_percent` are set where ballots are counted per option, and None while withheld."""

    axis: str
    option: int
    option_en: str
    option_cy: str
    meaning: str
    n: int | None
    share_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class FactLine:
    """One number of a result: what was measured of which option, criterion and level, and of how many (`n`).
    Options and criteria by position; `value` is exact."""

    measure: str
    option: int | None
    criterion: int | None
    level: str
    value: Decimal | str
    n: int | None


@dataclass(frozen=True, slots=True)
class GroupLine:
    """How many of a group's ballots (`of`) chose an option: `by` "table" (`group` is its number), "sector" or
    "role" (`group_cy` in Welsh). Groups that would give somebody away are not here."""

    by: str
    group: str
    group_cy: str
    option: int
    n: int
    of: int


@dataclass(frozen=True, slots=True)
class MoveLine:
    """How many answered the option at position `was` before and `now` after."""

    was: int
    now: int
    n: int


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """How answers moved since the vote `before`, of the `paired` ones alone: None or empty where that would
    give somebody away. `towards` support and `away` from it on a scale; `aside` pairs have an answer on paper
    or given late (`left_out` or counted)."""

    before: int
    paired: int | None
    stayed: int | None
    moved: int | None
    towards: int | None
    away: int | None
    aside: int | None
    left_out: bool
    moves: list[MoveLine]


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """What the rule came to: `support` of `base` ballots, of which `needed` would have met it (None for
    consent, which `blocks` prevent)."""

    support: int
    against: int
    abstain: int
    blocks: int
    base: int
    needed: int | None
    reached_percent: Decimal
    met: bool
