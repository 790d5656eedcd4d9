"""The links by which organisations confirm later: made for one, shown once, good until a day, issued anew
and revoked."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, select

from app.domain import codes, log
from app.domain.agenda import plan
from app.domain.votes import lookup
from app.domain.votes.ballots import electorates
from app.domain.votes.confirmations import commitments
from app.domain.votes.lookup import Lock
from app.domain.who import Who
from app.errors import Refused
from app.models import ConfirmLink, Elector, Vote, Workshop
from app.models.base import moment

USUAL_VALIDITY = timedelta(days=14)  # after the workshop's day
LONGEST_VALIDITY = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link just made: its secret is nowhere else."""

    organisation: str
    token: str
    expires_on: date


def issue(session: Session, who: Who, vote_id: int, elector_id: int, until: str) -> IssuedLink:
    """Make the link of an organisation, good through the day `until` (ISO). One there was before, revoked or
    not, has a new secret.

    `Refused("bad_expiry")` for a day that is over or more than a year away, `"not_found"` for an organisation
    outside the electorate, and as `confirmable_vote` says.
    """
    vote = confirmable_vote(session, who, vote_id, "shared")
    _require_elector(session, vote, elector_id)
    return issue_link(session, who, vote, elector_id, _expiry(who, until))


def extend(session: Session, who: Who, vote_id: int, elector_id: int, until: str) -> None:
    """Let the address that an organisation has work through the day `until` (ISO).
    `Refused("bad_expiry")` as by `issue`, `"not_found"` where the organisation has no link."""
    link = _link_of_elector(session, who, vote_id, elector_id)
    link.expires_on = _expiry(who, until)
    log.record(session, who, "confirm link extended", link)


def revoke(session: Session, who: Who, vote_id: int, elector_id: int) -> None:
    """End a link at once; what was said by it stays. Doing it twice changes nothing.
    `Refused("not_found")` where the organisation has none."""
    link = _link_of_elector(session, who, vote_id, elector_id)
    link.revoked_at = link.revoked_at or moment()
    log.record(session, who, "confirm link revoked", link)


def link_of_token(session: Session, workshop_id: int, token: str) -> ConfirmLink | None:
    """The link of this workshop that a secret belongs to, whether it still works or not."""
    query = select(ConfirmLink).join(Vote, col(Vote.id) == ConfirmLink.vote_id)
    wanted = query.where(Vote.workshop_id == workshop_id, ConfirmLink.token_hash == codes.hashed(token))
    return session.exec(wanted).first()


def issue_link(session: Session, who: Who, vote: Vote, elector_id: int, until: date) -> IssuedLink:
    """Make the link, or give the one there is a new secret; whoever asks has been let."""
    electorates.lock_elector(session, elector_id)
    token = codes.token()
    link = next((each for each in links_of_vote(session, vote.id) if each.elector_id == elector_id), None)
    what = "confirm link reissued" if link else "confirm link issued"
    values: dict[str, Any] = {"token_hash": codes.hashed(token), "expires_on": until, "issued_at": moment()}
    link = link or ConfirmLink(vote_id=vote.id, elector_id=elector_id, **values)
    for name, value in {**values, "revoked_at": None}.items():
        setattr(link, name, value)
    log.record(session, who, what, link)
    return IssuedLink(commitments.organisation_name(session, elector_id), token, until)


def confirmable_vote(session: Session, who: Who, vote_id: int, lock: Lock = None) -> Vote:
    """A vote whose organisations can confirm later; `Refused("not_found")`, `"not_a_commitment"` or
    `"commitment_open"` where there is none."""
    vote = lookup.vote_of(session, who, vote_id, lock)
    commitments.require_confirmable(vote)
    return vote


def links_of_vote(session: Session, vote_id: int) -> list[ConfirmLink]:
    """The link of each organisation that has one, whether it works or not."""
    return list(session.exec(select(ConfirmLink).where(ConfirmLink.vote_id == vote_id)))


def workshop_day(session: Session, who: Who) -> date:
    """The day of the workshop, from which a link's usual time is counted."""
    workshop = session.get(Workshop, who.workshop_id)
    assert workshop is not None, "the door found it"
    return workshop.day


def _link_of_elector(session: Session, who: Who, vote_id: int, elector_id: int) -> ConfirmLink:
    confirmable_vote(session, who, vote_id, "shared")
    found = [link for link in links_of_vote(session, vote_id) if link.elector_id == elector_id]
    if not found:
        raise Refused("not_found")
    return found[0]


def _require_elector(session: Session, vote: Vote, elector_id: int) -> None:
    elector = session.get(Elector, elector_id)
    if elector is None or elector.vote_id != vote.id:
        raise Refused("not_found")


def _expiry(who: Who, text: str) -> date:
    today = plan.today(who.zone)
    try:
        until = date.fromisoformat(text)
    except ValueError:
        raise Refused("bad_expiry") from None
    if not today <= until <= today + LONGEST_VALIDITY:
        raise Refused("bad_expiry")
    return until
