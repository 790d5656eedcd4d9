"""The organisations people come from: named as people join, each once."""

from sqlmodel import Session, col, select

from app.domain import log, nouns, texts
from app.domain.who import Who
from app.models import Organisation, Participant

nouns.register(Organisation, nouns.Undoing())


def names(session: Session, workshop_id: int) -> list[str]:
    """The names of the organisations so far, in order."""
    query = select(Organisation.name).where(Organisation.workshop_id == workshop_id)
    return list(session.exec(query.order_by(col(Organisation.folded))))


def find_or_add(session: Session, who: Who, name: str) -> int | None:
    """The id of the organisation with this name, made known if it is new; None for an empty name."""
    name = texts.optional(name, 120)
    if not name:
        return None
    folded = name.casefold()
    query = select(Organisation).where(
        Organisation.workshop_id == who.workshop_id, Organisation.folded == folded
    )
    organisation = session.exec(query).first()
    if organisation is None:
        organisation = Organisation(workshop_id=who.workshop_id, name=name, folded=folded)
        log.record(session, who, "organisation named", organisation)
    return organisation.id


def name_for_participant(session: Session, participant: Participant) -> str:
    """The name of a person's organisation, empty without one."""
    organisation = (
        session.get(Organisation, participant.organisation_id) if participant.organisation_id else None
    )
    return organisation.name if organisation else ""
