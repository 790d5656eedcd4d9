"""Joining without an account, and coming back: by the personal code, on this device or another."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import codes, log, texts
from app.domain.people import organisations, roles, tables
from app.domain.who import Who
from app.errors import Refused
from app.models import Participant, Workshop
from app.models.base import LANGUAGES, moment


@dataclass(frozen=True, slots=True)
class PersonalCredentials:
    """A fresh participant and the two secrets only their own browser ever holds."""

    participant_id: int
    personal_code: str
    device_token: str


def join(
    session: Session,
    who: Who,
    name: str,
    organisation: str,
    table: int | None,
    language: str,
    role: str = "",
) -> PersonalCredentials:
    """A person joins: a name if they wish, an organisation, a table, a role (by id); no account.

    Refused("day_closed") after the day, Refused("no_such_table") and Refused("no_such_role") for one this
    workshop does not have, Refused("text_too_long").
    """
    workshop = session.get(Workshop, who.workshop_id)
    if workshop is None or workshop.state == "closed":
        raise Refused("day_closed")
    joined = PersonalCredentials(0, codes.personal_code(), codes.token())
    participant = Participant(
        workshop_id=who.workshop_id,
        name=texts.optional(name, 80),
        organisation_id=organisations.find_or_add(session, who, organisation),
        table_id=tables.with_number(session, who.workshop_id, table).id if table else None,
        role_id=roles.role_id_from_form(session, who.workshop_id, role),
        language=language if language in LANGUAGES else "en",
        code_hash=codes.hashed(joined.personal_code),
        device_hash=codes.hashed(joined.device_token),
        seen_at=moment(),
    )
    log.record(session, who, "joined", participant)
    return PersonalCredentials(participant.id, joined.personal_code, joined.device_token)


def by_code(session: Session, workshop_id: int, personal: str) -> Participant | None:
    """The person with this personal code, if they are (still) part of this workshop."""
    query = select(Participant).where(
        Participant.workshop_id == workshop_id,
        Participant.code_hash == codes.hashed(codes.normalised(personal)),
        col(Participant.removed_at).is_(None),
    )
    return session.exec(query).first()


def move_device(session: Session, who: Who, personal: str) -> PersonalCredentials:
    """Continue as the person with this code on a new device; the one before may no longer submit.
    Refused("code_unknown")."""
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
    return PersonalCredentials(participant.id, codes.normalised(personal), device)


def is_present(session: Session, code: str, me: str) -> bool:
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


def welcome(session: Session, code: str) -> dict[str, Any]:  # for a template
    """What someone sees before joining: the workshop, its tables, roles and the organisations so far.
    Refused("code_unknown")."""
    workshop = session.exec(select(Workshop).where(Workshop.code == code)).first()
    if workshop is None:
        raise Refused("code_unknown")
    return {
        "workshop": workshop,
        "tables": tables.all_tables(session, workshop.id),
        "organisations": organisations.names(session, workshop.id),
        "roles": roles.current_roles(session, workshop.id),
    }
