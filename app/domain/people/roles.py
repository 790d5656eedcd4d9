"""What people may say they are: the roles that joining offers, and which ballots are told apart by them."""

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.domain import nouns
from app.domain.select_rows import Readable
from app.errors import Refused
from app.models import Participant, Role, Vote

# A ballot asks this on its way, and building a statement costs several times what running it does.
OF_PERSON = (
    select_columns(col(Role.id))
    .join(Participant, col(Participant.role_id) == Role.id)
    .where(col(Participant.id) == bindparam("participant_id"), col(Role.removed_at).is_(None))
)

nouns.register(Role, nouns.Undoing())


def current_roles(session: Session, workshop_id: int) -> list[Role]:
    """The roles asked on joining, in order; none where no role is asked."""
    query = select(Role).where(Role.workshop_id == workshop_id, col(Role.removed_at).is_(None))
    return list(session.exec(query.order_by(col(Role.position))))


def all_roles(session: Session, workshop_id: int) -> list[Role]:
    """The roles with those asked no more, in order: ballots may still be counted by them."""
    query = select(Role).where(Role.workshop_id == workshop_id)
    return list(session.exec(query.order_by(col(Role.position))))


def role_id_from_form(session: Session, workshop_id: int, text: str) -> int | None:
    """The role whose id a form gives, None for an empty field; Refused("no_such_role") when it is none of
    those asked."""
    if not text:
        return None
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    role = session.get(Role, int(text)) if is_number else None
    if role is None or role.workshop_id != workshop_id or role.removed_at:
        raise Refused("no_such_role")
    return role.id


def role_id_for_ballot(session: Session, vote: Readable[Vote], participant_id: int | None) -> int | None:
    """The role a person's ballot is counted by, in a vote with group tags.

    Not in a named one, where who knows the answers by name could work out from the counts who said they are
    what; nor where organisations answer, of which a role is no part.
    """
    if vote.secrecy != "group" or vote.unit != "people" or participant_id is None:
        return None
    return session.connection().execute(OF_PERSON, {"participant_id": participant_id}).scalar()
