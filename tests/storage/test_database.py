"""The writer, the readers and their connections, on SQLite and on Postgres."""

import asyncio
import os
import signal
import subprocess
import sys
import threading

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError, OperationalError
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, select

from app.announce import announce
from app.settings import ROOT
from app.storage import engines, writer
from app.storage.database import Database
from app.storage.engines import AlreadyServed, lock_file
from app.storage.jobs import Job, StorageUnavailable
from app.storage.writer import StorageBusy
from tests.cast.concurrency import WAITED_FOR
from tests.cast.patience import PATIENCE, wait_until
from tests.cast.postgres import database as empty_database


class Base(SQLModel, registry=registry()):
    """The tables of these tests, outside the schema of the product."""


class Kept(Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    n: int = Field(unique=True)


class Late(Exception):
    foreseen = True


class Known(Exception):
    """Raised by who wants what they wrote to stay."""

    commits = True


class Journal:
    """A database together with what its hooks were told, and a way to hold its writer at a gate."""

    def __init__(self, url):
        self.committed, self.before, self.visible = [], [], []
        self.gate = threading.Event()
        self.db = Database()
        self.db.connect(url, on_commit=self.on_commit, before_commit=self.before_commit)
        Base.metadata.create_all(self.db.writer.engine)

    def before_commit(self, session, announced):
        self.before.append({workshop: set(topics) for workshop, topics in announced.items()})

    def on_commit(self, announced):
        self.committed.append(announced)
        self.visible.append(set(self.numbers()))

    def numbers(self):
        return self.db.read_now(lambda session: session.exec(select(Kept.n).order_by(Kept.n)).all())

    async def batch(self, *jobs):
        """Run jobs (fn, *args) in one batch of the writer; their values or errors."""
        self.gate.clear()
        holding = threading.Event()
        held = asyncio.ensure_future(self.db.write(lambda session: (holding.set(), self.gate.wait(PATIENCE))))
        await asyncio.to_thread(holding.wait, PATIENCE)
        calls = [asyncio.ensure_future(self.db.write(*job)) for job in jobs]
        await asyncio.sleep(0)
        self.gate.set()
        await asyncio.gather(held, return_exceptions=True)
        return await asyncio.gather(*calls, return_exceptions=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres_only)])
def journal(request, tmp_path):
    if request.param == "sqlite":
        journal = Journal(f"sqlite:///{tmp_path}/test.db")
        yield journal
        journal.db.disconnect()
    else:
        with empty_database(request.getfixturevalue("cluster")) as url:
            journal = Journal(url)
            yield journal
            journal.db.disconnect()


@pytest.fixture
def sqlite(tmp_path):
    journal = Journal(f"sqlite:///{tmp_path}/test.db")
    yield journal
    journal.db.disconnect()


@pytest.fixture
def postgres(cluster):
    with empty_database(cluster) as url:
        journal = Journal(url)
        yield journal
        journal.db.disconnect()


def keep(session, n):
    session.add(Kept(n=n))
    announce(session, 7, f"topic {n}")
    return n


def refuse(session):
    announce(session, 7, "refused")
    session.exec(select(Kept)).all()
    raise Late


def keep_and_refuse(session, n):
    session.add(Kept(n=n))
    session.flush()
    raise Late


def leave_pending_and_refuse(session, n):
    session.add(Kept(n=n))
    raise Late


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


def test_write_answers_with_the_value_and_it_is_there(journal):
    assert asyncio.run(journal.db.write(keep, 5)) == 5
    assert journal.db.write_now(keep, n=6) == 6
    assert journal.numbers() == [5, 6]


def test_many_writes_share_one_commit(journal):
    answers = asyncio.run(journal.batch(*((keep, n) for n in range(100))))
    assert answers == list(range(100))
    assert len(journal.committed) == 1
    assert journal.committed[0] == {7: {f"topic {n}" for n in range(100)}}


def test_a_batch_is_at_most_256_jobs(sqlite):
    asyncio.run(sqlite.batch(*((keep, n) for n in range(300))))
    assert [len(topics[7]) for topics in sqlite.committed] == [256, 44]


def test_a_bad_job_is_refused_and_the_good_ones_are_kept(journal):
    runs = []

    def counted(session, n):
        runs.append(n)
        return keep(session, n)

    journal.db.write_now(keep, 3)
    answers = asyncio.run(journal.batch((counted, 1), (counted, 3), (counted, 4)))
    assert answers[0] == 1
    assert isinstance(answers[1], IntegrityError)
    assert answers[2] == 4
    assert journal.numbers() == [1, 3, 4]
    assert journal.committed[-1] == {7: {"topic 1", "topic 4"}}
    assert runs == [1, 3, 1, 3, 4], "a job may run twice"


def test_a_refusal_that_wrote_nothing_rolls_nothing_back(journal):
    runs = []

    def counted(session, n):
        runs.append(n)
        return keep(session, n)

    answers = asyncio.run(journal.batch((counted, 1), (refuse,), (counted, 2)))
    assert [answers[0], answers[2]] == [1, 2]
    assert isinstance(answers[1], Late)
    assert runs == [1, 2], "the batch ran once"
    assert journal.committed == [{7: {"topic 1", "topic 2"}}]


@pytest.mark.parametrize("writes", [keep_and_refuse, leave_pending_and_refuse])
def test_a_refusal_that_wrote_is_rolled_back(journal, writes):
    answers = asyncio.run(journal.batch((keep, 1), (writes, 2), (keep, 3)))
    assert isinstance(answers[1], Late)
    assert journal.numbers() == [1, 3]


@pytest.mark.parametrize("fails", [False, True])
def test_a_refusal_that_commits_is_raised_once_what_it_wrote_is_there(journal, fails):
    """Also where another piece of the batch fails, and each runs again behind a savepoint."""

    def know(session, n):
        keep(session, n)
        session.add(Kept(n=n + 100))  # still to be flushed
        raise Known

    other = (keep_and_refuse, 1) if fails else (keep, 1)
    answers = asyncio.run(journal.batch(other, (know, 2), (keep, 3)))
    assert [type(answer) for answer in answers[1:]] == [Known, int]
    assert journal.numbers() == [*([] if fails else [1]), 2, 3, 102]
    assert "topic 2" in journal.committed[-1][7], "it is announced as well"


def test_before_commit_is_inside_the_transaction_and_on_commit_after_it(journal):
    def add_one(session, announced):
        session.add(Kept(n=100 + len(announced)))

    journal.db.writer.before_commit = add_one
    journal.db.write_now(keep, 1)
    assert journal.numbers() == [1, 101]
    assert journal.visible == [{1, 101}], "another connection sees the rows when on_commit is called"


def test_nothing_is_announced_after_a_rollback(journal):
    with pytest.raises(Late):
        journal.db.write_now(keep_and_refuse, 1)
    with pytest.raises(Late):
        journal.db.write_now(refuse)
    assert journal.committed == []
    assert journal.before == [{}, {}]


def test_a_failing_commit_answers_everyone_and_the_writer_lives_on(journal):
    def fail(session, announced):
        raise OSError("no space left on device")

    journal.db.writer.before_commit = fail
    answers = asyncio.run(journal.batch((keep, 1), (refuse,), (keep, 2)))
    assert [type(answer) for answer in answers] == [StorageUnavailable] * 3
    assert all(isinstance(answer.__cause__, OSError) for answer in answers)
    assert len({id(answer) for answer in answers}) == 3
    assert journal.committed == []
    journal.db.writer.before_commit = None
    assert journal.db.write_now(keep, 3) == 3
    assert journal.numbers() == [3]


def test_a_commit_that_is_refused_answers_everyone(journal):
    def fail(connection):
        raise OperationalError("COMMIT", {}, OSError("disk"))

    event.listen(journal.db.writer.engine, "commit", fail)
    answers = asyncio.run(journal.batch((keep, 1), (keep, 2)))
    event.remove(journal.db.writer.engine, "commit", fail)
    assert [type(answer) for answer in answers] == [StorageUnavailable] * 2
    assert journal.committed == []
    assert journal.db.write_now(keep, 3) == 3
    assert journal.numbers() == [3]


def test_a_failing_on_commit_does_not_take_the_answer_away(journal):
    def fail(announced):
        raise ValueError

    journal.db.writer.on_commit = fail
    assert journal.db.write_now(keep, 1) == 1


def test_a_locked_file_is_storage_unavailable(sqlite, monkeypatch):
    monkeypatch.setattr(engines, "PRAGMAS", ("busy_timeout=50", *engines.PRAGMAS[1:]))
    sqlite.db.writer.engine.dispose()
    with sqlite.db.readers.engine.connect() as other:
        other.exec_driver_sql("PRAGMA query_only=OFF")
        other.exec_driver_sql("ROLLBACK")
        other.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailable) as refused:
            sqlite.db.write_now(keep, 1)
        other.exec_driver_sql("PRAGMA query_only=ON")
    assert isinstance(refused.value.__cause__, OperationalError)
    assert sqlite.db.write_now(keep, 2) == 2


def test_a_full_disk_is_storage_unavailable_and_the_writer_lives_on(sqlite):
    def limit(session, pages):
        session.connection().exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def fill(session):
        session.connection().exec_driver_sql("CREATE TABLE filler AS SELECT zeroblob(1000000) AS zeroes")

    sqlite.db.write_now(keep, 1)
    sqlite.db.write_now(limit, 10)
    answers = asyncio.run(sqlite.batch((keep, 2), (fill,), (keep, 3)))
    assert [type(answer) for answer in answers] == [StorageUnavailable] * 3
    sqlite.db.write_now(limit, 1_000_000)
    assert sqlite.db.write_now(keep, 4) == 4
    assert sqlite.numbers() == [1, 4]


def test_a_job_may_not_end_the_transaction_it_shares(journal):
    answers = asyncio.run(journal.batch((keep, 1), (lambda session: session.rollback(),)))
    assert [type(answer) for answer in answers] == [StorageUnavailable] * 2
    assert journal.numbers() == []


def test_a_job_may_not_wait_for_the_writer(sqlite):
    with pytest.raises(RuntimeError):
        sqlite.db.write_now(lambda session: sqlite.db.write_now(keep, 1))


def test_a_cancelled_caller_does_not_break_the_batch(journal):
    async def scenario():
        holding = threading.Event()
        held = asyncio.ensure_future(journal.db.write(lambda s: (holding.set(), journal.gate.wait(PATIENCE))))
        await asyncio.to_thread(holding.wait, PATIENCE)
        gone, stays = (asyncio.ensure_future(journal.db.write(keep, n)) for n in (1, 2))
        await asyncio.sleep(0)
        gone.cancel()
        journal.gate.set()
        await held
        return await asyncio.gather(gone, stays, return_exceptions=True)

    gone, stays = asyncio.run(scenario())
    assert isinstance(gone, asyncio.CancelledError)
    assert stays == 2
    assert journal.numbers() == [1, 2]


def test_callers_on_several_loops_and_threads_are_all_answered(sqlite):
    answers = []
    loops = [
        threading.Thread(target=lambda n=n: answers.append(asyncio.run(sqlite.db.write(keep, n))))
        for n in (1, 2)
    ]
    threads = [
        threading.Thread(target=lambda n=n: answers.append(sqlite.db.write_now(keep, n))) for n in (3, 4)
    ]
    for thread in loops + threads:
        thread.start()
    for thread in loops + threads:
        thread.join()
    assert sorted(answers) == [1, 2, 3, 4]


def test_a_full_queue_is_busy(sqlite, monkeypatch):
    monkeypatch.setattr(writer, "WAITING", 3)
    answers = asyncio.run(sqlite.batch(*((keep, n) for n in range(5))))
    assert answers[:3] == [0, 1, 2]
    assert [type(answer) for answer in answers[3:]] == [StorageBusy] * 2


def test_close_finishes_what_waits_and_takes_nothing_more(sqlite):
    async def scenario():
        calls = [asyncio.ensure_future(sqlite.db.write(keep, n)) for n in range(20)]
        await asyncio.sleep(0)
        await asyncio.to_thread(sqlite.db.writer.close)
        with pytest.raises(StorageUnavailable):
            await sqlite.db.write(keep, 21)
        return await asyncio.gather(*calls)

    assert asyncio.run(scenario()) == list(range(20))


def test_a_sequence_of_reads_sees_what_was_committed_in_between(journal):
    async def scenario():
        seen = []
        for n in range(20):
            await journal.db.write(keep, n)
            seen.append(len(await journal.db.read(lambda session: session.exec(select(Kept.n)).all())))
        return seen

    assert asyncio.run(scenario()) == list(range(1, 21))


def test_a_read_is_one_snapshot(journal):
    def twice(session):
        before = len(session.exec(select(Kept.n)).all())
        journal.db.write_now(keep, 1)
        return before, len(session.exec(select(Kept.n)).all())

    assert journal.db.read_now(twice) == (0, 0)


def test_a_read_cannot_write(journal):
    def write(session):
        session.connection().execute(sql("INSERT INTO kept (n) VALUES (1)"))

    with pytest.raises(DBAPIError):
        journal.db.read_now(write)
    assert journal.numbers() == []


def test_nothing_is_read_once_a_read_is_over(journal):
    session = journal.db.read_now(lambda session: session)
    with pytest.raises(InvalidRequestError):
        session.connection()
    assert asyncio.run(journal.db.read(lambda session: session.connection().in_transaction()))


def test_announcements_are_gathered_once():
    session, job, announced = Session(), Job(None, None, keep, 1), {}
    announce(session, 1, "votes")
    announce(session, 1, "votes")
    announce(session, 1, "notes")
    announce(session, 2, "agenda")
    writer.gather_announced(announced, session, job)
    assert announced == {1: {"votes", "notes"}, 2: {"agenda"}}
    announced.clear()
    writer.gather_announced(announced, session, job)
    assert announced == {}


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


@pytest.mark.postgres_only
def test_postgres_repeats_a_batch_after_a_deadlock(postgres):
    """Another session holds row 2 and then wants row 1; the batch holds row 1 and wants row 2."""
    for n in (1, 2):
        postgres.db.write_now(keep, n)
    lock = sql("SELECT n FROM kept WHERE n = :n FOR UPDATE")
    holding, runs = threading.Event(), []

    def both(session):
        runs.append(1)
        session.connection().execute(sql("SET LOCAL deadlock_timeout = '50ms'"))
        session.connection().execute(lock, {"n": 1})
        holding.set()
        if len(runs) == 1:  # Postgres looks for a deadlock once, soon after a wait begins
            wait_until(lambda: session.connection().execute(WAITED_FOR).scalar())
        session.connection().execute(lock, {"n": 2})
        return keep(session, 3)

    url = postgres.db.writer.engine.url.render_as_string(hide_password=False)
    with psycopg.connect(url) as other:
        other.execute("SET deadlock_timeout = '1min'")
        other.execute("SELECT n FROM kept WHERE n = 2 FOR UPDATE")
        answers = []
        writing = threading.Thread(target=lambda: answers.append(postgres.db.write_now(both)))
        writing.start()
        assert holding.wait(PATIENCE)
        other.execute("SELECT n FROM kept WHERE n = 1 FOR UPDATE")
    writing.join(PATIENCE)
    assert answers == [3]
    assert len(runs) >= 2
    assert postgres.numbers() == [1, 2, 3]


@pytest.mark.postgres_only
def test_postgres_repeats_a_batch_after_a_serialization_failure(postgres):
    runs = []

    def once(session):
        runs.append(1)
        if len(runs) == 1:
            session.connection().execute(sql("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))
        return keep(session, 1)

    assert postgres.db.write_now(once) == 1
    assert len(runs) == 2


@pytest.mark.postgres_only
def test_postgres_connections_that_were_cut_are_replaced(postgres):
    postgres.db.write_now(keep, 1)
    assert postgres.numbers() == [1]
    url = postgres.db.writer.engine.url.render_as_string(hide_password=False)
    with psycopg.connect(url) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert postgres.numbers() == [1]
    assert postgres.db.write_now(keep, 2) == 2
    assert postgres.numbers() == [1, 2]


@pytest.mark.postgres_only
def test_postgres_lost_while_committing_is_not_tried_again(postgres):
    runs = []
    url = postgres.db.writer.engine.url.render_as_string(hide_password=False)

    def counted(session):
        runs.append(session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar())
        return keep(session, 1)

    def cut(session, announced):
        with psycopg.connect(url) as other:
            other.execute("SELECT pg_terminate_backend(%s, 60000)", (runs[-1],))

    postgres.db.writer.before_commit = cut
    with pytest.raises(StorageUnavailable):
        postgres.db.write_now(counted)
    assert len(runs) == 1, "it may have committed: the caller asks again with the same key"
    postgres.db.writer.before_commit = None
    assert postgres.db.write_now(keep, 2) == 2


@pytest.mark.postgres_only
def test_postgres_lost_within_a_batch_is_tried_again(postgres):
    runs = []
    url = postgres.db.writer.engine.url.render_as_string(hide_password=False)

    def cut_once(session):
        runs.append(session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar())
        if len(runs) == 1:
            with psycopg.connect(url) as other:
                other.execute("SELECT pg_terminate_backend(%s, 60000)", (runs[-1],))
        return keep(session, 1)

    assert postgres.db.write_now(cut_once) == 1
    assert len(runs) == 2
    assert postgres.numbers() == [1]
