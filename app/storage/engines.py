"""How a connection to the database begins: pragmas, transactions that say whether they write, one process."""

import os
import sqlite3
from typing import IO

import psycopg
from sqlalchemy import Connection, Engine, event, make_url
from sqlmodel import create_engine

try:
    import fcntl
except ImportError:  # a system without it has no guard against a second process
    fcntl = None  # type: ignore[assignment]  # mypy has a module here

BUSY_SECONDS = 5
# The order matters: waiting for a lock must be possible before the journal is switched.
PRAGMAS = (
    f"busy_timeout={BUSY_SECONDS * 1000}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
)


class AlreadyServed(Exception):
    """Another process (`pid`, 0 when unknown) serves this SQLite file."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"the database is already served by process {pid}")
        self.pid = pid


def open_engine(url: str, connections: int, writing: bool) -> Engine:
    """An engine whose transactions say at their beginning whether they write; readers cannot write. What a
    failed statement was given is in no error: it may be a ballot, and logs outlive its key."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        if where.database in (None, "", ":memory:"):
            raise ValueError("SQLite needs a file: readers and the writer have connections of their own")
        engine = create_engine(where, pool_size=connections, max_overflow=0, hide_parameters=True)
        event.listen(engine, "connect", prepare_sqlite if writing else prepare_sqlite_reader)
        event.listen(engine, "begin", begin_writing if writing else begin_reading)
    else:
        level = "READ COMMITTED" if writing else "REPEATABLE READ"
        timeout = {"connect_timeout": BUSY_SECONDS}
        engine = create_engine(
            where,
            pool_size=connections,
            max_overflow=0,
            hide_parameters=True,
            isolation_level=level,
            connect_args=timeout,
        )
        if not writing:
            event.listen(engine, "connect", prepare_postgres_reader)
    return engine


def prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # The driver would begin too late (never before a savepoint): transactions begin in the `begin` event.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def prepare_sqlite_reader(connection: sqlite3.Connection, record: object) -> None:
    prepare_sqlite(connection, record)
    connection.execute("PRAGMA query_only=ON").close()


def prepare_postgres_reader(connection: psycopg.Connection, _: object) -> None:
    connection.read_only = True


def begin_writing(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def begin_reading(connection: Connection) -> None:
    # Straight to the driver (whose type SQLAlchemy does not know): 20 µs count in what every request does.
    connection.connection.dbapi_connection.execute("BEGIN").close()  # type: ignore[union-attr]


def lock_file(path: str | os.PathLike[str]) -> IO[str]:
    """Keep a second process off the SQLite file `path`, for as long as the returned file stays open.

    The lock is on `path` + ".lock"; the system drops it with the process, however that ends.
    Raises AlreadyServed.
    """
    guard = open(f"{os.fspath(path)}.lock", "a+")  # noqa: SIM115
    if fcntl is not None:
        try:
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            guard.seek(0)
            holder = guard.read().strip()
            guard.close()
            raise AlreadyServed(int(holder) if holder.isdigit() else 0) from None
    guard.truncate(0)
    guard.write(str(os.getpid()))
    guard.flush()
    return guard
