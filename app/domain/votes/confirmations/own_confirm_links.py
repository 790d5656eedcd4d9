"""The link by which one's own organisation confirms later: for who speaks for it, or answered."""

from datetime import date

from sqlalchemy import or_
from sqlmodel import Session, col, select

from app.domain.agenda import plan
from app.domain.votes.confirmations import commitments, confirm_links
from app.domain.votes.confirmations.confirm_links import IssuedLink
from app.domain.who import Who
from app.errors import Refused
from app.models import Ballot, ConfirmLink, Elector, Organisation, Participant, Vote


def own_links(session: Session, who: Who) -> list[tuple[Vote, int, ConfirmLink | None]]:
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
            col(Vote.state).in_(commitments.CONFIRMABLE_STATES),
            col(Vote.removed_at).is_(None),
            Participant.id == who.participant_id,
            or_(col(Organisation.spokesperson_id) == who.participant_id, answered.exists()),
        )
        .order_by(col(Vote.id))
    )
    return [each for each in session.exec(query).all() if commitments.is_commitment(each[0])]


def own_link(session: Session, who: Who, vote_id: int) -> tuple[Vote, ConfirmLink | None, date]:
    """A vote this person may ask a link for, the link there is, and until when a new one would work.
    `Refused("not_your_commitment")` for anybody else."""
    vote, _, link = _require_own(session, who, vote_id)
    return vote, link, _expiry_of(session, who, link)


def issue(session: Session, who: Who, vote_id: int) -> IssuedLink:
    """Make the link of one's own organisation, until the day it has been given or the usual one.
    `Refused("confirm_link_expired")` after that day, `"confirm_link_revoked"` where the organiser ended it,
    `"not_your_commitment"` for anybody else."""
    vote, elector_id, link = _require_own(session, who, vote_id)
    until = _expiry_of(session, who, link)
    if link is not None and link.revoked_at:
        raise Refused("confirm_link_revoked")
    if until < plan.today(who.zone):
        raise Refused("confirm_link_expired")
    return confirm_links.issue_link(session, who, vote, elector_id, until)


def _require_own(session: Session, who: Who, vote_id: int) -> tuple[Vote, int, ConfirmLink | None]:
    confirm_links.confirmable_vote(session, who, vote_id)
    found = [each for each in own_links(session, who) if each[0].id == vote_id]
    if not found:
        raise Refused("not_your_commitment")
    return found[0]


def _expiry_of(session: Session, who: Who, link: ConfirmLink | None) -> date:
    if link is not None:
        return link.expires_on
    return confirm_links.workshop_day(session, who) + confirm_links.USUAL_VALIDITY
