"""Requests for more time: who answers a vote that closes by itself may ask, facilitators see how many do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import log, submissions
from app.domain.select_rows import Row
from app.domain.submissions import Stamp
from app.domain.votes.ballots import personal_answers
from app.domain.votes.time import closing_warnings, closings
from app.domain.who import Who
from app.models import TimeRequest, Vote
from app.models.base import moment


@dataclass(frozen=True, slots=True)
class TimeRequestView:
    """A vote for which one person may ask for more time; `is_pending` while their request stands."""

    vote_id: int
    is_pending: bool


def ask(session: Session, who: Who, vote_id: int, stamp: Stamp) -> None:
    """One person needs more time for an open vote; asking again while the request stands changes nothing.
    Refused as `closings.require_timed` and `personal_answers.require_elector` say.

    Whether there is more time is for the facilitator, who may know that the room has to go on. But no request
    is cut off unread: the first that stands keeps the vote open for as long as a warning lasts. Only the
    first does, so that nobody can hold the room; once time was given, the next is the first again.
    """
    if submissions.earlier_delivery(session, who, stamp):
        return
    vote = closings.require_timed(session, who, vote_id)
    answered = personal_answers.answer_of_person(session, who, vote_id).vote
    personal_answers.require_elector(session, who, answered)
    if (own := request_of_person(session, who, answered)) and own.is_pending:
        return
    others, now = request_counts(session, [vote]).get(vote_id, 0), moment()
    _write_request(session, who, vote, now)
    submissions.remember(session, who, stamp, vote_id=vote_id)
    anyone = Who(who.workshop_id, who.code, who.role)
    log.note(session, anyone, "more time asked", "vote", vote_id, asking=others + 1)
    if not others:
        closing_warnings.postpone(session, anyone, vote, now)
    announce(session, who.workshop_id, "closings")
    session.flush()


def request_counts(session: Session, votes: Iterable[Vote]) -> dict[int, int]:
    """How many people ask for more time, by vote id; votes for which nobody does are left out."""
    running = [vote.id for vote in votes if vote.closes_at is not None]
    if not running:
        return {}
    since = func.coalesce(Vote.extended_at, Vote.opened_at)
    query = (
        select(TimeRequest.vote_id, func.count())
        .join(Vote, col(Vote.id) == TimeRequest.vote_id)
        .where(col(TimeRequest.vote_id).in_(running), TimeRequest.asked_at > since)
        .group_by(col(TimeRequest.vote_id))
    )
    return dict(session.exec(query).all())


def request_of_person(session: Session, who: Who, vote: Row[Vote]) -> TimeRequestView | None:
    """Whether this person may ask for more time, and has; of a vote's columns with the `elector_id` as whom
    the person may answer. None where there is nothing to ask for."""
    if vote.closes_at is None or vote.elector_id is None:
        return None
    mine = session.get(TimeRequest, (vote.id, who.participant_id))
    return TimeRequestView(
        vote.id, is_pending=mine is not None and mine.asked_at > (vote.extended_at or vote.opened_at)
    )


def delete_requests(session: Session, vote: Vote) -> None:
    """Who asked for time is nobody's business any more; that somebody did is in the log."""
    session.connection().execute(delete(TimeRequest).where(col(TimeRequest.vote_id) == vote.id))


def _write_request(session: Session, who: Who, vote: Vote, now: datetime) -> None:
    mine = session.get(TimeRequest, (vote.id, who.participant_id))
    mine = mine or TimeRequest(vote_id=vote.id, participant_id=who.participant_id or 0)
    since = vote.extended_at or vote.opened_at or now
    mine.asked_at = max(now, since + timedelta(milliseconds=1))  # after time was given, be it in the same one
    session.add(mine)
