"""A batch that PostgreSQL refused or whose connection was cut is repeated, unless it may have committed."""

import threading

import psycopg
import pytest
from sqlalchemy import text as sql

from app.storage.jobs import StorageUnavailable
from tests.cast.concurrency import WAITED_FOR
from tests.cast.journals import Journal, keep
from tests.cast.patience import PATIENCE, wait_until
from tests.cast.postgres import database as empty_database


@pytest.fixture
def postgres(cluster):
    with empty_database(cluster) as url:
        journal = Journal(url)
        yield journal
        journal.db.disconnect()


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
