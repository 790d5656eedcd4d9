"""Rows for reading only, by statements that are written for the driver once: what every screen is drawn
from, and what every request asks first. By SQLAlchemy Core they cost 2.1 to 4.6 × as much (1.9 to 2.7 × on
Postgres): 53 µs, not 17, for the vote of a ballot; 26, not 6, for the door; 102, not 49, for the stage."""

from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar, overload

from sqlalchemy import Select
from sqlalchemy import select as select_columns
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel
from sqlmodel.sql.expression import SelectOfScalar

Model = TypeVar("Model")


class Row(tuple[Any, ...], Generic[Model]):
    """What mypy knows of a row of this model: its columns can be read, none can be set, and it is not the
    model. At run time it is a named tuple of the columns that were asked for."""

    def __getattr__(self, name: str) -> Any: ...  # its model knows the type, mypy cannot


Readable: TypeAlias = Model | Row[Model]  # for who only reads: the model will do, or a row of it

AnyQuery = Select[*tuple[Any, ...]]  # SQLAlchemy types no further than ten columns
Make = Callable[[Sequence[Any]], Any]
MOST_STATEMENTS = 500  # prepared, of all databases


@overload
def all_rows(session: Session, query: SelectOfScalar[Model], **values: object) -> list[Row[Model]]: ...
@overload
def all_rows(session: Session, query: AnyQuery, **values: object) -> list[Row[Any]]: ...
def all_rows(session: Session, query: AnyQuery, **values: object) -> list[Row[Any]]:
    """What a query finds, as plain rows with its columns; what this session has yet to flush is not in them.
    The query is one that is built once; values: numbers or text."""
    connection = session.connection()
    prepared = _prepared(query, connection.dialect)
    return [prepared.make(row) for row in _found(connection, prepared, values)]


@overload
def first_row(session: Session, query: SelectOfScalar[Model], **values: object) -> Row[Model] | None: ...
@overload
def first_row(session: Session, query: AnyQuery, **values: object) -> Row[Any] | None: ...
def first_row(session: Session, query: AnyQuery, **values: object) -> Row[Any] | None:
    """The first of `all_rows`, None where there is none."""
    return next(iter(all_rows(session, query, **values)), None)


def row_of_each(session: Session, query: AnyQuery, **values: object) -> list[Any]:
    """The one row of a query of `columns_of` several models, as a `Row` of each (no type can say which); None
    where an outer join found nothing."""
    connection = session.connection()
    prepared = _prepared(query, connection.dialect)
    (row,) = _found(connection, prepared, values)
    return [None if row[start] is None else make(row[start:end]) for start, end, make in prepared.parts]


def columns_of(*models: type[SQLModel]) -> AnyQuery:
    """A query of the columns of several models, side by side; the first column of each is never null."""
    tables = (model.__table__ for model in models)  # type: ignore[attr-defined]  # SQLModel adds it
    return select_columns(*(column for table in tables for column in table.c))


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


def _found(connection: Connection, prepared: Prepared, values: dict[str, object]) -> list[Sequence[Any]]:
    given = prepared.constants | values
    arguments = given if prepared.names is None else [given[name] for name in prepared.names]
    driver: Any = connection.connection.dbapi_connection
    try:
        found = driver.execute(prepared.sql, arguments).fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _usual_error(connection, prepared, error) from error
    return [_converted(row, prepared) for row in found] if prepared.conversions else found


def _converted(row: Sequence[Any], prepared: Prepared) -> list[Any]:
    values = list(row)
    for place, convert in prepared.conversions:
        if values[place] is not None:
            values[place] = convert(values[place])
    return values


def _usual_error(connection: Connection, prepared: Prepared, error: Exception) -> BaseException:
    """The error as SQLAlchemy would have raised it, without the values; a lost connection is given up."""
    dialect = connection.dialect
    driver = connection.connection.dbapi_connection
    lost = dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]  # the driver's own error
    if lost:
        connection.invalidate(error)
    raised = dialect.loaded_dbapi.Error
    return DBAPIError.instance(prepared.sql, None, error, raised, True, lost, dialect)


@lru_cache(MOST_STATEMENTS)
def _prepared(query: AnyQuery, dialect: Dialect) -> Prepared:
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
    make: Make = namedtuple("Row", names, rename=True)._make  # type: ignore[attr-defined]  # names at run time
    return make
