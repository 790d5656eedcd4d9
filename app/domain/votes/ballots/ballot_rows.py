"""Ballots as they are now: the answers of one elector, each read as a whole."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, literal_column
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from app.domain import select_rows
from app.domain.votes.types.question import AnswerValue
from app.models import Answer, Ballot


def is_counted(ballot: type[Ballot] = Ballot) -> ColumnElement[bool]:
    """That a ballot counts: written out, because with a partial index on it SQLite plans a query with a bound
    value anew each time (50 to 100 µs)."""
    return col(ballot.standing) == literal_column("'counted'")


# Ballots come by the thousand, and building a statement costs several times what running it does.
BALLOT_COLUMNS = ("id", "voter_id", "cast_at", "channel", "standing", "reason", "receipt", "sequence")
BALLOTS = (
    select_columns(
        *(col(getattr(Ballot, name)) for name in BALLOT_COLUMNS),
        *(col(column) for column in (Answer.option_id, Answer.criterion_id, Answer.value, Answer.text)),
    )
    .join(Answer, (col(Answer.ballot_id) == Ballot.id) & (col(Answer.vote_id) == Ballot.vote_id))
    .where(col(Ballot.vote_id) == bindparam("vote_id"), col(Ballot.elector_id) == bindparam("elector_id"))
    .order_by(col(Ballot.id), col(Answer.place))
)
COUNTED_BALLOTS = BALLOTS.where(is_counted())


@dataclass(frozen=True, slots=True)
class BallotView:
    """One ballot as it is now: what it says, when it came and how; `voter_id` gave it."""

    id: int
    voter_id: int | None
    cast_at: datetime
    channel: str
    standing: str
    reason: str
    receipt: str | None
    sequence: int
    answers: list[AnswerValue]


def ballots_of_elector(
    session: Session, vote_id: int, elector_id: int, query: select_rows.AnyQuery = BALLOTS
) -> list[BallotView]:
    """Every ballot of an elector, in the order they first came; or only those of `query`
    (COUNTED_BALLOTS)."""
    found: dict[int, BallotView] = {}
    width = len(BALLOT_COLUMNS)
    for row in select_rows.all_rows(session, query, vote_id=vote_id, elector_id=elector_id):
        ballot = found.get(row[0])
        if ballot is None:
            ballot = found[row[0]] = BallotView(**dict(zip(BALLOT_COLUMNS, row, strict=False)), answers=[])
        ballot.answers.append(AnswerValue(*row[width:]))
    return list(found.values())
