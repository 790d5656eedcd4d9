"""The warning before a vote closes by itself: how long it is, and that none is cut short."""

from datetime import datetime, timedelta

from sqlmodel import Session

from app.domain import log
from app.domain.nouns import Columns
from app.domain.who import Who
from app.models import Vote, Workshop
from app.models.base import moment

# People are to have 20 seconds to ask for more time (WCAG 2.2, 2.2.1); ten more for the way there and back.
WARNING_LENGTH = timedelta(seconds=30)
SHORTEST_WARNING = timedelta(seconds=20)


def warn(session: Session, who: Who, vote: Vote, now: datetime) -> None:
    """Tell everybody that a vote closes soon. Where that comes late, because the server was away, the vote
    waits: nobody's time runs out unannounced."""
    vote.warned_at = now
    shortest = at_workshop_speed(session, vote, SHORTEST_WARNING)
    if vote.closes_at is not None and vote.closes_at - now < shortest:
        vote.closes_at = now + at_workshop_speed(session, vote, WARNING_LENGTH)
    log.record(session, who, "closing warned", vote, topic="closings")


def postpone(session: Session, who: Who, vote: Vote, now: datetime) -> None:
    """See that a vote does not close within the length of a warning from now."""
    soon = now + at_workshop_speed(session, vote, WARNING_LENGTH)
    if vote.closes_at is not None and vote.closes_at < soon:
        vote.closes_at = soon
        log.record(session, who, "closing held", vote, topic="closings")


def columns_to_restore(session: Session, vote: Vote, before: Columns) -> Columns:
    """What an undo gives back to a vote, of these columns as JSON knows them: an end that has passed or is
    near comes with a new warning, or the vote would close under everybody's hands."""
    soon = moment() + at_workshop_speed(session, vote, WARNING_LENGTH)
    closes_at = before.get("closes_at")
    if closes_at is None or datetime.fromisoformat(closes_at) > soon:
        return before
    return {**before, "closes_at": soon.isoformat(), "warned_at": None}


def at_workshop_speed(session: Session, vote: Vote, time: timedelta) -> timedelta:
    """A length of time as this workshop runs: a rehearsal is faster."""
    workshop = session.get(Workshop, vote.workshop_id)
    assert workshop is not None, "a vote has a workshop"
    return time / workshop.speed
