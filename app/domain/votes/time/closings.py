"""How a vote closes: by hand or by itself, when that is, the time that is given, and the warning before."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.domain import log
from app.domain.votes import lookup
from app.domain.who import Who
from app.errors import Refused
from app.models import Vote, Workshop
from app.models.base import moment

# People are to have 20 seconds to ask for more time (WCAG 2.2, 2.2.1); ten more for the way there and back.
WARNING_LENGTH = timedelta(seconds=30)
SHORTEST_WARNING = timedelta(seconds=20)
MINUTES = (1, 5)


def schedule_closing(session: Session, vote: Vote, now: datetime) -> None:
    """Set when a vote that is being opened closes by itself, if it does; no request from before stands."""
    seconds = timedelta(seconds=vote.closes_after or 0)
    vote.closes_at = now + at_workshop_speed(session, vote, seconds) if vote.closes_after else None
    vote.warned_at = vote.extended_at = None


def close(session: Session, who: Who, vote_id: int) -> None:
    """Close an open vote: from here on a ballot is late. Harmless where it is not open;
    `Refused("not_found")` where there is no such vote."""
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    if vote.state != "open":
        return
    set_closed(vote)
    log.record(session, who, "vote closed", vote, undoable=True)


def set_closed(vote: Vote) -> None:
    """Let a vote be closed from now on, whoever closes it; it has nothing to wait for any more."""
    vote.state, vote.closed_at, vote.turn = "closed", moment(), vote.turn + 1
    vote.first_closed_at = vote.first_closed_at or vote.closed_at
    vote.closes_at = vote.warned_at = None


def add_time(session: Session, who: Who, vote_id: int, minutes: int) -> None:
    """Give an open vote 1 or 5 minutes more until it closes by itself: all who asked for time are answered.
    `Refused("bad_request")` for another number, and as `require_timed` says."""
    if minutes not in MINUTES:
        raise Refused("bad_request")
    vote, now = require_timed(session, who, vote_id), moment()
    assert vote.closes_at is not None, "it runs"
    more = at_workshop_speed(session, vote, timedelta(minutes=minutes))
    vote.closes_at, vote.warned_at, vote.extended_at = max(vote.closes_at, now) + more, None, now
    log.record(session, who, "closing extended", vote, undoable=True, topic="closings")


def switch_to_manual(session: Session, who: Who, vote_id: int) -> None:
    """From here on only a facilitator closes this vote: all the time anybody asked for. Harmless again.
    `Refused("vote_not_open")` or `"vote_over"`."""
    vote = _require_open(session, who, vote_id)
    if vote.closes_at is None:
        return
    vote.closes_at, vote.warned_at, vote.extended_at = None, None, moment()
    log.record(session, who, "closing by hand", vote, undoable=True, topic="closings")


def require_timed(session: Session, who: Who, vote_id: int) -> Vote:
    """An open vote that will close by itself, locked for a change. `Refused("vote_not_open")`, `"vote_over"`,
    or `"vote_by_hand"` when a facilitator closes it."""
    vote = _require_open(session, who, vote_id)
    if vote.closes_at is None:
        raise Refused("vote_by_hand")
    return vote


def warn(session: Session, who: Who, vote: Vote, now: datetime) -> None:
    """Tell everybody that a vote closes soon. Where that comes late, because the server was away, the vote
    waits: nobody's time runs out unannounced."""
    vote.warned_at = now
    if vote.closes_at is not None and vote.closes_at - now < at_workshop_speed(
        session, vote, SHORTEST_WARNING
    ):
        vote.closes_at = now + at_workshop_speed(session, vote, WARNING_LENGTH)
    log.record(session, who, "closing warned", vote, topic="closings")


def postpone_for_warning(session: Session, who: Who, vote: Vote, now: datetime) -> None:
    """See that a vote does not close within the length of a warning from now."""
    soon = now + at_workshop_speed(session, vote, WARNING_LENGTH)
    if vote.closes_at is not None and vote.closes_at < soon:
        vote.closes_at = soon
        log.record(session, who, "closing held", vote, topic="closings")


def columns_to_restore(session: Session, vote: Vote, before: dict[str, Any]) -> dict[str, Any]:
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


def _require_open(session: Session, who: Who, vote_id: int) -> Vote:
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    if vote.state == "draft":
        raise Refused("vote_not_open")
    if vote.state != "open":
        raise Refused("vote_over", at=vote.closed_at)
    return vote
