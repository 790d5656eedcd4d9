"""Who takes part: joining, coming back on another device, and what a person says of themselves."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import codes, log, nouns, texts
from app.domain.people import roles, tables
from app.domain.who import Who
from app.errors import Refused
from app.models import Organisation, Participant, Workshop
from app.models.base import LANGUAGES, moment

for model in (Participant, Organisation):
    nouns.register(model, "participants", nouns.Undoing())


@dataclass(frozen=True, slots=True)
class Joined:
    """A fresh participant and the two secrets only their own browser ever holds."""

    participant_id: int
    personal: str
    device: str


def join(
    session: Session,
    who: Who,
    name: str,
    organisation: str,
    table: int | None,
    language: str,
    role: str = "",
) -> Joined:
    """A person joins: a name if they wish, an organisation, a table, a role (by id); no account."""
    workshop = session.get(Workshop, who.workshop_id)
    if workshop is None or workshop.state == "closed":
        raise Refused("day_closed")
    joined = Joined(0, codes.personal_code(), codes.token())
    participant = Participant(
        workshop_id=who.workshop_id,
        name=texts.optional(name, 80),
        organisation_id=_organisation_id(session, who, organisation),
        table_id=tables.numbered(session, who.workshop_id, table).id if table else None,
        role_id=roles.chosen(session, who.workshop_id, role),
        language=language if language in LANGUAGES else "en",
        code_hash=codes.hashed(joined.personal),
        device_hash=codes.hashed(joined.device),
        seen_at=moment(),
    )
    log.record(session, who, "joined", participant)
    return Joined(participant.id, joined.personal, joined.device)


def by_code(session: Session, workshop_id: int, personal: str) -> Participant | None:
    """The person with this personal code, if they are (still) part of this workshop."""
    query = select(Participant).where(
        Participant.workshop_id == workshop_id,
        Participant.code_hash == codes.hashed(codes.typed(personal)),
        col(Participant.removed_at).is_(None),
    )
    return session.exec(query).first()


def move_device(session: Session, who: Who, personal: str) -> Joined:
    """Continue as the person with this code on a new device; the one before may no longer submit."""
    participant = by_code(session, who.workshop_id, personal)
    if participant is None:
        raise Refused("code_unknown")
    device = codes.token()
    participant.device_hash = codes.hashed(device)
    participant.seen_at = moment()
    session.flush()
    log.note(session, who, "moved to another device", "participant", participant.id)
    announce(session, who.workshop_id, "participants")
    announce(session, who.workshop_id, "departures")
    return Joined(participant.id, codes.typed(personal), device)


def set_details(
    session: Session, who: Who, name: str, organisation: str, table: int | None, role: str = ""
) -> None:
    """A person changes their own name, organisation, table or role (by id)."""
    participant = of(session, who, who.participant_id or 0)
    participant.name = texts.optional(name, 80)
    participant.organisation_id = _organisation_id(session, who, organisation)
    participant.table_id = tables.numbered(session, who.workshop_id, table).id if table else None
    participant.role_id = roles.chosen(session, who.workshop_id, role)
    log.record(session, who, "details changed", participant)


def set_language(session: Session, who: Who, language: str) -> None:
    """A person chooses their language."""
    participant = of(session, who, who.participant_id or 0)
    participant.language = language if language in LANGUAGES else "en"
    log.record(session, who, "language chosen", participant)


def rename(session: Session, who: Who, participant_id: int, name: str) -> None:
    """The lead corrects a name."""
    participant = of(session, who, participant_id)
    participant.name = texts.optional(name, 80)
    log.record(session, who, "participant renamed", participant, undoable=True)


def seat(session: Session, who: Who, participant_id: int, table: int | None) -> None:
    """The lead moves a person to another table (by number) or to none; what they wrote stays."""
    participant = of(session, who, participant_id)
    participant.table_id = tables.numbered(session, who.workshop_id, table).id if table else None
    log.record(session, who, "participant moved", participant, undoable=True)


def new_code(session: Session, who: Who, participant_id: int) -> str:
    """A personal code in place of one that is lost with its phone: returned now and never again. The old one
    and the device that used it stop working; the person stays who they are."""
    participant, personal = of(session, who, participant_id), codes.personal_code()
    participant.code_hash = codes.hashed(personal)
    participant.device_hash = codes.hashed(codes.token())
    session.flush()
    log.note(session, who, "code issued anew", "participant", participant.id)
    announce(session, who.workshop_id, "participants")
    announce(session, who.workshop_id, "departures")
    return personal


def remove(session: Session, who: Who, participant_id: int) -> None:
    """Take a person out of the workshop; what they contributed stays."""
    participant = of(session, who, participant_id)
    participant.removed_at = moment()
    log.record(session, who, "participant removed", participant, undoable=True)
    announce(session, who.workshop_id, "departures")


def of(session: Session, who: Who, participant_id: int) -> Participant:
    """A present participant of this workshop; a stranger's is not found."""
    participant = session.get(Participant, participant_id)
    if participant is None or participant.workshop_id != who.workshop_id or participant.removed_at:
        raise Refused("not_found")
    return participant


def organisations(session: Session, workshop_id: int) -> list[str]:
    """The names of the organisations so far, in order."""
    query = select(Organisation.name).where(Organisation.workshop_id == workshop_id)
    return list(session.exec(query.order_by(col(Organisation.folded))))


def _organisation_id(session: Session, who: Who, name: str) -> int | None:
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


def organisation_name(session: Session, participant: Participant) -> str:
    """The name of a person's organisation, empty without one."""
    organisation = (
        session.get(Organisation, participant.organisation_id) if participant.organisation_id else None
    )
    return organisation.name if organisation else ""


def is_here(session: Session, code: str, me: str) -> bool:
    """Whether the cookie `me` ("personal.device") is of a present person on their current device."""
    personal, _, device = me.partition(".")
    query = (
        select(Participant.id)
        .join(Workshop)
        .where(
            Workshop.code == code,
            Participant.code_hash == codes.hashed(personal),
            Participant.device_hash == codes.hashed(device),
            col(Participant.removed_at).is_(None),
        )
    )
    return session.exec(query).first() is not None


def welcome(session: Session, code: str) -> dict[str, Any]:
    """What someone sees before joining: the workshop, its tables and the organisations so far."""
    workshop = session.exec(select(Workshop).where(Workshop.code == code)).first()
    if workshop is None:
        raise Refused("code_unknown")
    return {
        "workshop": workshop,
        "tables": tables.listed(session, workshop.id),
        "organisations": organisations(session, workshop.id),
        "roles": roles.listed(session, workshop.id),
    }
