"""The tables of the room."""

from sqlmodel import Session, col, select

from app.errors import Refused
from app.models import Table


def all_tables(session: Session, workshop_id: int) -> list[Table]:
    """The tables by number."""
    return list(
        session.exec(select(Table).where(Table.workshop_id == workshop_id).order_by(col(Table.number)))
    )


def with_number(session: Session, workshop_id: int, number: int) -> Table:
    """The table with this number; Refused("no_such_table") when the room has none."""
    query = select(Table).where(Table.workshop_id == workshop_id, Table.number == number)
    table = session.exec(query).first()
    if table is None:
        raise Refused("no_such_table", number=number)
    return table


def numbers_by_id(session: Session, workshop_id: int) -> dict[int, int]:
    """Table number by table id."""
    return {table.id: table.number for table in all_tables(session, workshop_id)}
