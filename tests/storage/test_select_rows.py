"""Looks: the same values as the models have, an error as everybody else raises it, nothing held back."""

from collections.abc import Iterable
from datetime import UTC, date

import pytest
from sqlalchemy import bindparam, column, literal_column, table
from sqlalchemy import select as select_columns
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from app.domain import select_rows
from app.domain.agenda import days
from app.domain.stage import stage
from app.models import Item, Undo, Workshop
from tests.cast.rooms import Room

pytestmark = pytest.mark.postgres

ITEMS = select(Item).where(col(Item.workshop_id) == bindparam("workshop_id")).order_by(col(Item.position))
UNDOS = select(Undo).where(col(Undo.workshop_id) == bindparam("workshop_id"))
COUNTED = select_columns(col(Workshop.code), literal_column("42").label("answer")).where(
    col(Workshop.id) == bindparam("workshop_id")
)
NOWHERE = (
    select_columns(column("id")).select_from(table("nowhere")).where(column("id") == bindparam("secret"))
)


def begin(room: Room) -> None:
    room.write(days.start, room.who, True)


def values(row: object, names: Iterable[str]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


@pytest.mark.parametrize(("model", "query"), [(Item, ITEMS), (Undo, UNDOS)])
def test_a_look_has_the_values_of_the_models(room: Room, model: type, query: object) -> None:
    begin(room)  # instants, a date, JSON of what can be undone
    names = list(model.__table__.c.keys())  # type: ignore[attr-defined]
    looked = room.read(select_rows.all_rows, query, workshop_id=room.id)
    known = room.read(lambda session: list(session.exec(query, params={"workshop_id": room.id})))
    assert looked
    assert [values(row, names) for row in looked] == [values(row, names) for row in known]


def test_the_stage_is_one_row_of_each(room: Room) -> None:
    begin(room)
    workshop, item, part, vote, wall = room.read(select_rows.row_of_each, stage.ON_STAGE, workshop_id=room.id)
    known = room.read(lambda session: session.get(Workshop, room.id))
    names = list(Workshop.__table__.c.keys())  # type: ignore[attr-defined]
    assert values(workshop, names) == values(known, names)
    assert isinstance(workshop.day, date)
    assert workshop.started_at.tzinfo is UTC
    assert part.id == item.session_id
    assert vote is None or wall is None


def test_columns_have_the_names_they_are_given(room: Room) -> None:
    (row,) = room.read(select_rows.all_rows, COUNTED, workshop_id=room.id)
    assert (row.code, row.answer) == (room.code, 42)


def test_nothing_can_be_changed_through_a_look(room: Room) -> None:
    (first, *_) = room.read(select_rows.all_rows, ITEMS, workshop_id=room.id)
    with pytest.raises(AttributeError):
        first.title_en = "Another"


def test_what_fails_says_so_as_everywhere_and_keeps_the_values_to_itself(room: Room) -> None:
    with pytest.raises(DBAPIError) as failed:
        room.read(select_rows.all_rows, NOWHERE, secret=4711)
    assert "nowhere" in str(failed.value)
    assert "4711" not in str(failed.value)
    assert not failed.value.connection_invalidated
    assert room.read(select_rows.all_rows, COUNTED, workshop_id=room.id)
