"""The files after the key of a secret vote is destroyed: no byte leads back, whatever came in between."""

import asyncio
import sqlite3
import struct
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from app import start
from app.background.day_end import do_what_is_due
from app.domain import log
from app.domain.votes.life import make_final
from app.domain.votes.secrecy import cleared_files
from app.models import (
    Submission,
    Vote,
)
from app.storage.database import database
from app.storage.engines import open_engine
from app.storage.jobs import StorageUnavailable
from app.storage.scrub import StillRead, scrub
from tests.cast.ballots import cast, counts, now_ms, options, reload, through
from tests.cast.databases import ON_SQLITE
from tests.cast.processes import begun, served
from tests.cast.secret_votes import KEY, bytes_kept, new, voted

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("small_database")]


@pytest.fixture
def vote(room) -> Vote:
    """A secret single choice of three in item 9, as a draft."""
    return new(room)


def stored(number: int) -> bytes:
    """A number of milliseconds as it lies in a row."""
    return struct.pack(">q", number)[2:] if ON_SQLITE else struct.pack("<q", number)


@pytest.mark.parametrize("how", ["anonymous", "group"])
def test_no_byte_of_the_files_leads_back(room, alice, how) -> None:
    """R70: the key of the submission, its digest, its sequence (so the rows it stood in) are in the files
    before the vote is final, and in none of them after it, free pages and write-ahead log included."""
    vote = new(room, secrecy=how, receipts="1")
    voted(room, alice, vote)
    kept = room.read(lambda s: s.exec(select(Submission).where(Submission.vote_id == vote.id)).all())
    assert len(kept) == 6
    traces = [
        trace for row in kept for trace in (row.key.encode(), row.digest.encode(), stored(row.sequence))
    ]
    before = bytes_kept()
    assert all(trace in before for trace in traces), "else the search proves nothing"
    shown = counts(room, vote)
    through(alice, vote, "finish")
    after = bytes_kept()
    assert [trace for trace in traces if trace in after] == []
    assert counts(room, vote) == shown


def test_a_crash_before_the_files_were_cleared_is_made_good(room, alice, vote, capsys) -> None:
    """R70: what was committed but not cleared is owed, and the next start clears it before anything else."""
    voted(room, alice, vote)
    room.write(make_final.by_facilitator, room.who, vote.id)  # and here the power goes
    assert vote.id in room.read(cleared_files.votes_with_uncleared_files)
    assert (KEY % 3).encode() in bytes_kept(), "the files still hold it"
    start.clear_files()
    assert room.read(cleared_files.votes_with_uncleared_files) == []
    assert (KEY % 3).encode() not in bytes_kept()
    done = [line.what for line in room.read(log.lines, room.id) if line.row_id == vote.id][-3:]
    assert done == ["key destroyed", "vote final", "traces removed"]
    start.clear_files()
    assert not capsys.readouterr().out


def test_every_start_looks_for_what_is_owed(tmp_path) -> None:
    """R70: whoever starts Plenary need not know about it."""
    path = tmp_path / "plenary.db"

    def lines() -> list[str]:
        with sqlite3.connect(path) as connection:
            found = connection.execute("SELECT what FROM log WHERE row_id = 1 ORDER BY id")
            return [what for (what,) in found]

    begun(path)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE vote SET state = 'final', key_destroyed_at = '2026-11-23 10:00:00.000000'"
            " WHERE id = 1 AND secrecy <> 'named'"
        )
    with served(str(path)):
        assert lines()[-1] == "traces removed"


def test_files_that_cannot_be_cleared_now_are_told_and_cleared_later(room, alice, vote, monkeypatch) -> None:
    """R70: the vote is final all the same, the facilitator reads what is missing, and the server tries again
    by itself."""
    voted(room, alice, vote, 2)

    def broken(engine) -> None:
        raise StillRead

    monkeypatch.setattr("app.storage.database.scrub", broken)
    refused = alice.post(f"votes/{vote.id}/finish")
    assert refused.status_code == 503
    assert "old copies could not be cleared" in refused.text
    assert reload(room, vote).state == "final"
    assert vote.id in room.read(cleared_files.votes_with_uncleared_files)
    asyncio.run(do_what_is_due())
    assert vote.id in room.read(cleared_files.votes_with_uncleared_files)
    monkeypatch.undo()
    asyncio.run(do_what_is_due())
    assert room.read(cleared_files.votes_with_uncleared_files) == []


def test_ballots_wait_while_the_files_are_cleared(room, alice, vote) -> None:
    """The writer clears between two batches: what comes meanwhile is stored right after, none is lost."""
    people = voted(room, alice, vote, 3)
    other = new(room)
    through(alice, other, "opening")
    through_, choices, answers = threading.Event(), options(room, other), []

    def keep_casting() -> None:
        n = 0
        while not through_.is_set() or n < 30:
            n += 1
            person = people[n % 3]
            answers.append(cast(person, other, choices[n % 3], f"{n:032x}", now_ms()).status_code)

    thread = threading.Thread(target=keep_casting)
    thread.start()
    try:
        for _ in range(5):
            database.scrub_now()
        through(alice, vote, "finish")
    finally:
        through_.set()
        thread.join()
    assert set(answers) == {200}
    assert sum(counts(room, other)) == 3
    assert room.read(cleared_files.votes_with_uncleared_files) == []


def test_clearing_reaches_what_was_deleted_without_care(tmp_path) -> None:
    """`secure_delete` on every connection and the VACUUM each do it alone: even what another program deleted
    carelessly goes, and the write-ahead log is emptied."""
    path = tmp_path / "careless.db"
    engine = open_engine(f"sqlite:///{path}", 1, True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (word TEXT)"))
        connection.execute(text("INSERT INTO kept VALUES ('tellmysecret'), ('stays')"))
    careless = sqlite3.connect(path)
    careless.execute("PRAGMA secure_delete=OFF")
    with careless:
        careless.execute("DELETE FROM kept WHERE word = 'tellmysecret'")
    careless.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
    careless.close()
    assert b"tellmysecret" in path.read_bytes()
    scrub(engine)
    wal = Path(f"{path}-wal")
    assert b"tellmysecret" not in path.read_bytes()
    assert wal.stat().st_size == 0
    assert b"stays" in path.read_bytes()
    engine.dispose()


def test_clearing_waits_for_those_who_still_read_what_was(room, monkeypatch) -> None:
    """A reader from before keeps old rows alive: it is waited for, then given up on; the writer goes on."""
    monkeypatch.setattr("app.storage.scrub.BUSY_SECONDS", 0.3)
    if ON_SQLITE:
        room.write(lambda session: session.connection().execute(text("PRAGMA busy_timeout=300")))
    with database.readers.engine.connect() as reading:
        reading.execute(select(Vote.id).limit(1)).all()
        room.write(lambda session: log.note(session, room.who, "something"))
        with pytest.raises(StorageUnavailable):
            database.scrub_now()
    monkeypatch.undo()
    if ON_SQLITE:
        room.write(lambda session: session.connection().execute(text("PRAGMA busy_timeout=5000")))
    database.scrub_now()
    room.write(lambda session: log.note(session, room.who, "and on"))
