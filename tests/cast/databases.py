"""Which database the tests run on, and how many of them: said by the environment and read here only."""

import os
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text
from sqlmodel import Session, SQLModel

from app.settings import settings
from app.storage.database import database
from app.storage.schema import migrate

ON_POSTGRES = os.environ.get("PLENARY_TEST_DATABASE") == "postgres"
ON_SQLITE = not ON_POSTGRES
ALL = os.environ.get("PLENARY_TEST_ALL") == "1"  # everything everywhere, and long runs of it


@cache
def empty_file() -> bytes:
    """A SQLite file of the newest schema; migrating takes longer than most tests."""
    with TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/plenary.db")
        return (Path(folder) / "plenary.db").read_bytes()


def clear() -> None:
    """Empty the database that is served, for tests that read its files: a small one is soon read."""
    if ON_POSTGRES:
        database.write_now(_truncate)
        return
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        file.write_bytes(empty_file())
        with (
            closing(sqlite3.connect(file)) as empty,
            closing(sqlite3.connect(settings().database_path)) as served,
        ):
            empty.backup(served)


def _truncate(session: Session) -> None:
    names = [table.name for table in SQLModel.metadata.sorted_tables]
    session.connection().execute(text(f"TRUNCATE {', '.join(names)}"))
