"""Who is here, at which table; and, in the end, how many took part."""

from dataclasses import dataclass, field
from typing import TypedDict

from sqlalchemy import bindparam, case, func
from sqlmodel import Session, col, select

from app.domain.people import tables
from app.models import Organisation, Participant, Table

COUNTS = select(func.count(), func.sum(case((col(Participant.online), 1), else_=0))).where(
    col(Participant.workshop_id) == bindparam("workshop_id"), col(Participant.removed_at).is_(None)
)


class PersonAtTable(TypedDict):
    """One who has joined, and whether a screen of theirs is connected."""

    id: int
    name: str
    organisation: str
    online: bool
    language: str


@dataclass(slots=True)
class TableAttendance:
    """Who sits at one table: number None gathers those without one."""

    number: int | None
    people: list[PersonAtTable] = field(default_factory=list)

    @property
    def online(self) -> int:
        return sum(person["online"] for person in self.people)


def by_table(session: Session, workshop_id: int) -> list[TableAttendance]:
    """Everyone who has joined, by table, with connection state; for the console only."""
    places = {
        number: TableAttendance(number) for number in tables.numbers_by_id(session, workshop_id).values()
    }
    query = (
        select(Participant, Organisation.name, Table.number)
        .join(Organisation, col(Organisation.id) == Participant.organisation_id, isouter=True)
        .join(Table, isouter=True)
        .where(Participant.workshop_id == workshop_id, col(Participant.removed_at).is_(None))
        .order_by(col(Participant.name), col(Participant.id))
    )
    unseated = TableAttendance(None)
    for participant, organisation, number in session.exec(query):
        person: PersonAtTable = {
            "id": participant.id,
            "name": participant.name,
            "organisation": organisation or "",
            "online": participant.online,
            "language": participant.language,
        }
        places.get(number, unseated).people.append(person)
    return [*places.values(), *([unseated] if unseated.people else [])]


def joined_and_online(session: Session, workshop_id: int) -> tuple[int, int]:
    """How many have joined, and how many of them are connected now."""
    joined, online = session.exec(COUNTS, params={"workshop_id": workshop_id}).one()
    return joined, online or 0


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who took part, as counts: `joined` in all, of whom `removed` were taken out later;
    `by_table` counts the rest by table id (None: no table)."""

    joined: int
    removed: int
    organisations: int
    by_table: dict[int | None, int]


def totals(session: Session, workshop_id: int) -> Attendance:
    """How many people took part, from how many organisations, at which tables."""
    present = col(Participant.removed_at).is_(None)
    query = (
        select(Participant.table_id, func.count(), func.sum(case((present, 1), else_=0)))
        .where(Participant.workshop_id == workshop_id)
        .group_by(col(Participant.table_id))
    )
    rows = session.exec(query).all()
    organisations = select(func.count(func.distinct(Participant.organisation_id)))
    joined, stayed = sum(n for _, n, _ in rows), sum(present for *_, present in rows)
    return Attendance(
        joined,
        joined - stayed,
        session.exec(organisations.where(Participant.workshop_id == workshop_id)).one(),
        {table_id: present for table_id, _, present in rows if present},
    )
