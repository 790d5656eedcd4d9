"""Where Alembic meets the models: an upgrade is one transaction, on the database PLENARY_DATABASE names or on
the connection its caller brings in `config.attributes["connection"]` (on SQLite not in a transaction).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlmodel import SQLModel

import app.models  # noqa: F401  (fills the metadata)
from app.storage.engines import open_engine

LOCK = 0x506C656E617279  # any number, the same for all who upgrade one Postgres database


def main() -> None:
    if context.is_offline_mode():
        raise CommandError(
            "These migrations look at the data they change: they run on a database, not with --sql."
        )
    connection = context.config.attributes.get("connection")
    if connection is not None:
        migrate(connection)
        return
    engine = open_engine(named_database(), connections=1, writing=True)
    try:
        with engine.connect() as connection:
            migrate(connection)
    finally:
        engine.dispose()


def named_database() -> str:
    try:
        return os.environ["PLENARY_DATABASE"]
    except KeyError:
        raise CommandError(
            "Say which database: PLENARY_DATABASE=sqlite:///day.sqlite or postgresql://…"
        ) from None


def migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=sqlite,
        transactional_ddl=True,
        compare_server_default=not sqlite,  # SQLite reports '' as a difference from ''
        process_revision_directives=number,
    )
    if sqlite:
        with foreign_keys_off(connection), context.begin_transaction():
            context.run_migrations()
            refuse_orphans(connection)
    else:
        with context.begin_transaction():
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            context.run_migrations()


def number(_: MigrationContext, __: Any, directives: list[Any]) -> None:
    """A new migration is called by the number after the newest one's, so that names tell the order."""
    newest = ScriptDirectory.from_config(context.config).get_current_head()
    directives[0].rev_id = f"{int(newest or 0) + 1:04}"


@contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by replacing it; dropping the old one would delete all rows that refer to it."""
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    if driver.execute("PRAGMA foreign_keys").fetchone() != (0,):  # inside a transaction it has no effect
        raise RuntimeError("bring a connection that is not in a transaction")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def refuse_orphans(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        raise CommandError(
            f"After the migration {len(orphans)} rows refer to rows that do not exist: {orphans[:5]}"
        )


main()
