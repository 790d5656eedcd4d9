"""The lines of single ballots, and of what organisations said later."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


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
