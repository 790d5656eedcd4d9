"""The copied workshop most tests begin with is, row by row, the one that is laid out anew."""

from datetime import date, datetime

import pytest
from sqlalchemy import Table
from sqlmodel import Session, SQLModel, create_engine, select

from app.content.built_in import load
from app.domain.people import links
from app.domain.who import server
from app.domain.workshops import making
from tests.cast import workshop_copy

pytestmark = pytest.mark.postgres

DAY = date(2026, 9, 26)


class Stopped(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, zone=None) -> datetime:
        return cls(2026, 9, 26, 8, 30, tzinfo=zone)


def laid_out(session: Session, linked: bool) -> None:
    made = making.from_template(session, load("data_sharing"), DAY)
    if linked:
        links.issue_starting_links(session, server(made, ""))


def copied(session: Session, linked: bool) -> None:
    made = workshop_copy.new_workshop(session, linked, DAY)
    if linked:
        links.issue_starting_links(session, server(made, ""))


def rows(*makers, linked: bool) -> dict[str, list[tuple]]:
    """What these leave one after the other: by table every row, but for codes and secrets."""
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine, autoflush=False) as session:
        for make in makers:
            make(session, linked)
            session.flush()
        found = {table.name: _told(session, table) for table in SQLModel.metadata.sorted_tables}
    engine.dispose()
    return found


def _told(session: Session, table: Table) -> list[tuple]:
    columns = [column for column in table.c if column.name not in ("code", "token_hash")]
    return [tuple(row) for row in session.execute(select(*columns).order_by(*table.primary_key))]


@pytest.mark.parametrize("linked", [False, True])
def test_a_copy_has_the_rows_of_a_workshop_laid_out_anew(linked: bool, monkeypatch) -> None:
    monkeypatch.setattr("app.models.base.datetime", Stopped)
    assert rows(laid_out, copied, linked=linked) == rows(laid_out, laid_out, linked=linked)
