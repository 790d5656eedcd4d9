"""The links by which organisations confirm later: made for one by a console or by who answered for it, shown
once, good until a day, issued anew and revoked."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from app.domain import codes, log, nouns
from app.domain.agenda import plan
from app.domain.votes import lookup
from app.domain.votes.ballots.ballot_rows import Standing
from app.domain.votes.confirmations import confirmations
from app.domain.votes.lookup import Lock
from app.domain.votes.types.question import Question
from app.domain.who import Who
from app.errors import Refused
from app.models import Ballot, Confirmation, ConfirmLink, Elector, Organisation, Participant, Vote, Workshop
from app.models.base import moment

USUAL = timedelta(days=14)  # after the workshop's day
LONGEST = timedelta(days=366)


nouns.register(ConfirmLink, "links")


@dataclass(frozen=True, slots=True)
class Issued:
    """A link just made: its secret is nowhere else."""

    organisation: str
    token: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class Commitment:
    """One organisation of a vote: its answer `in_room`, where that may be seen; its link, which may have
    `expired`; what it said `later`."""

    elector_id: int
    organisation: str
    in_room: Standing | None
    link: ConfirmLink | None
    expired: bool
    later: Confirmation | None


@dataclass(frozen=True, slots=True)
class Commitments:
    """The organisations of a vote for a console; `shown`: what they answered may be seen. A link made now is
    usually good until `usual`, and at most until `longest`; not before `today`."""

    vote: Vote
    question: Question
    shown: bool
    listed: list[Commitment]
    today: date
    usual: date
    longest: date


def of_vote(session: Session, who: Who, vote_id: int) -> Commitments:
    """Every organisation of a vote, what it answered, and its link. What was answered is left out until the
    room has been shown it."""
    vote = _vote(session, who, vote_id)
    today, shown = plan.today(who.zone), vote.state in ("revealed", "final")
    links = {link.elector_id: link for link in _links(session, vote_id)}
    query = (
        select(Elector.id, Organisation.name)
        .join(Organisation, col(Organisation.id) == Elector.organisation_id)
        .where(Elector.vote_id == vote_id)
        .order_by(col(Organisation.folded))
    )
    listed = [
        Commitment(
            elector_id,
            name,
            confirmations.counted(session, vote, elector_id) if shown else None,
            link := links.get(elector_id),
            link is not None and link.expires_on < today,
            confirmations.standing(session, vote_id, elector_id),
        )
        for elector_id, name in session.exec(query).all()
    ]
    usual = max(_day(session, who), today) + USUAL
    return Commitments(vote, lookup.question_of(session, vote), shown, listed, today, usual, today + LONGEST)


def issue(session: Session, who: Who, vote_id: int, elector_id: int, until: str) -> Issued:
    """Make the link of an organisation, good through the day `until` (ISO). One there was before, revoked or
    not, has a new secret."""
    vote = _vote(session, who, vote_id, "shared")
    _require_elector(session, vote, elector_id)
    return _issue(session, who, vote, elector_id, _until(who, until))


def extend(session: Session, who: Who, vote_id: int, elector_id: int, until: str) -> None:
    """Let the address that an organisation has work through another day."""
    link = _link(session, who, vote_id, elector_id)
    link.expires_on = _until(who, until)
    log.record(session, who, "confirm link extended", link)


def revoke(session: Session, who: Who, vote_id: int, elector_id: int) -> None:
    """End a link at once; what was said by it stays. Doing it twice changes nothing."""
    link = _link(session, who, vote_id, elector_id)
    link.revoked_at = link.revoked_at or moment()
    log.record(session, who, "confirm link revoked", link)


def own(session: Session, who: Who) -> list[tuple[Vote, int, ConfirmLink | None]]:
    """The commitments this person may ask a link for, with the elector and the link there is: of their own
    organisation, where they speak for it or gave the answer that counts."""
    answered = select(Ballot.id).where(
        Ballot.elector_id == Elector.id, Ballot.voter_id == who.participant_id, Ballot.standing == "counted"
    )
    query = (
        select(Vote, Elector.id, ConfirmLink)
        .join(Elector, col(Elector.vote_id) == Vote.id)
        .join(Organisation, col(Organisation.id) == Elector.organisation_id)
        .join(Participant, col(Participant.organisation_id) == Organisation.id)
        .join(ConfirmLink, col(ConfirmLink.elector_id) == Elector.id, isouter=True)
        .where(
            Vote.workshop_id == who.workshop_id,
            col(Vote.state).in_(confirmations.ENDED),
            col(Vote.removed_at).is_(None),
            Participant.id == who.participant_id,
            or_(col(Organisation.spokesperson_id) == who.participant_id, answered.exists()),
        )
        .order_by(col(Vote.id))
    )
    return [each for each in session.exec(query).all() if confirmations.possible(each[0])]


def of_own(session: Session, who: Who, vote_id: int) -> tuple[Vote, ConfirmLink | None, date]:
    """A vote this person may ask a link for, the link there is, and until when a new one would work."""
    vote, _, link = _own(session, who, vote_id)
    return vote, link, _own_until(session, who, link)


def issue_own(session: Session, who: Who, vote_id: int) -> Issued:
    """Make the link of one's own organisation, until the day it has been given or the usual one; refused
    after that day, and where the organiser revoked it."""
    vote, elector_id, link = _own(session, who, vote_id)
    until = _own_until(session, who, link)
    if link is not None and link.revoked_at:
        raise Refused("confirm_link_revoked")
    if until < plan.today(who.zone):
        raise Refused("confirm_link_expired")
    return _issue(session, who, vote, elector_id, until)


def by_token(session: Session, workshop_id: int, token: str) -> ConfirmLink | None:
    """The link of this workshop that a secret belongs to, whether it still works or not."""
    query = select(ConfirmLink).join(Vote, col(Vote.id) == ConfirmLink.vote_id)
    wanted = query.where(Vote.workshop_id == workshop_id, ConfirmLink.token_hash == codes.hashed(token))
    return session.exec(wanted).first()


def _issue(session: Session, who: Who, vote: Vote, elector_id: int, until: date) -> Issued:
    confirmations.hold(session, elector_id)
    token = codes.token()
    link = next((each for each in _links(session, vote.id) if each.elector_id == elector_id), None)
    what = "confirm link reissued" if link else "confirm link issued"
    values: dict[str, Any] = {"token_hash": codes.hashed(token), "expires_on": until, "issued_at": moment()}
    link = link or ConfirmLink(vote_id=vote.id, elector_id=elector_id, **values)
    for name, value in {**values, "revoked_at": None}.items():
        setattr(link, name, value)
    log.record(session, who, what, link)
    return Issued(confirmations.name_of(session, elector_id), token, until)


def _vote(session: Session, who: Who, vote_id: int, lock: Lock = None) -> Vote:
    vote = lookup.vote_of(session, who, vote_id, lock)
    confirmations.require(vote)
    return vote


def _links(session: Session, vote_id: int) -> list[ConfirmLink]:
    return list(session.exec(select(ConfirmLink).where(ConfirmLink.vote_id == vote_id)))


def _link(session: Session, who: Who, vote_id: int, elector_id: int) -> ConfirmLink:
    _vote(session, who, vote_id, "shared")
    found = [link for link in _links(session, vote_id) if link.elector_id == elector_id]
    if not found:
        raise Refused("not_found")
    return found[0]


def _require_elector(session: Session, vote: Vote, elector_id: int) -> None:
    elector = session.get(Elector, elector_id)
    if elector is None or elector.vote_id != vote.id:
        raise Refused("not_found")


def _own(session: Session, who: Who, vote_id: int) -> tuple[Vote, int, ConfirmLink | None]:
    _vote(session, who, vote_id)
    found = [each for each in own(session, who) if each[0].id == vote_id]
    if not found:
        raise Refused("not_your_commitment")
    return found[0]


def _own_until(session: Session, who: Who, link: ConfirmLink | None) -> date:
    return link.expires_on if link else _day(session, who) + USUAL


def _until(who: Who, text: str) -> date:
    today = plan.today(who.zone)
    try:
        until = date.fromisoformat(text)
    except ValueError:
        raise Refused("bad_expiry") from None
    if not today <= until <= today + LONGEST:
        raise Refused("bad_expiry")
    return until


def _day(session: Session, who: Who) -> date:
    workshop = session.get(Workshop, who.workshop_id)
    assert workshop is not None, "the door found it"
    return workshop.day
