"""Which votes have lost their key while the database's files still hold old copies of it."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.domain import log
from app.domain.who import server
from app.models import Vote
from app.models.base import moment


def votes_with_uncleared_files(session: Session) -> list[int]:
    """The votes whose key is destroyed, but whose files have not been cleared since."""
    query = select(Vote.id).where(
        col(Vote.key_destroyed_at).is_not(None), col(Vote.files_cleared_at).is_(None)
    )
    return list(session.exec(query))


def mark_files_cleared(session: Session, vote_ids: Sequence[int]) -> None:
    """Note that the files have been cleared since the keys of these votes were destroyed."""
    for vote in session.exec(select(Vote).where(col(Vote.id).in_(vote_ids)).order_by(col(Vote.id))):
        vote.files_cleared_at = moment()
        log.record(session, server(vote.workshop_id), "traces removed", vote)
