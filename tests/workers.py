"""Two workers at the same rows: what SQLite, which has one writer, cannot show."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from app import db
from tests.conftest import ON_POSTGRES

several_writers = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has one writer")


def beside(database_url: str, first: Callable, second: Callable) -> Any:
    """What `second()` comes to that begins while another worker has done `first(session)`, and not yet
    committed it."""
    done, may_commit = threading.Event(), threading.Event()
    found: list[Any] = []

    def hold(session) -> None:
        first(session)
        session.flush()
        done.set()
        may_commit.wait(10)

    other = db.Database(database_url)
    threads = [
        threading.Thread(target=other.write_now, args=(hold,)),
        threading.Thread(target=lambda: found.append(second())),
    ]
    try:
        threads[0].start()
        assert done.wait(10)
        threads[1].start()
        time.sleep(0.3)  # long enough to come to the same row
        may_commit.set()
        for thread in threads:
            thread.join(10)
    finally:
        may_commit.set()
        other.close()
    return found[0]
