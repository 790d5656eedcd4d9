"""Who takes part: joining, coming back on another device, and who is here now."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, case, func, update
from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import codes, log, roles, tables, texts
from app.domain.who import Who
from app.errors import Refused
from app.models import Organisation, Participant, Table, Workshop
from app.models.base import LANGUAGES, moment

ABSENT = timedelta(seconds=90)
COUNTS = select(func.count(), func.sum(case((col(Participant.online), 1), else_=0))).where(
    col(Participant.workshop_id) == bindparam("workshop_id"), col(Participant.removed_at).is_(None)
)


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
    session.add(participant)
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
    session.add(participant)
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


def seen(session: Session, workshop_id: int, came: set[int], went: set[int]) -> None:
    """Note whose sockets opened and closed: connection state, not attendance, and so not logged."""
    for ids, online in ((list(came), True), (list(went - came), False)):
        for start in range(0, len(ids), 500):
            statement = update(Participant).where(
                col(Participant.workshop_id) == workshop_id, col(Participant.id).in_(ids[start : start + 500])
            )
            session.connection().execute(statement.values(online=online, seen_at=moment()))
    announce(session, workshop_id, "participants")


def still_here(session: Session, workshop_id: int, ids: set[int]) -> None:
    """With several servers: these are connected to one of them; who has not been said to be for a
    while is on none."""
    now, here = moment(), sorted(ids)
    for start in range(0, len(here), 500):
        statement = update(Participant).where(col(Participant.id).in_(here[start : start + 500]))
        session.connection().execute(statement.values(online=True, seen_at=now))
    gone = update(Participant).where(
        col(Participant.workshop_id) == workshop_id,
        col(Participant.online),
        col(Participant.seen_at) < now - ABSENT,
    )
    if session.connection().execute(gone.values(online=False)).rowcount:
        announce(session, workshop_id, "participants")


def nobody_online(session: Session) -> None:
    """After a start of the only server no socket is open, whatever the rows say."""
    session.connection().execute(update(Participant).where(col(Participant.online)).values(online=False))


@dataclass(slots=True)
class TableHere:
    """Who sits at one table: number None gathers those without one."""

    number: int | None
    people: list[dict[str, Any]] = field(default_factory=list)

    @property
    def online(self) -> int:
        return sum(person["online"] for person in self.people)


def here(session: Session, workshop_id: int) -> list[TableHere]:
    """Everyone who has joined, by table, with connection state; for the console only."""
    places = {number: TableHere(number) for number in tables.numbers(session, workshop_id).values()}
    query = (
        select(Participant, Organisation.name, Table.number)
        .join(Organisation, col(Organisation.id) == Participant.organisation_id, isouter=True)
        .join(Table, isouter=True)
        .where(Participant.workshop_id == workshop_id, col(Participant.removed_at).is_(None))
        .order_by(col(Participant.name), col(Participant.id))
    )
    unseated = TableHere(None)
    for participant, organisation, number in session.exec(query):
        person = {
            "id": participant.id,
            "name": participant.name,
            "organisation": organisation or "",
            "online": participant.online,
            "language": participant.language,
        }
        places.get(number, unseated).people.append(person)
    return [*places.values(), *([unseated] if unseated.people else [])]


def counts(session: Session, workshop_id: int) -> tuple[int, int]:
    """How many have joined, and how many of them are connected now."""
    joined, online = session.exec(COUNTS, params={"workshop_id": workshop_id}).one()
    return joined, online or 0


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


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who took part, as counts: `joined` in all, of whom `removed` were taken out later;
    `by_table` counts the rest by table id (None: no table)."""

    joined: int
    removed: int
    organisations: int
    by_table: dict[int | None, int]


def attendance(session: Session, workshop_id: int) -> Attendance:
    """How many people took part, from how many organisations, at which tables."""
    present = col(Participant.removed_at).is_(None)
    query = (
        select(Participant.table_id, func.count(), func.sum(case((present, 1), else_=0)))
        .where(Participant.workshop_id == workshop_id)
        .group_by(col(Participant.table_id))
    )
    rows = session.exec(query).all()
    organisations = select(func.count(func.distinct(Participant.organisation_id)))
    joined, here = sum(n for _, n, _ in rows), sum(present for *_, present in rows)
    return Attendance(
        joined,
        joined - here,
        session.exec(organisations.where(Participant.workshop_id == workshop_id)).one(),
        {table_id: present for table_id, _, present in rows if present},
    )
