"""Rows for looking at only, by statements that are written for the driver once: what every screen is drawn
from, and what every request asks first. To make a result that can do more costs several times the reading."""

from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple, TypeVar, overload

from sqlalchemy import Select
from sqlalchemy import select as select_columns
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel
from sqlmodel.sql.expression import SelectOfScalar

Model = TypeVar("Model")
Row = Any  # a named tuple of a query's columns
Make = Callable[[Sequence[Any]], Row]
MOST_KEPT = 500  # statements by database


@overload
def look(session: Session, query: SelectOfScalar[Model], **values: object) -> list[Model]: ...
@overload
def look(session: Session, query: Select, **values: object) -> list[Row]: ...
def look(session: Session, query: Select, **values: object) -> list[Row]:
    """What a query finds, as plain rows with its columns: nothing can be changed through them, and what this
    session has yet to flush is not in them. The query is one that is built once; values: numbers or text."""
    connection = session.connection()
    asked = _prepared(query, connection.dialect)
    return [asked.make(row) for row in _found(connection, asked, values)]


def first(session: Session, query: Select, **values: object) -> Row | None:
    """The first row of `look`, None where there is none."""
    return next(iter(look(session, query, **values)), None)


def look_beside(session: Session, query: Select, **values: object) -> list[Row]:
    """The one row of a query `of` several models, as a plain row of each; None where an outer join found
    nothing."""
    connection = session.connection()
    asked = _prepared(query, connection.dialect)
    (row,) = _found(connection, asked, values)
    return [None if row[start] is None else make(row[start:end]) for start, end, make in asked.parts]


def of(*models: type[SQLModel]) -> Select:
    """A query of the columns of several models, side by side; the first column of each is never null."""
    return select_columns(*(column for model in models for column in model.__table__.c))  # type: ignore[attr-defined]


class Prepared(NamedTuple):
    """A statement in the words of the driver: `names` of what it is given by place (None: by name), and its
    own `constants`; which values it returns need a conversion, by place; how a row is made of all of them,
    and one of each table's, which lie between two places."""

    sql: str
    names: list[str] | None
    constants: dict[str, Any]
    conversions: list[tuple[int, Callable[[Any], Any]]]
    make: Make
    parts: list[tuple[int, int, Make]]


def _found(connection: Connection, asked: Prepared, values: dict[str, object]) -> list[Sequence[Any]]:
    given = asked.constants | values
    arguments = given if asked.names is None else [given[name] for name in asked.names]
    driver: Any = connection.connection.dbapi_connection
    try:
        found = driver.execute(asked.sql, arguments).fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_usual(connection, asked, error) from error
    return [_converted(row, asked) for row in found] if asked.conversions else found


def _converted(row: Sequence[Any], asked: Prepared) -> list[Any]:
    values = list(row)
    for place, convert in asked.conversions:
        if values[place] is not None:
            values[place] = convert(values[place])
    return values


def _as_usual(connection: Connection, asked: Prepared, error: Exception) -> BaseException:
    """The error as SQLAlchemy would have raised it, without the values; a lost connection is given up."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    raised = dialect.loaded_dbapi.Error
    return DBAPIError.instance(asked.sql, None, error, raised, True, lost, dialect)


@lru_cache(MOST_KEPT)
def _prepared(query: Select, dialect: Dialect) -> Prepared:
    compiled, columns = query.compile(dialect=dialect), list(query.selected_columns)
    conversions: list[tuple[int, Callable[[Any], Any]]] = []
    for place, column in enumerate(columns):
        if convert := column.type.dialect_impl(dialect).result_processor(dialect, None):
            conversions.append((place, convert))
    parts, start = [], 0
    for _, its_columns in groupby(columns, lambda column: getattr(column, "table", None)):
        names = [str(column.key) for column in its_columns]
        parts.append((start, start + len(names), _shape(names)))
        start += len(names)
    whole = _shape([str(column.key) for column in columns])
    return Prepared(str(compiled), compiled.positiontup, compiled.params, conversions, whole, parts)


def _shape(names: Sequence[str]) -> Make:
    # of two columns with one name the second has none: a row of several models is looked at in its parts
    return namedtuple("Row", names, rename=True)._make  # type: ignore[attr-defined]
