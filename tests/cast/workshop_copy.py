"""The built-in workshop, laid out once and then copied row by row, which takes a tenth of the time."""

from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Table, insert
from sqlmodel import Session, SQLModel, create_engine, select

from app import models
from app.announce import announce
from app.content.built_in import load
from app.domain import codes
from app.domain.agenda import plan
from app.domain.people import links
from app.domain.who import server
from app.domain.workshops import making
from app.models.base import moment

Rows = list[dict[str, Any]]
Ids = dict[str, dict[int, int]]  # by table: new id by old one


def new_workshop(session: Session, linked: bool = False, day: date | None = None) -> int:
    """What making.from_template leaves, made now and dated `day` (today in its zone); returns its id.

    `linked`: with the links of a first start, still without secrets (see links.issue_starting_links).
    """
    ids: Ids = {}
    now = moment()
    for table, rows in _laid_out(linked):
        fresh = [_made(row, now) for row in rows]
        if table.name == "workshop":
            fresh[0] |= {"code": codes.workshop_code(), "day": day or plan.today(rows[0]["time_zone"])}
        _add(session, table, fresh, ids)
    (made,) = ids["workshop"].values()
    announce(session, made, "agenda")
    return made


@cache
def _laid_out(linked: bool) -> list[tuple[Table, Rows]]:
    """The rows of a first workshop by table, those referred to before those that refer to them."""
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine, autoflush=False) as session:
        made = making.from_template(session, load("data_sharing"))
        if linked:
            links.issue_starting_links(session, server(made, ""))
        session.flush()
        tables = [table for table in SQLModel.metadata.sorted_tables if table.name != "link_secret"]
        tables.sort(key=lambda table: table.name == "log")  # which tells of every other
        found = [(table, session.execute(select(table).order_by(*table.primary_key))) for table in tables]
        kept = [(table, [dict(row) for row in rows.mappings()]) for table, rows in found]
    engine.dispose()
    return [(table, rows) for table, rows in kept if rows]


def _made(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The row as if it were made now; in the log, also the row it tells of."""
    made = {name: now if isinstance(value, datetime) else value for name, value in row.items()}
    if told := made.get("changes"):
        made["changes"] = told | {"created_at": now.isoformat()} if "created_at" in told else told
    return made


def _add(session: Session, table: Table, rows: Rows, ids: Ids) -> None:
    """Insert these rows with ids of their own, which are noted in `ids` where others refer to them."""
    run = session.connection()
    own = table.autoincrement_column
    old = [row.pop(own.name) for row in rows] if own is not None else []
    if own is None or table.name not in _referred_to():
        run.execute(insert(table), [_referring(table, row, ids) for row in rows])
        return
    new = ids.setdefault(table.name, {})
    adding = insert(table).returning(own, sort_by_parameter_order=True)
    alone = 1 if table.name in _targets(table).values() else len(rows)  # one may refer to the one before
    for start in range(0, len(rows), alone):
        some = slice(start, start + alone)
        made = run.execute(adding, [_referring(table, row, ids) for row in rows[some]])
        new.update(zip(old[some], made.scalars(), strict=True))


@cache
def _referred_to() -> set[str]:
    """The tables other rows name an id of, those the log has a word for included."""
    tables = SQLModel.metadata.sorted_tables
    logged = {model.__tablename__ for model in vars(models).values() if hasattr(model, "__topic__")}
    return logged | {target for table in tables for target in _targets(table).values()}


@cache
def _targets(table: Table) -> dict[str, str]:
    return {key.parent.name: key.column.table.name for key in table.foreign_keys}


def _referring(table: Table, row: dict[str, Any], ids: Ids) -> dict[str, Any]:
    """The row with references to the new rows; in the log, also those that are told in JSON."""
    row = _moved(table, row, ids)
    if table.name == "log" and row["row_id"]:
        kind = SQLModel.metadata.tables[row["row_kind"]]
        row["row_id"] = ids[kind.name][row["row_id"]]
        row["changes"] = row["changes"] and _moved(kind, row["changes"], ids)
    return row


def _moved(table: Table, row: dict[str, Any], ids: Ids) -> dict[str, Any]:
    targets = _targets(table)
    return {
        name: ids[targets[name]][value] if name in targets and value is not None else value
        for name, value in row.items()
    }
