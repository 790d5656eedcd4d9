"""The organisations of a commitment as a console sees them: each with its answer, its link, what it said
later."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from app.domain.agenda import plan
from app.domain.votes import lookup
from app.domain.votes.ballots.ballot_rows import BallotView
from app.domain.votes.confirmations import commitments, confirm_links
from app.domain.votes.types.question import Question
from app.domain.who import Who
from app.models import Confirmation, ConfirmLink, Elector, Organisation, Vote


@dataclass(frozen=True, slots=True)
class Commitment:
    """One organisation of a vote: its answer `in_room`, where that may be seen; its link, which may have
    `expired`; what it said `later`."""

    elector_id: int
    organisation: str
    in_room: BallotView | None
    link: ConfirmLink | None
    expired: bool
    later: Confirmation | None


@dataclass(frozen=True, slots=True)
class Commitments:
    """The organisations of a vote for a console; `is_shown`: what they answered may be seen. A link made now
    is usually good until `usual`, and at most until `longest`; not before `today`."""

    vote: Vote
    question: Question
    is_shown: bool
    listed: list[Commitment]
    today: date
    usual: date
    longest: date


def commitments_of(session: Session, who: Who, vote_id: int) -> Commitments:
    """Every organisation of a vote, what it answered, and its link. What was answered is left out until the
    room has been shown it. Refused as `confirm_links.confirmable_vote` says."""
    vote = confirm_links.confirmable_vote(session, who, vote_id)
    today, is_shown = plan.today(who.zone), vote.state in ("revealed", "final")
    links = {link.elector_id: link for link in confirm_links.links_of_vote(session, vote_id)}
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
            commitments.answer_in_room(session, vote, elector_id) if is_shown else None,
            link := links.get(elector_id),
            link is not None and link.expires_on < today,
            commitments.latest_confirmation(session, vote_id, elector_id),
        )
        for elector_id, name in session.exec(query).all()
    ]
    usual = max(confirm_links.workshop_day(session, who), today) + confirm_links.USUAL_VALIDITY
    longest = today + confirm_links.LONGEST_VALIDITY
    return Commitments(vote, lookup.question_of(session, vote), is_shown, listed, today, usual, longest)
