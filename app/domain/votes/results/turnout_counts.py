"""How many ballots of a vote count, and how they came: on phones, on paper, as numbers on count sheets."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.domain.votes.ballots.ballot_rows import is_counted
from app.models import Ballot, CountSheet


@dataclass(frozen=True, slots=True)
class BallotCounts:
    """How many ballots of a vote count, by how they came: of the `paper` ones, `sheets` stand only as numbers
    on count sheets. `contested` electors have answered differently."""

    phone: int = 0
    paper: int = 0
    sheets: int = 0
    contested: int = 0


def of_votes(session: Session, vote_ids: Sequence[int]) -> dict[int, BallotCounts]:
    """How many ballots of these votes count, by vote id; of what they say, nothing is looked at."""
    of_these = col(Ballot.vote_id).in_(vote_ids)
    query = (
        select_columns(col(Ballot.vote_id), col(Ballot.channel), func.count())
        .where(of_these, is_counted())
        .group_by(col(Ballot.vote_id), col(Ballot.channel))
    )
    n = {tuple(key): count for *key, count in session.connection().execute(query)}
    disputed = (
        select(Ballot.vote_id, func.count(func.distinct(Ballot.elector_id)))
        .where(of_these, Ballot.standing == "contested")
        .group_by(col(Ballot.vote_id))
    )
    contested = dict(session.exec(disputed).all())
    sheets = _sheets(session, vote_ids)
    return {
        vote_id: BallotCounts(
            n.get((vote_id, "phone"), 0),
            n.get((vote_id, "paper"), 0) + sheets.get(vote_id, 0),
            sheets.get(vote_id, 0),
            contested.get(vote_id, 0),
        )
        for vote_id in vote_ids
    }


def on_sheets(session: Session, vote_id: int) -> int:
    """How many ballots the count sheets of a vote hold."""
    return _sheets(session, [vote_id]).get(vote_id, 0)


def _sheets(session: Session, vote_ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(CountSheet.vote_id, func.sum(CountSheet.ballots))
        .where(col(CountSheet.vote_id).in_(vote_ids), col(CountSheet.replaced_at).is_(None))
        .group_by(col(CountSheet.vote_id))
    )
    return {vote_id: int(n) for vote_id, n in session.exec(query)}
