"""Two workers at the same rows: what SQLite, which has one writer, cannot show."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from app.storage.database import Database, database
from tests.cast.patience import PATIENCE, wait_until

WAITED_FOR = text("SELECT count(*) FROM pg_locks WHERE NOT granted")  # in all databases of the cluster

several_writers = pytest.mark.postgres_only  # SQLite has one


def beside(database_url: str, first: Callable, second: Callable) -> Any:
    """What `second()` comes to that begins while another worker has done `first(session)`, and not yet
    committed it."""
    done, may_commit = threading.Event(), threading.Event()
    found: list[Any] = []

    def hold(session) -> None:
        first(session)
        session.flush()
        done.set()
        may_commit.wait(PATIENCE)

    other = Database()
    other.connect(database_url)
    threads = [
        threading.Thread(target=other.write_now, args=(hold,)),
        threading.Thread(target=lambda: found.append(second())),
    ]
    try:
        threads[0].start()
        assert done.wait(PATIENCE)
        threads[1].start()
        wait_until(lambda: found or database.read_now(_waits))  # it has come to the same row
        may_commit.set()
        for thread in threads:
            thread.join(PATIENCE)
    finally:
        may_commit.set()
        other.disconnect()
    return found[0]


def _waits(session) -> bool:
    """Whether anybody waits for another's transaction."""
    return session.connection().execute(WAITED_FOR).scalar() > 0
