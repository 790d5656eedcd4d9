"""When a commit fails, by disk, lock or hook: everyone is answered, and the writer goes on."""

import asyncio

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.storage import engines
from app.storage.jobs import StorageUnavailable
from tests.cast.journals import keep, refuse


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
