"""The task that warns of votes and closes them when it is time."""

import asyncio
import threading
from datetime import timedelta

import pytest

from app.background import automatic_closing as closer
from app.models import Vote
from app.models.base import moment
from tests.cast.closings import opened
from tests.cast.patience import until

pytestmark = pytest.mark.postgres


@pytest.fixture
def vote(room) -> Vote:
    """A draft in item 9, with the room in it, that closes five minutes after its opening."""
    room.go_to(9)
    return room.new_vote(9, "Yes", "No", closes_minutes="5")


class Fake:
    """A database in which something is due at each of these moments from now, in seconds."""

    def __init__(self, *moments: float | Exception) -> None:
        self.moments, self.kept, self.looked = list(moments), 0, asyncio.Event()

    async def read(self, ask):
        self.looked.set()
        found = self.moments[0] if self.moments else None
        if isinstance(found, Exception):
            self.moments.pop(0)
            raise found
        return None if found is None else moment() + timedelta(seconds=found)

    async def write(self, act) -> None:
        self.kept += 1
        self.moments.pop(0)


def keeping(monkeypatch, fake: Fake, scenario, patrol: float = 60.0) -> None:
    async def run() -> None:
        keeper = closer.Timekeeper(patrol)
        monkeypatch.setattr(closer, "database", fake)
        keeper.start()
        try:
            await scenario(keeper)
        finally:
            await keeper.stop()

    asyncio.run(run())


def test_what_is_overdue_at_the_start_is_done_at_once(monkeypatch) -> None:
    fake = Fake(-3600.0)
    keeping(monkeypatch, fake, lambda _: until(lambda: fake.kept == 1))


def test_it_sleeps_until_it_hears_of_a_vote(monkeypatch) -> None:
    """Not a query per second for ever: nothing is looked at while nothing is due and nobody says anything."""
    fake = Fake()

    async def scenario(keeper) -> None:
        await fake.looked.wait()
        fake.looked.clear()
        keeper.on_commit({7: {"ballots", "notes"}})
        await asyncio.sleep(0.05)
        assert not fake.looked.is_set()
        fake.moments.append(-1.0)
        threading.Thread(target=keeper.on_commit, args=({7: {"votes"}},)).start()
        await until(lambda: fake.kept == 1)

    keeping(monkeypatch, fake, scenario)


def test_every_commit_of_this_process_is_heard(room, vote, monkeypatch) -> None:
    heard: list[dict[int, set[str]]] = []
    monkeypatch.setattr(closer.Timekeeper, "on_commit", lambda _, announced: heard.append(announced))
    opened(room, vote)
    assert any(announced.get(room.id, set()) & closer.TOPICS for announced in heard)


def test_what_another_worker_set_and_left_is_found(monkeypatch) -> None:
    fake = Fake()

    async def scenario(_) -> None:
        await fake.looked.wait()
        fake.moments.append(-1.0)
        await until(lambda: fake.kept == 1)

    keeping(monkeypatch, fake, scenario, patrol=0.02)


def test_a_database_that_fails_is_asked_again(monkeypatch, caplog) -> None:
    monkeypatch.setattr(closer, "RETRY", 0.01)
    fake = Fake(OSError("gone"), OSError("gone"), -1.0)
    keeping(monkeypatch, fake, lambda _: until(lambda: fake.kept == 1))
    assert "could not be closed" in caplog.text
