"""Connecting to a database once, by one process, as it should be set, and what its file outlives."""

import asyncio
import os
import signal
import subprocess
import sys
import threading

import pytest

from app.settings import ROOT
from app.storage.database import Database
from app.storage.engines import AlreadyServed, lock_file
from app.storage.jobs import StorageUnavailable
from tests.cast.patience import PATIENCE


def pragmas(session):
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
    return {name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}


WANTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "secure_delete": 1,
}


def test_pragmas_hold_on_every_pooled_connection(sqlite):
    connections = len(sqlite.db.readers.threads)
    together = threading.Barrier(connections)

    def one(session):
        session.connection()
        together.wait(PATIENCE)  # so that each reader holds a connection of its own
        return id(session.connection().connection.dbapi_connection), pragmas(session)

    async def every():
        return await asyncio.gather(*(sqlite.db.read(one) for _ in range(connections)))

    found = asyncio.run(every())
    assert len({which for which, _ in found}) == connections == 4
    assert [values for _, values in found] == [WANTED] * connections
    assert sqlite.db.write_now(pragmas) == WANTED


def test_sqlite_in_memory_is_refused():
    with pytest.raises(ValueError, match="needs a file"):
        Database().connect("sqlite://")


def test_a_database_is_connected_once_and_until_then_unavailable(tmp_path):
    database = Database()
    with pytest.raises(StorageUnavailable):
        database.read_now(pragmas)
    database.connect(f"sqlite:///{tmp_path}/test.db")
    try:
        assert asyncio.run(database.read(pragmas)) == database.write_now(pragmas) == WANTED
        with pytest.raises(RuntimeError):
            database.connect(f"sqlite:///{tmp_path}/other.db")
    finally:
        database.disconnect()
    with pytest.raises(StorageUnavailable):
        database.write_now(pragmas)
    database.disconnect()


def test_a_second_process_on_the_file_is_refused(tmp_path):
    path = tmp_path / "test.db"
    script = (
        "from app.storage.engines import lock_file\n"
        f"lock = lock_file({str(path)!r}); print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyServed) as refused:
            lock_file(path)
        assert refused.value.pid == other.pid
        other.kill()
        other.wait()
    lock = lock_file(path)
    with pytest.raises(AlreadyServed):
        lock_file(path)
    lock.close()
    lock_file(path).close()


WRITING = """
import asyncio, sys
from app.storage.database import database

def keep(session, n):
    session.connection().exec_driver_sql("INSERT INTO kept (n) VALUES (?)", (n,))

async def one(n):
    while True:
        n += 100
        await database.write(keep, n)
        print(n, flush=True)

async def all():
    await asyncio.gather(*(one(n) for n in range(100)))

database.connect(sys.argv[1])
asyncio.run(all())
"""


def test_kill_9_loses_no_acknowledged_write(sqlite, tmp_path):
    acknowledged = set()
    with subprocess.Popen(
        [sys.executable, "-c", WRITING, f"sqlite:///{tmp_path}/test.db"],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as writing:
        for line in writing.stdout:
            acknowledged.add(int(line))
            if len(acknowledged) == 300:
                os.kill(writing.pid, signal.SIGKILL)
    assert len(acknowledged) >= 300
    assert acknowledged <= set(sqlite.numbers())
    assert (
        sqlite.db.read_now(
            lambda session: session.connection().exec_driver_sql("PRAGMA integrity_check").scalar()
        )
        == "ok"
    )
