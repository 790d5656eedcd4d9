"""The key of a secret vote: destroyed for good when it is made final, down to the bytes of the files."""

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
from app.domain import log, undo
from app.domain.votes.ballots import ballot_writes
from app.domain.votes.life import make_final
from app.domain.votes.results import tallies
from app.domain.votes.secrecy import cleared_files
from app.domain.votes.types.question import AnswerValue
from app.models import (
    Answer,
    Ballot,
    CountLine,
    CountSheet,
    Elector,
    SQLModel,
    Submission,
    Undo,
    Vote,
)
from app.models.base import moment
from app.storage.database import database
from app.storage.engines import open_engine
from app.storage.jobs import StorageUnavailable
from app.storage.scrub import StillRead, scrub
from tests.cast.ballots import ballots_of, cast, counts, now_ms, options, reload, through
from tests.cast.databases import ON_SQLITE
from tests.cast.paper_ballots import code_of
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


def test_no_query_leads_back(room, alice, vote) -> None:
    """R70: neither a person, nor a time, nor an order, nor who typed it in."""
    voted(room, alice, vote, 12)
    before = {paper.id for paper in ballots_of(room, vote)}
    assert all(paper.elector_id and paper.voter_id and paper.sequence for paper in ballots_of(room, vote))
    through(alice, vote, "finish")
    found, final = ballots_of(room, vote), reload(room, vote)
    assert len(found) == 12
    assert not before & {paper.id for paper in found}
    assert {
        (each.elector_id, each.voter_id, each.entered_by, each.sequence, each.table_id, each.sector)
        for each in found
    } == {(None, None, None, 0, None, "")}
    assert {each.cast_at for each in found} == {final.closed_at.replace(second=0, microsecond=0)}
    kept = room.read(lambda s: s.exec(select(Submission).where(Submission.vote_id == vote.id)).all())
    assert kept == []


def test_rows_lie_in_no_order_of_their_making(room, alice, vote) -> None:
    """R70: the order in a table is drawn anew, answers with their ballots; twelve people who answer 1, 2, 3,
    1, 2, 3 … in turn are found in that order once in thousands of times."""
    voted(room, alice, vote, 12)
    place = "rowid" if ON_SQLITE else "ctid"

    def order(session):
        ids = session.connection().execute(
            text(f"SELECT ballot_id, option_id FROM answer WHERE vote_id = {vote.id} ORDER BY {place}")
        )
        return list(ids)

    made = [option for _, option in room.read(order)]
    through(alice, vote, "finish")
    lying = room.read(order)
    assert [ballot for ballot, _ in lying] == sorted(ballot for ballot, _ in lying)
    assert [option for _, option in lying] != made
    numbers = [ballot for ballot, _ in lying]
    assert max(numbers) > 2**48, "drawn from a large range, not counted on"


def test_nothing_else_in_the_database_holds_it(room, alice) -> None:
    """R70, R31: no other table, log and undo included, has a row that names a key or what somebody wrote;
    which tables there are is looked up, so that a new one is searched too."""
    vote = new(room, secrecy="group", receipts="1", reasons="1")
    people = voted(room, alice, vote)
    options_ = options(room, vote)
    alice.does(f"votes/{vote.id}/opening")
    cast(people[0], vote, options_[1], "abad1dea" * 4, now_ms(), reason="because of the harbour")
    through(alice, vote, "closing", "reveal")
    secret = {"harbour", "abad1dea", "c0ffee0123456789"} | {
        str(paper.sequence) for paper in ballots_of(room, vote)
    }
    through(alice, vote, "finish")

    def search(session):
        found = set()
        for table in SQLModel.metadata.sorted_tables:
            for row in session.connection().execute(table.select()):
                words = " ".join(str(value) for value in row)
                found |= {(table.name, each) for each in secret if each in words}
        return found

    assert room.read(search) == {("ballot", "harbour")}, "a reason stays, and nobody's"
    lines = room.read(log.lines, room.id)
    assert not [line for line in lines if line.row_kind in ("ballot", "answer", "elector", "submission")]


def test_what_does_not_count_goes_with_the_key(room, alice) -> None:
    """R70: answers set aside or contested, and sheets that were corrected, would tell of single people."""
    vote = new(room, unit="organisations")
    first, second = room.join("Carys", organisation="Chapter"), room.join("Dev", organisation="Chapter")
    third = room.join("Eleri", organisation="Town")
    through(alice, vote, "opening")
    choices = options(room, vote)
    assert cast(first, vote, choices[0]).status_code == 200
    assert cast(second, vote, choices[1]).status_code == 200
    assert cast(third, vote, choices[2]).status_code == 200
    through(alice, vote, "closing", "reveal")
    assert sorted(paper.standing for paper in ballots_of(room, vote)) == ["contested", "contested", "counted"]
    through(alice, vote, "finish")
    assert [paper.standing for paper in ballots_of(room, vote)] == ["counted"]
    answers = room.read(lambda s: s.exec(select(Answer).where(Answer.vote_id == vote.id)).all())
    assert [answer.option_id for answer in answers] == [choices[2]]


def test_a_corrected_sheet_goes_and_the_one_that_counts_stays(room, alice, vote) -> None:
    """R70"""
    through(alice, vote, "opening", "closing", "reveal")
    choice = options(room, vote)[0]

    def enter(session) -> None:
        table = session.exec(
            text(f"SELECT min(id) FROM seating_table WHERE workshop_id = {room.id}")
        ).scalar_one()
        for n, replaced in ((4, moment()), (5, None)):
            sheet = CountSheet(vote_id=vote.id, table_id=table, ballots=n, replaced_at=replaced)
            session.add(sheet)
            session.flush()
            session.add(CountLine(sheet_id=sheet.id, vote_id=vote.id, option_id=choice, n=n))

    room.write(enter)
    through(alice, vote, "finish")
    kept = room.read(lambda s: s.exec(select(CountLine.n).where(CountLine.vote_id == vote.id)).all())
    assert kept == [5]
    assert counts(room, vote) == [5, 0, 0]


def test_a_paper_ballot_forgets_who_typed_it_in(room, alice, vote) -> None:
    """R70: paper with a code as much as paper with a serial, which stays; who typed when is in the log."""
    room.join("Carys")
    through(alice, vote, "opening")
    link = room.read(lambda s: s.connection().execute(text("SELECT max(id) FROM link")).scalar_one())

    def enter(session) -> None:
        elector = session.exec(select(Elector.id).where(Elector.vote_id == vote.id)).one()
        for more in ({"elector_id": elector}, {"serial": "A17"}):
            paper = Ballot(vote_id=vote.id, channel="paper", sequence=5, entered_by=link, **more)
            session.add(paper)
            session.flush()
            ballot_writes.replace_answers(session, vote.id, paper.id, [AnswerValue(options_[0])])

    options_ = options(room, vote)
    room.write(enter)
    through(alice, vote, "closing", "reveal", "finish")
    found = ballots_of(room, vote)
    assert {(each.channel, each.elector_id, each.entered_by) for each in found} == {("paper", None, None)}
    assert {each.serial for each in found} == {None, "A17"}
    assert counts(room, vote)[0] == 2


def test_a_named_vote_keeps_its_names(room, alice) -> None:
    """R68: people were told that their name stands beside their answer; nothing goes, and that is said."""
    vote = new(room, secrecy="named")
    silent = room.join("Dev")
    people = voted(room, alice, vote, 3)
    before = [(paper.id, paper.elector_id, paper.cast_at) for paper in ballots_of(room, vote)]
    console = alice.screen()
    console.shows("controls", "The names stay with the answers.")
    through(alice, vote, "finish")
    assert [(paper.id, paper.elector_id, paper.cast_at) for paper in ballots_of(room, vote)] == before
    assert room.read(cleared_files.votes_with_uncleared_files) == []
    assert "key destroyed" not in {line.what for line in room.read(log.lines, room.id)}
    assert "Your answer:" in people[0].get("phone/mine").text
    assert "nobody can tell any more" not in silent.get("phone/mine").text


def test_no_way_back_from_final(room, alice, vote) -> None:
    """R45, R70: neither by undo nor by opening again; the phone says that nobody can tell any more."""
    people = voted(room, alice, vote, 3)
    offered = room.read(undo.latest, room.id)
    through(alice, vote, "finish")
    assert alice.post(f"undo/{offered.id}").status_code == 409
    assert alice.post(f"votes/{vote.id}/opening").status_code == 409
    assert reload(room, vote).state == "final"
    assert "nobody can tell any more who answered what" in people[0].get("phone/mine").text
    assert room.read(lambda s: [u for u in s.exec(select(Undo)).all() if "ballot" in str(u.changes)]) == []


def test_others_keep_theirs(room, alice, vote) -> None:
    """Destroying one vote's key touches no other vote's ballots."""
    people = voted(room, alice, vote, 3)
    other = new(room)
    through(alice, other, "opening")
    cast(people[0], other, options(room, other)[0], "e" * 32, now_ms())
    through(alice, vote, "finish")
    assert ballots_of(room, other)[0].elector_id
    assert "Received" in people[0].get("phone/mine").text
    assert cast(people[0], other, options(room, other)[0], "e" * 32).status_code in (200, 409)
    cast(people[0], other, options(room, other)[1], "f" * 32, now_ms())
    assert counts(room, other) == [0, 1, 0]


def test_pairs_are_counted_before_the_key_goes(room, alice, vote) -> None:
    """R54: the opening question is not made final while its closing one has not been shown; once that is
    removed there are no pairs to lose."""
    voted(room, alice, vote, 3)
    after = new(room)

    def pair(session) -> None:
        row = session.get(Vote, after.id)
        row.repeats_id, row.repeats_as = vote.id, "after"
        session.add(row)

    room.write(pair)
    refused = alice.post(f"votes/{vote.id}/finish")
    assert refused.status_code == 409
    assert "the pairs would be lost" in refused.text
    assert all(paper.elector_id for paper in ballots_of(room, vote))
    alice.does(f"votes/{after.id}/removal")
    through(alice, vote, "finish")


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


def test_which_ballots_came_on_paper_is_told_by_nothing(room, alice, vote) -> None:
    """R70: the log tells who typed papers in, so a row that says "paper" would be somebody's; how many there
    were stays. Eight of sixteen are dealt just as they were once in thousands of times."""
    people = [room.join(f"P{n}") for n in range(16)]
    through(alice, vote, "opening")
    first, second, _ = options(room, vote)
    for person in people[:8]:
        assert cast(person, vote, first).status_code == 200
    for person in people[8:]:
        alice.does(f"votes/{vote.id}/paper", {"code": code_of(person), "option": str(second)})
    through(alice, vote, "closing", "reveal")
    before = room.read(tallies.tally, reload(room, vote))
    through(alice, vote, "finish")
    after = room.read(tallies.tally, reload(room, vote))
    assert (after.phone, after.paper) == (before.phone, before.paper) == (8, 8)
    assert counts(room, vote) == [8, 8, 0]

    said = text(
        "SELECT DISTINCT channel, option_id FROM ballot JOIN answer ON answer.ballot_id = ballot.id"
        f" WHERE ballot.vote_id = {vote.id}"
    )
    assert len(room.read(lambda session: session.connection().execute(said).all())) == 4


def test_no_sheet_tells_of_a_table(room, alice, vote) -> None:
    """R68, R70: of a secret vote that is final, the sheets of all tables stand as one, and say as much."""
    for n in range(6):
        room.join(f"P{n}", 1 + n % 2)
    through(alice, vote, "opening")
    first, second, _ = options(room, vote)
    alice.does(f"votes/{vote.id}/sheet", {"table": "1", "ballots": "3", f"n_{first}": "3"})
    alice.does(
        f"votes/{vote.id}/sheet", {"table": "2", "ballots": "2", f"n_{first}": "1", f"n_{second}": "1"}
    )
    through(alice, vote, "closing", "reveal")
    before = room.read(tallies.tally, reload(room, vote))
    through(alice, vote, "finish")
    after = room.read(tallies.tally, reload(room, vote))
    assert (after.paper, after.result) == (before.paper, before.result)
    kept = room.read(lambda s: s.exec(select(CountSheet).where(CountSheet.vote_id == vote.id)).all())
    assert [(sheet.table_id, sheet.entered_by, sheet.ballots) for sheet in kept] == [(None, None, 5)]
    assert "Count sheets of all tables, 5 ballots" in alice.get(f"votes/{vote.id}/papers").text
