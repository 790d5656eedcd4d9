"""Votes that close by themselves, and who needs more time."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col

from app.announce import announce
from app.domain import log
from app.domain.votes.life import votes
from app.domain.votes.time import automatic_closing, closing_warnings, time_requests
from app.models import Vote
from app.models.base import moment
from tests.cast.ballots import reload

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def opened(room, vote) -> Vote:
    room.write(votes.open, room.who, vote.id)
    return reload(room, vote)


def close_due(room, at) -> None:
    room.write(automatic_closing.close_due_votes, at)


def set_back(session, vote_id: int, left: timedelta, warned: bool = False) -> None:
    """As if the vote had been opened so long ago that only this is left (negative: overdue)."""
    at = moment()
    values = {
        "closes_at": at + left,
        "warned_at": at + left - closing_warnings.WARNING_LENGTH if warned else None,
    }
    session.connection().execute(update(Vote).where(col(Vote.id) == vote_id).values(**values))


def set_back_and_announce(session, room, vote_id: int, left: timedelta, warned: bool = False) -> None:
    set_back(session, vote_id, left, warned)
    announce(session, room.id, "closings")


def log_of_vote(room, vote) -> list[tuple[str, str]]:
    """What the log tells of the vote since it was made, and by whom."""
    lines = [
        line for line in room.read(log.lines, room.id) if (line.row_kind, line.row_id) == ("vote", vote.id)
    ]
    return [(line.what, line.role) for line in lines][1:]


def ask_for_time(person, vote, **stamp):
    return person.post(f"votes/{vote.id}/time-requests", stamp)


def request_count(room, vote) -> int:
    return room.read(time_requests.request_counts, [reload(room, vote)]).get(vote.id, 0)
