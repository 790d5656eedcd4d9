"""How the files of the database are cleared of what was deleted."""

import time

from sqlalchemy import Connection, Engine

from app.storage.engines import BUSY_SECONDS

# Where the key of a secret vote was, besides SQLite's one file.
TABLES_WITH_KEYS = ("ballot", "answer", "submission")
STILL_READING = """SELECT count(*) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()
             AND age(backend_xmin) > age(%(horizon)s::xid)"""


class StillRead(Exception):
    """A transaction from before goes on reading what was deleted, so the files must keep it."""


def scrub(engine: Engine) -> None:
    """Rewrite the files so that they hold only what the tables say now; nothing else may be writing.

    Of SQLite the file and its log; of Postgres the tables that keep keys (what its own write-ahead log and
    backups made before hold goes when they do). Raises StillRead after BUSY_SECONDS of somebody reading on.
    """
    if engine.dialect.name == "sqlite":
        _scrub_sqlite(engine)
    else:
        _scrub_postgres(engine)


def _scrub_sqlite(engine: Engine) -> None:
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA temp_store=MEMORY")  # the copy it works on is as secret as the file
        cursor.execute("VACUUM")
        busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute("PRAGMA temp_store=DEFAULT")
        cursor.close()
    finally:
        connection.close()
    if busy:
        raise StillRead


def _scrub_postgres(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _wait_for_readers(connection)
        connection.exec_driver_sql(f"SET lock_timeout = '{BUSY_SECONDS}s'")
        try:
            for table in TABLES_WITH_KEYS:
                connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table}")
        finally:
            connection.exec_driver_sql("RESET lock_timeout")


def _wait_for_readers(connection: Connection) -> None:
    """Wait for the snapshots from before: rows that one of them may still see would be copied along."""
    snapshot = "SELECT pg_snapshot_xmax(pg_current_snapshot())::xid::text"
    horizon = {"horizon": connection.exec_driver_sql(snapshot).scalar_one()}
    patience = time.monotonic() + BUSY_SECONDS
    while connection.exec_driver_sql(STILL_READING, horizon).scalar_one():
        if time.monotonic() > patience:
            raise StillRead
        time.sleep(0.02)
