"""Which votes are commitments, and what an organisation has said in one: in the room, and later."""

from sqlmodel import Session, col, select

from app.domain.select_rows import Readable
from app.domain.votes.ballots import ballot_rows, colleague_answers
from app.domain.votes.ballots.ballot_rows import BallotView
from app.domain.votes.types import registry
from app.errors import Refused
from app.models import Confirmation, Elector, Organisation, Vote

CONFIRMABLE_STATES = ("closed", "revealed", "final")


def is_commitment(vote: Readable[Vote]) -> bool:
    """Whether what was answered here is a commitment: by organisations, by name, and one option each."""
    named_organisations = vote.unit == "organisations" and vote.secrecy == "named"
    return named_organisations and bool(registry.type_of(vote.type).breakdown)


def confirmable_votes(session: Session, workshop_id: int) -> list[Vote]:
    """The votes of a workshop that can be confirmed later now, in the order they were made."""
    query = select(Vote).where(
        Vote.workshop_id == workshop_id,
        Vote.unit == "organisations",
        Vote.secrecy == "named",
        col(Vote.state).in_(CONFIRMABLE_STATES),
        col(Vote.removed_at).is_(None),
    )
    return [vote for vote in session.exec(query.order_by(col(Vote.id))) if is_commitment(vote)]


def require_confirmable(vote: Vote) -> None:
    """`Refused("not_a_commitment")` where there is none; `"commitment_open"` while it can still be made in
    the room."""
    if not is_commitment(vote):
        raise Refused("not_a_commitment")
    if vote.state not in CONFIRMABLE_STATES:
        raise Refused("commitment_open")


def answer_in_room(session: Session, vote: Vote, elector_id: int) -> BallotView | None:
    """The answer of an organisation that counts in the room."""
    return colleague_answers.counted(
        ballot_rows.ballots_of_elector(session, vote.id, elector_id, ballot_rows.COUNTED_BALLOTS)
    )


def latest_confirmation(session: Session, vote_id: int, elector_id: int) -> Confirmation | None:
    """What an organisation said last, if it has said anything later."""
    query = select(Confirmation).where(
        Confirmation.vote_id == vote_id,
        Confirmation.elector_id == elector_id,
        col(Confirmation.replaced_at).is_(None),
    )
    return session.exec(query).first()


def organisation_name(session: Session, elector_id: int) -> str:
    """The name of an organisation of an electorate."""
    query = select(Organisation.name).join(Elector, col(Elector.organisation_id) == Organisation.id)
    return session.exec(query.where(Elector.id == elector_id)).one()
