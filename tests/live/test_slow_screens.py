"""What is slow, broken or behind: it gets the newest in the end, and delays nobody else."""

import asyncio
import random

import pytest

from tests.cast.audiences import ELSEWHERE, PHONES, PROJECTOR
from tests.cast.hubs import Screen, in_hub, is_behind, join
from tests.cast.patience import until


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_everybody_ends_with_the_truth(seed):
    chance = random.Random(seed)

    async def scenario(hub, truth):
        screens = []

        async def step(n):
            truth.slow[7] = chance.choice([0, 0, 0.002])
            what = chance.random()
            if what < 0.3:
                truth.set(chance.choice(["now", "tally"]), n)
                hub.signal(7, ["now", "tally"] if chance.random() < 0.5 else None)
            elif what < 0.6:
                screens.append(Screen())
                hub.connect(screens[-1], chance.choice([PHONES, PROJECTOR]))
            elif what < 0.75 and screens:
                hub.disconnect(screens.pop(chance.randrange(len(screens))))
            elif what < 0.9 and screens:
                screen = chance.choice(screens)
                screen.drain() if screen.full else setattr(screen, "full", True)
            else:
                truth.fails ^= {PHONES}
            await asyncio.sleep(chance.choice([0, 0, 0.001, 0.003]))

        for n in range(1, 300):
            await step(n)
        truth.fails.clear()
        for screen in screens:
            screen.drain()
        await until(
            lambda: all(screen.shown == truth.values and not is_behind(hub, screen) for screen in screens)
        )

    in_hub(scenario, tick=0.002)


def test_one_that_is_behind_gets_the_newest_when_it_drains():
    async def scenario(hub, truth):
        slow, fast = await join(hub), await join(hub)
        slow.full = True
        for n in range(1, 6):
            truth.set("now", n)
            hub.signal(7, ["now"])
            await until(lambda n=n: fast.shown["now"] == n)
        assert is_behind(hub, slow)
        slow.drain()
        assert slow.frames == [{"now": "0", "tally": "0"}, {"now": "5", "tally": "0"}]
        assert not is_behind(hub, slow)

    in_hub(scenario)


def test_a_broken_connection_keeps_nothing_from_the_others(caplog):
    async def scenario(hub, truth):
        broken, fine = await join(hub), await join(hub)
        broken.broken = True
        truth.set("now", 1)
        hub.signal(7, ["now"])
        await until(lambda: fine.shown["now"] == 1)
        await until(lambda: fine.beats)

    in_hub(scenario, heartbeat=0.02)
    assert "could not be written" in caplog.text


def test_a_drawing_that_fails_is_logged_and_tried_again(caplog):
    async def scenario(hub, truth):
        truth.fails.add(PHONES)
        first, other = Screen(), await join(hub, PROJECTOR)
        hub.connect(first, PHONES)
        truth.set("now", 1)
        hub.signal(7, ["now"])
        await until(lambda: other.shown["now"] == 1)
        assert first.frames == []
        truth.fails.clear()
        await until(lambda: first.shown == {"now": 1, "tally": 0})

    in_hub(scenario)
    assert "this cannot be drawn" in caplog.text


def test_a_slow_workshop_does_not_delay_another():
    async def scenario(hub, truth):
        await join(hub)
        other = await join(hub, ELSEWHERE)
        truth.slow[7] = 60
        hub.signal(7, ["now"])
        for n in range(1, 4):
            truth.set("now", n)
            hub.signal(8, ["now"])
            await until(lambda n=n: other.shown["now"] == n)

    in_hub(scenario)


def test_a_large_fan_out_lets_others_run_in_between():
    async def scenario(hub, truth):
        screens = [Screen() for _ in range(2000)]
        for screen in screens:
            hub.connect(screen, PHONES)
        await until(lambda: screens[-1].frames)
        turns = set()

        async def other():
            while screens[-1].shown["now"] == 0:
                turns.add(sum(screen.shown["now"] for screen in screens))
                await asyncio.sleep(0)

        truth.set("now", 1)
        hub.signal(7, ["now"])
        await other()
        assert len(turns) > 4, "seen while some had it and some had not"
        assert hub.statistics.deliveries == 4000

    in_hub(scenario)


def test_the_next_round_waits_as_long_as_the_last_one_took():
    async def scenario(hub, truth):
        screen = await join(hub)
        truth.slow[7] = 0.1
        truth.set("now", 1)
        hub.signal(7, ["now"])
        await until(lambda: screen.shown["now"] == 1)
        began = asyncio.get_running_loop().time()
        hub.signal(7, ["now"])
        await until(lambda: len(truth.draws) == 3)
        assert asyncio.get_running_loop().time() - began > 0.1

    in_hub(scenario, tick=0)


def test_the_heartbeat_carries_the_clock_to_all_who_are_not_behind():
    async def scenario(hub, truth):
        slow, fast = await join(hub), await join(hub, ELSEWHERE)
        slow.full = True
        before = list(slow.beats)
        await until(lambda: len(fast.beats) > 2)
        assert fast.beats == sorted(fast.beats)
        assert slow.beats == before
        assert not is_behind(hub, slow), "a heartbeat missed is nothing to catch up"

    in_hub(scenario, heartbeat=0.01)
