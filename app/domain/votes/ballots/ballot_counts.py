"""How many ballots there are, whatever they say."""

from sqlalchemy import func
from sqlmodel import Session, select

from app.domain.votes.ballots.ballot_rows import is_counted
from app.models import Ballot, CountSheet


def counted(session: Session, vote_id: int) -> int:
    """How many ballots count so far, without those on count sheets."""
    query = select(func.count()).select_from(Ballot)
    return session.exec(query.where(Ballot.vote_id == vote_id, is_counted())).one()


def has_any(session: Session, vote_id: int) -> bool:
    """Whether anything has been answered at all, whether it counts or not."""
    answers = select(Ballot.id).where(Ballot.vote_id == vote_id).limit(1)
    sheets = select(CountSheet.id).where(CountSheet.vote_id == vote_id).limit(1)
    return session.exec(answers).first() is not None or session.exec(sheets).first() is not None
