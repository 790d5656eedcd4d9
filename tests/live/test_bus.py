"""The bus: one worker's announcements reach the others, and what is lost is made up for."""

import asyncio

import psycopg
import pytest

from app.live import bus
from tests.cast.patience import until
from tests.cast.postgres import database


@pytest.fixture
def postgres(cluster):
    with database(cluster) as url:
        yield url


class Worker:
    """A bus and what it signalled."""

    def __init__(self, url, **options):
        self.signals, self.everything, self.current = [], 0, {}
        options = {"tick": 0.05, "check": 3600, "back_off": (0.01, 0.1)} | options
        self.bus = bus.Bus(url, self.signal, self.signal_all, self.versions, **options)

    def signal(self, workshop_id, topics):
        self.signals.append((workshop_id, topics and set(topics)))

    def signal_all(self):
        self.everything += 1

    async def versions(self):
        return self.current


def in_buses(url, scenario, **options):
    """Run scenario(here, there) with two workers on one database."""

    async def run():
        workers = Worker(url, **options), Worker(url, **options)
        for worker in workers:
            worker.bus.start()
        try:
            for worker in workers:
                await until(worker.bus.listening.is_set)
            await scenario(*workers)
        finally:
            for worker in workers:
                await worker.bus.stop()

    asyncio.run(run())


@pytest.mark.postgres_only
def test_an_announcement_reaches_the_others_and_not_oneself(postgres):
    async def scenario(here, there):
        await asyncio.to_thread(here.bus.announce, {7: {"votes"}, 8: {"notes", "agenda"}})
        await until(lambda: len(there.signals) == 2)
        assert sorted(there.signals) == [(7, {"votes"}), (8, {"notes", "agenda"})]
        there.bus.announce({9: {"votes"}})
        await until(lambda: here.signals)
        assert here.signals == [(9, {"votes"})]
        assert len(there.signals) == 2

    in_buses(postgres, scenario)


@pytest.mark.postgres_only
def test_a_burst_is_one_notification_a_tick(postgres):
    async def scenario(here, there):
        for n in range(100):
            here.bus.announce({7: {f"topic {n}"}})
            await asyncio.sleep(0)
        await until(lambda: len(set().union(*(topics for _, topics in there.signals))) == 100)
        assert len(there.signals) <= 3

    in_buses(postgres, scenario, tick=0.5)


@pytest.mark.postgres_only
def test_topics_too_many_to_name_are_anything(postgres):
    async def scenario(here, there):
        here.bus.announce({7: {f"{n:0>100}" for n in range(100)}})
        await until(lambda: there.signals)
        assert there.signals == [(7, None)]

    in_buses(postgres, scenario)


@pytest.mark.postgres_only
def test_what_is_not_ours_is_ignored(postgres):
    async def scenario(here, there):
        async with await psycopg.AsyncConnection.connect(postgres, autocommit=True) as stranger:
            for payload in ("hello", "[]", "{}", "7"):
                await stranger.execute("SELECT pg_notify(%s, %s)", (bus.CHANNEL, payload))
        here.bus.announce({7: {"votes"}})
        await until(lambda: there.signals)
        assert there.signals == [(7, {"votes"})]

    in_buses(postgres, scenario)


@pytest.mark.postgres_only
def test_the_link_is_asked_whether_it_is_alive_and_nothing_is_missed_meanwhile(postgres):
    async def scenario(here, there):
        for n in range(200):
            here.bus.announce({n: {"votes"}})
            await asyncio.sleep(0.002)
        await until(lambda: len({workshop_id for workshop_id, _ in there.signals}) == 200)
        assert there.everything == 1

    in_buses(postgres, scenario, silence=0.01, tick=0.001)


@pytest.mark.postgres_only
def test_after_a_drop_the_bus_listens_again_and_everything_is_signalled(postgres):
    async def scenario(here, there):
        assert here.everything == there.everything == 1
        async with await psycopg.AsyncConnection.connect(postgres, autocommit=True) as other:
            await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'plenary bus'"
            )
        here.bus.announce({7: {"votes"}})
        await until(lambda: here.everything > 1 and there.everything > 1)
        await until(here.bus.listening.is_set)
        await until(there.bus.listening.is_set)
        here.bus.announce({8: {"votes"}})
        await until(lambda: (8, {"votes"}) in there.signals)

    in_buses(postgres, scenario)


@pytest.mark.postgres_only
def test_a_version_that_moved_without_a_signal_is_signalled(postgres):
    async def scenario(here, there):
        there.current = {7: 1, 8: 1}
        await until(lambda: len(there.signals) == 2)  # the first look
        there.signals.clear()
        there.current = {7: 2, 8: 1}
        await until(lambda: there.signals)
        assert there.signals == [(7, None)]

    in_buses(postgres, scenario, check=0.05)


@pytest.mark.postgres_only
def test_versions_that_cannot_be_read_do_not_end_the_comparing(postgres, caplog):
    async def scenario(here, there):
        there.current = None
        await until(lambda: "could not be compared" in caplog.text)
        there.current = {7: 1}
        await until(lambda: there.signals == [(7, None)])

    in_buses(postgres, scenario, check=0.02)


def test_a_signal_lost_among_others_is_made_up_for():
    worker = Worker("")
    worker.bus._resignal({7: 1}, thorough=False)
    worker.signals.clear()
    worker.bus._queue({7: {"votes"}})
    worker.bus._resignal({7: 3}, thorough=False)
    assert worker.signals == []
    worker.bus._resignal({7: 3}, thorough=True)
    assert worker.signals == [(7, None)]
    worker.bus._resignal({7: 3}, thorough=True)
    assert len(worker.signals) == 1
