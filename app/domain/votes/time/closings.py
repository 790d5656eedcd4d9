"""How a vote closes: by hand or by itself, when that is, and the time that is given."""

from datetime import datetime, timedelta

from sqlmodel import Session

from app.domain import log
from app.domain.votes import lookup
from app.domain.votes.time import closing_warnings
from app.domain.who import Who
from app.errors import Refused
from app.models import Vote
from app.models.base import moment

MINUTES = (1, 5)


def schedule_closing(session: Session, vote: Vote, now: datetime) -> None:
    """Set when a vote that is being opened closes by itself, if it does; no request from before stands."""
    seconds = timedelta(seconds=vote.closes_after or 0)
    open_for = closing_warnings.at_workshop_speed(session, vote, seconds)
    vote.closes_at = now + open_for if vote.closes_after else None
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
    more = closing_warnings.at_workshop_speed(session, vote, timedelta(minutes=minutes))
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


def _require_open(session: Session, who: Who, vote_id: int) -> Vote:
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    if vote.state == "draft":
        raise Refused("vote_not_open")
    if vote.state != "open":
        raise Refused("vote_over", at=vote.closed_at)
    return vote
