"""When the disk is full or the database locked: a sentence, nothing lost, and on again afterwards."""

import sqlite3

import pytest
from sqlalchemy import text

from app.domain.votes.ballots import ballot_counts
from app.domain.votes.life import votes
from app.settings import settings
from app.storage.database import database
from tests.cast.ballots import cast, options
from tests.cast.databases import ON_POSTGRES

pytestmark = pytest.mark.skipif(ON_POSTGRES, reason="a full disk and a lock as SQLite has them")


@pytest.fixture
def vote(room, alice):
    item = room.go_to(17)
    found = room.read(votes.of_item, item.id)[0]
    return found


def pages(command: str) -> int:
    def run(session) -> int:
        return session.connection().execute(text(f"PRAGMA {command}")).scalar_one()

    return database.write_now(run)


def test_a_full_disk_is_told_and_the_answer_taken_afterwards(room, alice, vote, caplog) -> None:
    """R70: and what the server logs of it tells nothing of the answer, nor whose it was."""
    carys = room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    choice = options(room, vote)[0]
    usual = pages("max_page_count")
    pages(f"max_page_count = {pages('page_count')}")
    try:
        refused = None
        for n in range(400):  # fill what is left of the last pages
            answer = cast(carys, vote, choice, f"{n:032x}", n + 1)
            if answer.status_code != 200:
                refused = answer
                break
        assert refused is not None, "the disk never filled"
        assert refused.status_code == 503
        assert "Nothing is lost" in refused.text
        assert room.stranger().http.get("/healthz").status_code == 200
    finally:
        pages(f"max_page_count = {usual}")
    assert "writes were not kept" in caplog.text
    assert "[parameters:" not in caplog.text
    assert cast(carys, vote, choice, "f" * 32).status_code == 200
    assert room.read(ballot_counts.counted, vote.id) == 1


def test_a_locked_database_is_told_and_the_answer_taken_afterwards(room, alice, vote, monkeypatch) -> None:
    carys = room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    choice = options(room, vote)[0]
    pages("busy_timeout = 200")
    other = sqlite3.connect(settings().database_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        refused = cast(carys, vote, choice, "a" * 32)
        assert refused.status_code == 503
        assert "Nothing is lost" in refused.text
    finally:
        other.execute("ROLLBACK")
        other.close()
        pages("busy_timeout = 5000")
    assert cast(carys, vote, choice, "a" * 32).status_code == 200
    assert room.read(ballot_counts.counted, vote.id) == 1
