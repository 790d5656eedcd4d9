"""The people of a workshop: what they say of themselves, and what the lead corrects."""

from sqlmodel import Session

from app.announce import announce
from app.domain import codes, log, nouns, texts
from app.domain.people import organisations, roles, tables
from app.domain.who import Who
from app.errors import Refused
from app.models import Participant
from app.models.base import LANGUAGES, moment

nouns.register(Participant, nouns.Undoing())


def set_details(
    session: Session, who: Who, name: str, organisation: str, table: int | None, role: str = ""
) -> None:
    """A person changes their own name, organisation, table or role (by id)."""
    participant = participant_of(session, who, who.participant_id or 0)
    participant.name = texts.optional(name, 80)
    participant.organisation_id = organisations.find_or_add(session, who, organisation)
    participant.table_id = tables.with_number(session, who.workshop_id, table).id if table else None
    participant.role_id = roles.role_id_from_form(session, who.workshop_id, role)
    log.record(session, who, "details changed", participant)


def set_language(session: Session, who: Who, language: str) -> None:
    """A person chooses their language, English if it is none of LANGUAGES; refused as by `participant_of`."""
    participant = participant_of(session, who, who.participant_id or 0)
    participant.language = language if language in LANGUAGES else "en"
    log.record(session, who, "language chosen", participant)


def rename(session: Session, who: Who, participant_id: int, name: str) -> None:
    """The lead corrects a name; refused as by `participant_of`."""
    participant = participant_of(session, who, participant_id)
    participant.name = texts.optional(name, 80)
    log.record(session, who, "participant renamed", participant, undoable=True)


def seat(session: Session, who: Who, participant_id: int, table: int | None) -> None:
    """The lead moves a person to another table (by number) or to none; what they wrote stays.
    Refused as by `participant_of` and `tables.with_number`."""
    participant = participant_of(session, who, participant_id)
    participant.table_id = tables.with_number(session, who.workshop_id, table).id if table else None
    log.record(session, who, "participant moved", participant, undoable=True)


def issue_code(session: Session, who: Who, participant_id: int) -> str:
    """A personal code in place of one that is lost with its phone: returned now and never again. The old one
    and the device that used it stop working; the person stays who they are."""
    participant, personal = participant_of(session, who, participant_id), codes.personal_code()
    participant.code_hash = codes.hashed(personal)
    participant.device_hash = codes.hashed(codes.token())
    session.flush()
    log.note(session, who, "code issued anew", "participant", participant.id)
    announce(session, who.workshop_id, "participants")
    announce(session, who.workshop_id, "departures")
    return personal


def remove(session: Session, who: Who, participant_id: int) -> None:
    """Take a person out of the workshop; what they contributed stays. Refused as by `participant_of`."""
    participant = participant_of(session, who, participant_id)
    participant.removed_at = moment()
    log.record(session, who, "participant removed", participant, undoable=True)
    announce(session, who.workshop_id, "departures")


def participant_of(session: Session, who: Who, participant_id: int) -> Participant:
    """A present participant of this workshop; Refused("not_found") for any other."""
    participant = session.get(Participant, participant_id)
    if participant is None or participant.workshop_id != who.workshop_id or participant.removed_at:
        raise Refused("not_found")
    return participant
