"""The lines of votes: how each was held, its options, what it came to, and its ballots."""

from dataclasses import dataclass
from datetime import datetime
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
class AnswerLine:
    """One answer of a ballot: `place` counts them (of a ranking: first, second, …); `value` is a number of
    dots or points, a rating ("dk" for "don't know") or an estimate."""

    place: int
    option: int | None
    criterion: int | None
    value: Decimal | str | None


@dataclass(frozen=True, slots=True)
class BallotLine:
    """One ballot that counts. `voter` only of a named vote, `reason` only of an organisation in one;
    `ballot` numbers them by what they say (named ones by voter) and means nothing else."""

    ballot: int
    voter: str | None
    reason: str | None
    answers: list[AnswerLine]


@dataclass(frozen=True, slots=True)
class ConfirmationLine:
    """What an organisation said after the day of its commitment, beside its ballot and in no count: `channel`
    is "later". The one that stands has no `replaced_at`."""

    voter: str
    option: int
    reason: str
    channel: str
    confirmed_at: datetime
    replaced_at: datetime | None


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


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """A time in which a vote took ballots. `closed_by` is the role that ended it: "clock" where it closed by
    itself."""

    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None


@dataclass(frozen=True, slots=True)
class ShowingLine:
    """A time in which a result could be seen; `hidden_by` is "undo" or "reopening"."""

    shown_at: datetime
    hidden_at: datetime | None
    hidden_by: str | None
    visible_seconds: Decimal | None
    ballots: int


@dataclass(frozen=True, slots=True)
class VoteLine:
    """One vote, of its `version` of wording and rules. `result` is "counted", or "withheld" while the room
    has not been shown it: then nothing below `previews` but times and options is told.

    `least` to `measure_cy` mean what the type says; `threshold` is the position of the last level of support.
    `closes_after_seconds`: when it was to close by itself (None: by hand). `shuffled`: everybody saw the
    options in an order of their own. `repeats` is the vote that this one asks again (`repeats_as` "round",
    "after" or "runoff"). A rule of a share needs `rule_part` of `rule_whole`: 2 of 3, or of 10,000 where it
    was a percentage. `cast` = `phone` + `paper`, of which `on_count_sheets` have no ballots of their own;
    `contested` organisations do not count yet.
    """

    vote: int
    item: int
    item_title_en: str
    item_title_cy: str
    question_en: str
    question_cy: str
    type: str
    version: int
    unit: str
    secrecy: str
    least: int | None
    most: int | None
    per_option: int | None
    threshold: int | None
    lowest: Decimal | None
    highest: Decimal | None
    decimals: int
    measure_en: str
    measure_cy: str
    shuffled: bool
    asks_reasons: bool
    receipts: bool
    closes_after_seconds: int | None
    rule: str
    rule_part: int | None
    rule_whole: int | None
    abstentions: str
    ties: str
    lot_seed: str
    repeats: int | None
    repeats_as: str | None
    round: int
    state: str
    opened_at: datetime | None
    closed_at: datetime | None
    revealed_at: datetime | None
    final_at: datetime | None
    electorate: int | None
    cast: int
    phone: int
    paper: int
    on_count_sheets: int
    contested: int
    result: str
    previews: int
    openings: list[OpeningLine]
    showings: list[ShowingLine]
    options: list[OptionLine]
    results: list[FactLine]
    groups: list[GroupLine]
    shift: ShiftLine | None
    decision: DecisionLine | None
    ballots: list[BallotLine]
    reasons: list[str]
    confirmations: list[ConfirmationLine]

    @property
    def confirmed(self) -> dict[str, ConfirmationLine]:
        """What stands of what was said later, by organisation."""
        return {each.voter: each for each in self.confirmations if each.replaced_at is None}

    @property
    def hidden_again(self) -> list[ShowingLine]:
        """The times the result was seen and then taken off the screens."""
        return [showing for showing in self.showings if showing.hidden_at]

    def label(self, axis: str, position: int | None) -> OptionLine | None:
        """The option ("option") or criterion at a position."""
        return next((each for each in self.options if (each.axis, each.option) == (axis, position)), None)
