"""Rehearsing: simulated people live through a copy's day on a real server, and nothing is left of it."""

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from app.domain.agenda import items
from app.models import LogEntry, Participant, Workshop
from app.settings import ROOT
from scripts.rehearsal.__main__ import main
from scripts.rehearsal.account import Shown, compare, percentile, to_projector
from scripts.rehearsal.browser import Browser
from scripts.rehearsal.day import Rehearsed
from scripts.rehearsal.lead import Lead
from scripts.rehearsal.markup import Page
from scripts.rehearsal.outbox import Ledger, Outbox, Submission
from scripts.rehearsal.people import Room as Asked
from scripts.rehearsal.people import fitted, sentences
from scripts.rehearsal.report import problems
from scripts.rehearsal.screen import Screen
from tests.cast import processes
from tests.cast.databases import ALL
from tests.cast.processes import begun
from tests.cast.rooms import Room

MINUTES = {"talk": 1, "break": 1, "table": 2, "vote": 3, "wall": 6}  # 600 times as fast: 4 seconds


AT_MOST = 600  # seconds; a rehearsal loses its patience sooner


def command(*options: str) -> list[str]:
    return [str(ROOT / "scripts" / "rehearse"), "--speed", "600", *options]


@pytest.fixture
def rehearse(monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:
    """The command in this process: what it ends with, and what it said to whom."""

    def run(*options: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["rehearse", "--speed", "600", *options])
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        return main(), *capsys.readouterr()

    return run


def rows_of(said: str) -> list[tuple[str, list[str]]]:
    """The first word and the three figures of each line of the comparison."""
    starts = ("People", "Vote:", "Wall:", "Pad")
    return [(line.split()[0], line.split()[-3:]) for line in said.splitlines() if line.startswith(starts)]


def all_of(session: Session, model: type, **wanted: int) -> list:
    query = select(model)
    for name, value in wanted.items():
        query = query.where(getattr(model, name) == value)
    return list(session.exec(query))


@pytest.fixture
def short(room: Room) -> Room:
    """A workshop whose rehearsed day is over in seconds."""
    for item in room.items():
        room.write(items.edit, room.who, item.id, {"minutes": str(MINUTES[item.kind])})
    return room


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A SQLite file with a workshop, served by nobody."""
    path = tmp_path / "plenary.db"
    begun(path)
    return path


@pytest.fixture
def served(database: Path) -> Iterator[Path]:
    """The same, served by a process."""
    with processes.served(str(database)):
        yield database


def left_behind(path: Path) -> dict[str, int]:
    """What of a rehearsal is still in the file."""
    tables = ("participant", "organisation", "submission", "elector", "ballot", "note", "cluster", "entry")
    with sqlite3.connect(path) as connection:
        found = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
        copies = "SELECT count(*) FROM workshop WHERE rehearsal_of IS NOT NULL"
        found["copies"] = connection.execute(copies).fetchone()[0]
    return {name: n for name, n in found.items() if n}


@pytest.mark.postgres
def test_what_is_acknowledged_is_stored_once_and_the_copy_goes(
    base_url: str, short: Room, rehearse: Callable
) -> None:
    logged = len(short.read(all_of, LogEntry, workshop_id=short.id))
    code, said, wrong = rehearse("--url", base_url, "--code", short.code, "--phones", "60" if ALL else "4")
    assert code == 0, said + wrong
    assert "In order" in said
    rows = rows_of(said)
    assert [name for name, _ in rows] == ["People", *["Vote:"] * 7, "Wall:", *["Pad"] * 8]
    for _, (sent, acknowledged, stored) in rows:
        assert int(sent) >= int(acknowledged) == int(stored) > 0, said
    assert short.read(all_of, Workshop, rehearsal_of=short.id) == []
    assert short.read(all_of, Participant, workshop_id=short.id) == []
    assert len(short.read(all_of, LogEntry, workshop_id=short.id)) == logged


def test_refused_where_people_have_joined(base_url: str, room: Room, rehearse: Callable) -> None:
    room.join("Dev")
    code, _, wrong = rehearse("--url", base_url, "--code", room.code)
    assert code == 1
    assert "have joined this workshop" in wrong
    assert room.read(all_of, Workshop, rehearsal_of=room.id) == []


@pytest.mark.parametrize("stood", ["served", "database"])
def test_interrupted_it_leaves_all_as_it_was(stood: str, request: pytest.FixtureRequest) -> None:
    file = request.getfixturevalue(stood)
    rehearsing = subprocess.Popen(command("--database", str(file), "--phones", "3"), stdout=subprocess.PIPE)
    while left_behind(file).get("participant") != 3:
        assert rehearsing.poll() is None
        time.sleep(0.05)
    rehearsing.send_signal(signal.SIGTERM)
    said, _ = rehearsing.communicate(timeout=AT_MOST)
    assert rehearsing.returncode == 130
    assert b"The copy is deleted." in said
    assert left_behind(file) == {}
    assert file.with_suffix(".serving").exists() == (stood == "served")


def test_a_screen_without_the_banner_is_a_fault(base_url: str, room: Room) -> None:
    found = Ledger()

    async def look() -> None:
        browser = Browser(base_url)
        await Screen(browser, Outbox(browser, found, "phone 1"), found).load(f"/{room.code}")
        browser.close()

    asyncio.run(look())
    assert found.faults == ["The joining page does not say that this is a rehearsal."]


def half_the_room(n: int) -> str:
    return f'<p><span class="turnout__figure">{n}</span> of 5 have answered</p>'


@pytest.mark.parametrize(
    ("step", "region", "silent", "enough"),
    [
        ("/K/votes/1/closing", "turnout", half_the_room(2), half_the_room(3)),
        (
            "/K/walls/1/release",
            "written",
            '<span class="turnout__figure">0</span>',
            '<span class="turnout__figure">1</span>',
        ),
    ],
)
def test_the_lead_goes_on_when_the_room_has_answered(
    step: str, region: str, silent: str, enough: str
) -> None:
    """However little the clock leaves: of the second vote of an item it leaves next to nothing."""

    async def scenario() -> None:
        lead = Lead(Asked("http://127.0.0.1", "K", 600, 1, []), "token")
        show(lead, region, silent)
        pressing = asyncio.ensure_future(lead._moment(step))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not pressing.done()
        show(lead, region, enough)
        await pressing

    asyncio.run(scenario())


def show(lead: Lead, region: str, html: str) -> None:
    partial = f'<hx-partial hx-target="#{region}" hx-swap="outerMorph">{html}</hx-partial>'
    lead.screen._take(json.dumps({"content": partial}))


def submission(place: str, who: str, content: str, sequence: int, status: int | None = 200) -> Submission:
    return Submission(place, who, content, sequence, tapped=sequence, answered=sequence + 1, status=status)


def record(**held: list) -> dict:
    ballots = [{"answers": [{"option": 1, "criterion": None, "value": None}]}] * 2
    vote = {"vote": 1, "question_en": "Which?", "type": "single", "cast": 2, "ballots": ballots}
    tables = [{"table": 1, "people": 2}]
    whole = {"votes": [vote], "walls": [{"wall": 1, "prompt_en": "What?"}], "notes": [], "pads": []}
    return {**whole, "took_part": {"joined": 2, "tables": tables}, **held}


def ledger(*more: Submission) -> Ledger:
    """Two people; the second has changed her mind, and an answer came too late."""
    votes = [
        submission("vote 1", "a", "1", 1),
        submission("vote 1", "b", "2", 2),
        submission("vote 1", "b", "1", 3),
        submission("vote 1", "a", "2", 4, status=409),
    ]
    return Ledger([*votes, *more], joined=2)


def wrong(done: Ledger, held: dict) -> list[str]:
    return list(problems(Rehearsed(done, compare(done, held), [1.0], [])))


def test_the_last_acknowledged_answer_of_each_person_counts() -> None:
    assert wrong(ledger(), record()) == []


def test_what_is_missing_or_stored_twice_is_found() -> None:
    note, line = submission("wall 1", "a", "Idea", 5), submission("table 1", "scribe", "point: Said", 6)
    kept, typed = {"wall": 1, "text": "Idea"}, {"table": 1, "type": "point", "text": "Said"}
    assert wrong(ledger(note, line), record(notes=[kept], pads=[typed])) == []
    assert "'Idea' was acknowledged" in wrong(ledger(note), record())[0]
    assert "'Idea' is stored 1" in wrong(ledger(note), record(notes=[kept, kept]))[0]
    assert "'point: Said' was acknowledged" in wrong(ledger(line), record())[0]
    assert len(wrong(ledger(submission("vote 1", "c", "1", 7)), record())) == 1


def test_what_was_never_answered_may_be_stored_or_not() -> None:
    note = submission("wall 1", "a", "Idea", 5, status=None)
    for notes in ([], [{"wall": 1, "text": "Idea"}]):
        assert wrong(ledger(note), record(notes=notes)) == ["1 contributions were never answered."]


def test_notes_nobody_may_read_are_counted() -> None:
    note = submission("wall 1", "a", "Idea", 5)
    assert wrong(ledger(note), record(notes=[{"wall": 1, "text": None}])) == []


def test_the_time_to_the_projector_is_that_of_the_first_count_that_holds_the_ballot() -> None:
    shown = {"vote 1": [Shown(0, 0.5), Shown(1, 2.5), Shown(2, 3.0)]}
    assert to_projector(ledger().submissions, shown) == [1.5, 1.0]
    assert percentile([0.4, 0.1, 0.3, 0.2], 0.5) == 0.2
    assert percentile(range(1, 101), 0.99) == 99


def test_sentences_are_cut_at_a_word() -> None:
    assert fitted("  One  two three ", 20) == "One two three"
    assert fitted("One two three", 9) == "One two…"
    assert fitted("Onetwothree", 6) == "Onetw…"
    assert len(sentences()) == 36


def test_a_form_tells_what_may_be_chosen() -> None:
    page = Page(
        '<form action="/K/votes/7/ballot"><input type="hidden" name="a" value="b">'
        '<label><input type="radio" name="option" value="3">Yes</label><textarea name="text"></textarea>'
        '<select name="kind"><option value="point">Point</option></select></form>'
    )
    form = page.form("/ballot")
    assert form is not None
    assert (form.given, form.texts) == ({"a": "b"}, ["text"])
    assert form.choices == {"option": ["3"], "kind": ["point"]}
