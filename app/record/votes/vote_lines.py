"""The lines of votes: how each was held, its options, what it came to, and its ballots."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.record.votes.ballot_lines import BallotLine, ConfirmationLine
from app.record.votes.result_lines import DecisionLine, FactLine, GroupLine, OptionLine, ShiftLine


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
        """What was said later and not replaced since, by organisation."""
        return {each.voter: each for each in self.confirmations if each.replaced_at is None}

    @property
    def hidden_again(self) -> list[ShowingLine]:
        """The times the result was seen and then taken off the screens."""
        return [showing for showing in self.showings if showing.hidden_at]

    def label(self, axis: str, position: int | None) -> OptionLine | None:
        """The option ("option") or criterion at a position."""
        return next((each for each in self.options if (each.axis, each.option) == (axis, position)), None)
