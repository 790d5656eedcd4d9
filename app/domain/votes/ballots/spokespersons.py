"""Who speaks for an organisation, as long as they can."""

from sqlmodel import Session, col, select

from app.models import Elector, Organisation, Participant


def with_organisation(
    session: Session, person: Participant
) -> tuple[Organisation | None, Participant | None]:
    """The organisation a person is with, and who has been named to speak for it, if they still can."""
    if person.organisation_id is None:
        return None, None
    return session.get(Organisation, person.organisation_id), spokesperson_of(session, person.organisation_id)


def id_for_elector(session: Session, elector_id: int) -> int | None:
    """The participant who speaks for the organisation that this elector is."""
    organisation = session.exec(select(Elector.organisation_id).where(Elector.id == elector_id)).one()
    spokesperson = spokesperson_of(session, organisation or 0)
    return spokesperson.id if spokesperson else None


def spokesperson_of(session: Session, organisation_id: int) -> Participant | None:
    """Who speaks for an organisation: nobody any more once they have left it, or the workshop."""
    query = select(Participant).join(Organisation, col(Organisation.spokesperson_id) == Participant.id)
    return session.exec(
        query.where(
            Organisation.id == organisation_id,
            Participant.organisation_id == organisation_id,
            col(Participant.removed_at).is_(None),
        )
    ).first()
