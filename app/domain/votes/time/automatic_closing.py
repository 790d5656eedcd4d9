"""What happens to votes when nobody presses anything: they are warned of, and closed, when it is time."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.domain.votes.time import closings
from app.domain.who import clock
from app.models import Vote, Workshop
from app.models.base import moment

RUNNING = (
    select(Vote, Workshop.speed)
    .join(Workshop, col(Workshop.id) == Vote.workshop_id)
    .where(col(Vote.closes_at).is_not(None))
    .order_by(col(Vote.id))  # everybody holds them in the same order
)


def next_moment(session: Session) -> datetime | None:
    """When the next vote of any workshop is to be warned of or closed; in the past where that is overdue."""
    return min((_due_at(vote, speed) for vote, speed in session.exec(RUNNING)), default=None)


def close_due_votes(session: Session, now: datetime | None = None) -> None:
    """Do what is due. Any number of servers may at once: each vote's row is held and looked at again, so it
    is warned of once and closed once. A ballot that comes before the closing counts, however late by the
    clock: the row says whether a vote is open, and when it was closed."""
    now = now or moment()
    for vote, speed in session.exec(RUNNING).all():
        if _due_at(vote, speed) <= now:
            _warn_or_close(session, vote.id, speed, now)


def _warn_or_close(session: Session, vote_id: int, speed: int, now: datetime) -> None:
    vote = session.get(Vote, vote_id, with_for_update=True, populate_existing=True)
    if vote is None or vote.closes_at is None or _due_at(vote, speed) > now:
        return
    who = clock(vote.workshop_id)
    if vote.warned_at is None:
        closings.warn(session, who, vote, now)
    else:
        closings.close(session, who, vote_id)


def _due_at(vote: Vote, speed: int) -> datetime:
    assert vote.closes_at is not None, "only votes that close by themselves are looked at"
    return vote.closes_at if vote.warned_at else vote.closes_at - closings.WARNED / speed
