"""The readers: one snapshot each, of all that was committed, and never a write."""

import asyncio

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlmodel import select

from tests.cast.journals import Kept, keep


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
