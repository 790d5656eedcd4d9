"""Starting: what a first and a later start print and keep, and what an operator is told when it cannot."""

import json
import os
import re
import resource
import signal
import socket
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlmodel import Session, select

from app.__main__ import main
from app.domain.agenda import plan
from app.models import Ballot, Participant, Workshop
from app.models.base import moment
from app.settings import settings
from app.storage.engines import open_engine
from tests.cast import postgres
from tests.cast.patience import PATIENCE, wait_until
from tests.cast.people import Person
from tests.cast.processes import begun, command, free_port, served, without_settings

YESTERDAY = plan.today("Europe/London") - timedelta(days=1)


def rows(path: Path, ask):
    engine = open_engine(f"sqlite:///{path}", connections=1, writing=False)
    try:
        with Session(engine) as session:
            return ask(session)
    finally:
        engine.dispose()


@pytest.fixture
def refused(monkeypatch) -> Iterator[Callable[..., str]]:
    """What a start that must fail says, in one sentence: `python -m app`, in this process, until it ends."""
    limit, mask, asked = (
        resource.getrlimit(resource.RLIMIT_NOFILE),
        os.umask(0),
        signal.getsignal(signal.SIGTERM),
    )
    os.umask(mask)

    def start(*arguments: str, **environment: str) -> str:
        with monkeypatch.context() as alone:
            alone.setattr(sys, "argv", ["app", *arguments])
            alone.setattr(os, "environ", {**without_settings(), **environment})
            settings.cache_clear()
            with pytest.raises(SystemExit) as ended:
                main()
        assert "did not start" in str(ended.value.code)
        return str(ended.value.code)

    yield start
    settings.cache_clear()
    resource.setrlimit(resource.RLIMIT_NOFILE, limit)
    os.umask(mask)
    signal.signal(signal.SIGTERM, asked)


def test_a_first_start_makes_the_day_and_a_second_keeps_it(tmp_path) -> None:
    database = tmp_path / "plenary.db"
    with served(str(database), fresh=True) as first:
        assert re.search(r"Join:\s+http://\S+/" + first.code, first.printed)
        assert "█" in first.printed, "the QR"
        labels = [
            label
            for label in ("Console", "Projector", *(f"Table {n}" for n in range(1, 9)))
            if first.token(label)
        ]
        assert len(labels) == 10
        note = database.with_suffix(".serving")
        for file in (note, database):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert json.loads(note.read_text())["url"] == first.url
    made = rows(database, lambda s: s.exec(select(Workshop)).all())
    assert [workshop.day for workshop in made] == [plan.today("Europe/London")]
    assert not database.with_suffix(".serving").exists()
    with served(str(database)) as second:
        assert second.code == first.code
        assert second.token("Console") != first.token("Console"), "a start prints fresh links"
        assert httpx.get(f"{second.url}/enter/{first.token('Projector')}").status_code == 303, (
            "saved ones still open"
        )


@pytest.mark.parametrize(("choice", "codes"), [("--again", 2), ("--new", 2), ("--keep", 1)])
def test_a_next_day_start_runs_it_again_or_makes_a_new_one(tmp_path, choice, codes) -> None:
    database = tmp_path / "plenary.db"
    code = begun(database, YESTERDAY)
    with served(str(database), choice) as second:
        assert (second.code == code) == (choice == "--keep")
    found = rows(database, lambda s: s.exec(select(Workshop)).all())
    assert len(found) == codes
    if choice != "--keep":
        assert found[-1].day == plan.today("Europe/London")


def test_a_next_day_start_without_a_terminal_says_what_can_be_done(tmp_path) -> None:
    database = tmp_path / "plenary.db"
    begun(database, YESTERDAY)
    with served(str(database)) as second:
        assert "--again" in second.printed
        assert "--new" in second.printed


def test_it_may_open_as_many_files_as_the_machine_allows(tmp_path) -> None:
    """A phone is a file, and what a shell allows ends a room of a thousand."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 1024), hard))
    try:
        with served(str(tmp_path / "plenary.db"), fresh=True) as server:
            assert resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_busy_port_is_named(tmp_path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        process = command("--host", "127.0.0.1", "--port", str(port), "--database", str(tmp_path / "p.db"))
        printed, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode not in (0, None)
    assert "did not start" in printed
    assert "Traceback" not in printed
    assert f"Port {port}" in printed
    assert f"--port {port + 1}" in printed


def test_a_port_that_cannot_be_is_named(tmp_path, refused) -> None:
    assert "between 1 and 65535" in refused("--port", "80999", "--database", str(tmp_path / "p.db"))


def test_a_host_and_a_number_of_workers_that_cannot_be_are_named(tmp_path, refused) -> None:
    database = str(tmp_path / "p.db")
    assert "--host must be" in refused("--host", "nowhere.invalid", "--database", database)
    assert "--workers must be" in refused("--workers", "0", "--database", database)


def test_a_second_process_on_the_same_file_is_refused(tmp_path, refused) -> None:
    database = str(tmp_path / "plenary.db")
    with served(database) as first:
        printed = refused("--host", "127.0.0.1", "--port", str(free_port()), "--database", database)
        assert f"process {first.process.pid}" in printed
        assert httpx.get(f"{first.url}/healthz").status_code == 200


def test_several_workers_on_sqlite_are_refused_with_the_reason(tmp_path, refused) -> None:
    printed = refused("--workers", "2", "--port", str(free_port()), "--database", str(tmp_path / "p.db"))
    assert "Postgres" in printed


@pytest.mark.parametrize("database", ["/proc/nowhere/plenary.db", "postgresql://nobody@127.0.0.1:1/none"])
def test_an_unusable_database_is_named(database, refused) -> None:
    assert database.split("/")[-1] in refused("--port", str(free_port()), "--database", database)


def test_settings_come_from_the_environment_too(tmp_path, refused) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        told = refused(PLENARY_HOST="127.0.0.1", PLENARY_PORT=port, PLENARY_DATABASE=str(tmp_path / "p.db"))
    assert port in told
    assert "PLENARY_PORT cannot be 'eighty'" in refused(PLENARY_PORT="eighty")
    assert "--public-url" in refused("--public-url", "plenary.example", "--database", str(tmp_path / "p.db"))


def test_kill_minus_nine_in_the_middle_of_a_vote_loses_nothing_acknowledged(tmp_path) -> None:
    """R101, R48: after a power cut every acknowledged ballot is there, and people are who they were."""
    database, port = tmp_path / "plenary.db", free_port()
    with ExitStack() as stack, served(str(database), port=port) as first:
        lead = come_in(first, stack)
        people = [join(first, stack, n) for n in range(12)]
        vote, options = open_first_vote(lead, people[0])
        acknowledged: list[tuple[int, int]] = []
        threads = [
            threading.Thread(target=vote_on_and_on, args=(person, n, vote, options, acknowledged))
            for n, person in enumerate(people)
        ]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(acknowledged) >= 60)
        first.kill()
        for thread in threads:
            thread.join()
        last = dict(acknowledged)
        with served(str(database), port=port) as second:
            stored = rows(database, lambda s: s.exec(select(Ballot.voter_id, Ballot.sequence)).all())
            assert len(stored) == len(last)
            ids = sorted(participant for participant, _ in stored)
            assert all(dict(stored)[ids[n]] >= sequence for n, sequence in last.items())
            assert second.code == first.code
            for person in people:
                assert person.get(f"/{second.code}").status_code == 200
            joined = rows(database, lambda s: s.exec(select(Participant)).all())
            assert len(joined) == 12


def come_in(server, stack) -> Person:
    lead = Person(server.url, server.code, stack)
    assert lead.http.post(f"/enter/{server.token('Console')}").status_code == 303
    lead.does("day/start", {"from": "now"})
    return lead


def join(server, stack, n: int) -> Person:
    person = Person(server.url, server.code, stack, f"/{server.code}/phone")
    assert person.post("participants", {"name": f"P{n}"}, htmx=False).status_code == 303
    return person


def open_first_vote(lead: Person, someone: Person) -> tuple[int, list[int]]:
    """Go from the first item to one of talk, write a vote there and open it, all through the front door."""
    page = lead.get("console").text
    current = int(re.search(r"/items/(\d+)/leaving", page)[1])  # type: ignore[index]
    lead.does(f"items/{current}/leaving", {"to": current + 1})
    fields = {"question_en": "How do we go on?", "option_en_1": "One", "option_en_2": "Another"}
    lead.does(f"items/{current + 1}/votes", fields)
    vote = int(re.search(r"/votes/(\d+)/opening", lead.get("console").text)[1])  # type: ignore[index]
    lead.does(f"votes/{vote}/opening")
    mine = someone.get("phone/mine").text
    return vote, [int(value) for value in re.findall(r'name="option"[^>]*value="(\d+)"', mine)]


def vote_on_and_on(person: Person, n: int, vote: int, options: list[int], acknowledged: list) -> None:
    for turn in range(200):
        sequence = int(moment().timestamp() * 1000)
        body = {"option": options[turn % len(options)], "key": f"{n:08x}{turn:024x}", "sequence": sequence}
        try:
            answer = person.post(f"votes/{vote}/ballot", body)
        except httpx.TransportError:
            return
        if answer.status_code == 200:
            acknowledged.append((n, sequence))


@pytest.mark.postgres_only
def test_two_workers_on_postgres_keep_their_screens_in_step(cluster) -> None:
    """R102: a change taken by one worker reaches the screens of both, within moments."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres.database(cluster))
        server = stack.enter_context(served(url, "--workers", "2", fresh=True))
        lead = come_in(server, stack)
        carys = join(server, stack, 1)
        screens = [carys.screen() for _ in range(12)]
        current = int(re.search(r"/items/(\d+)/leaving", lead.get("console").text)[1])  # type: ignore[index]
        for step in range(3):
            lead.does(f"items/{current + step}", {"title_en": f"Title number {step}"})
            lead.does(f"items/{current + step}/leaving")
            lead.does(f"items/{current + step + 1}", {"title_en": f"Now it is {step}"})
            for screen in screens:
                screen.shows("now", f"Now it is {step}")
