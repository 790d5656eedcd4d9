"""The hub: who is shown what, when, and what somebody who fell behind gets."""

import asyncio
import json
import random
import re

import pytest

from app.live import wire
from app.live.hub import Hub
from tests.cast.audiences import ELSEWHERE, PHONES, PHONES_CY, PROJECTOR, Truth
from tests.cast.patience import until


class Screen:
    """A connection that keeps what it was shown, and can be made slow or broken."""

    def __init__(self):
        self.drained, self.open, self.full, self.broken = None, True, False, False
        self.frames, self.beats, self.shown, self.closed = [], [], {}, None

    def write(self, frame):
        if self.broken:
            raise OSError("broken")
        if self.full or not self.open:
            return False
        message = json.loads(frame)
        if "hb" in message:
            self.beats.append(message["hb"])
        else:
            found = re.findall(
                r'<hx-partial hx-target="#(\w+)" hx-swap="outerMorph">.*?>(\d+):', message.get("content", "")
            )
            self.frames.append(dict(found))
            self.shown |= {name: int(value) for name, value in found}
        return True

    def close(self, code, reason=""):
        self.open, self.closed = False, (code, reason)

    def drain(self):
        self.full = False
        if self.drained:
            self.drained(self)


def write_each(screens, frame):
    return [screen for screen in screens if screen.broken or not screen.write(frame)]


def is_behind(hub, screen):
    return screen in hub.where[screen].behind


def in_hub(scenario, **options):
    """Run scenario(hub, truth) with a started hub."""

    async def run():
        truth = Truth()
        hub = Hub(truth.draw, str, write_each, **({"tick": 0.02, "retry": (0.02, 0.1)} | options))
        hub.start()
        try:
            await scenario(hub, truth)
        finally:
            await hub.stop()

    asyncio.run(run())


async def join(hub, audience=PHONES, person=None, version=None):
    screen = Screen()
    hub.connect(screen, audience, person, version)
    await until(lambda: screen.frames)
    return screen


def test_a_connection_is_shown_everything():
    async def scenario(hub, truth):
        screen = await join(hub)
        assert screen.frames == [{"now": "0", "tally": "0"}]
        assert truth.draws == [(PHONES, None)]

    in_hub(scenario)


def test_who_has_the_newest_page_is_told_no_more_than_that():
    async def scenario(hub, truth):
        first = await join(hub, version=1)
        assert first.frames == [{}], "drawn for the first one too"
        truth.set("now", 5)
        hub.signal(7, {"now"})
        await until(lambda: first.shown == {"now": 5})
        stale, fresh = await join(hub, version=1), await join(hub, version=2)
        assert stale.shown == truth.values
        assert fresh.frames == [{}]
        fresh.full = True
        truth.set("tally", 3)
        hub.signal(7, {"tally"})
        await until(lambda: is_behind(hub, fresh))
        fresh.drain()
        assert fresh.shown == truth.values, "one that missed something gets everything"

    in_hub(scenario)


def test_concurrent_connects_share_one_drawing():
    async def scenario(hub, truth):
        screens = [Screen() for _ in range(50)]
        for screen in screens:
            hub.connect(screen, PHONES)
        await until(lambda: all(screen.frames for screen in screens))
        later = await join(hub)
        assert later.frames == screens[0].frames
        assert len(truth.draws) == 1

    in_hub(scenario)


def test_a_change_sends_only_the_regions_whose_bytes_changed():
    async def scenario(hub, truth):
        screen = await join(hub)
        truth.set("tally", 3)
        hub.signal(7, ["tally", "now"])
        await until(lambda: len(screen.frames) == 2)
        assert screen.frames[1] == {"tally": "3"}
        assert truth.draws[1] == (PHONES, frozenset({"tally", "now"}))
        hub.signal(7, ["tally"])
        await until(lambda: len(truth.draws) == 3)
        await asyncio.sleep(0.05)
        assert len(screen.frames) == 2

    in_hub(scenario)


def test_the_first_change_is_drawn_at_once_and_the_rest_of_the_tick_together():
    async def scenario(hub, truth):
        screen = await join(hub)
        for n in range(1, 101):
            truth.set("tally", n)
            hub.signal(7, ["tally"])
            await asyncio.sleep(0)
        await until(lambda: screen.shown["tally"] == 100)
        assert [frame["tally"] for frame in screen.frames[1:]][-1] == "100"
        assert len(truth.draws) == 3, "all regions, the first change, the other ninety-nine"
        assert truth.most[PHONES] == 1

    in_hub(scenario, tick=1)


def test_each_audience_is_drawn_once_and_only_where_somebody_watches():
    async def scenario(hub, truth):
        for audience in (PHONES, PHONES, PHONES_CY, PROJECTOR):
            await join(hub, audience)
        truth.draws.clear()
        truth.set("now", 1)
        hub.signal(7, ["now"])
        hub.signal(9, ["now"])
        await until(lambda: len(truth.draws) == 3)
        await asyncio.sleep(0.05)
        assert {audience for audience, _ in truth.draws} == {PHONES, PHONES_CY, PROJECTOR}
        assert len(truth.draws) == 3

    in_hub(scenario)


def test_the_cache_goes_with_the_last_connection():
    async def scenario(hub, truth):
        first, second = await join(hub), await join(hub)
        hub.disconnect(first)
        await join(hub)
        assert len(truth.draws) == 1
        for screen in list(hub.where):
            hub.disconnect(screen)
        hub.disconnect(second)
        await until(lambda: not hub.rooms)
        truth.set("now", 4)
        hub.signal(7, ["now"])
        assert (await join(hub)).shown["now"] == 4

    in_hub(scenario)


def test_a_signal_during_a_drawing_is_not_lost():
    async def scenario(hub, truth):
        truth.hold = asyncio.Event()
        first, second = Screen(), Screen()
        hub.connect(first, PHONES)
        await until(lambda: truth.draws)
        truth.set("now", 1)
        hub.signal(7, ["now"])
        hub.connect(second, PHONES)
        truth.hold.set()
        await until(lambda: first.shown.get("now") == second.shown.get("now") == 1)
        truth.hold.clear()
        truth.set("now", 2)
        hub.signal(7, ["now"])
        await until(lambda: len(truth.draws) == 3)
        truth.set("tally", 2)
        hub.signal(7, ["tally"])
        third = Screen()
        hub.connect(third, PHONES)
        assert third.shown == {"now": 1, "tally": 0}, "from the cache, and then with the others"
        truth.hold.set()
        await until(lambda: all(screen.shown == {"now": 2, "tally": 2} for screen in (first, second, third)))

    in_hub(scenario)


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


def test_signals_come_from_any_thread():
    async def scenario(hub, truth):
        screens = await join(hub), await join(hub, ELSEWHERE)
        truth.set("now", 1)
        await asyncio.to_thread(hub.signal_threadsafe, {7: {"now"}, 8: {"now"}})
        await until(lambda: all(screen.shown["now"] == 1 for screen in screens))
        truth.set("tally", 1)
        hub.signal_all()
        await until(lambda: all(screen.shown["tally"] == 1 for screen in screens))
        await hub.stop()
        hub.signal_threadsafe({7: {"now"}})

    in_hub(scenario)


def test_presence_is_gathered_and_counts_persons_not_screens():
    told, refreshed = [], []

    async def presence(workshop_id, came, went):
        if not told:
            told.append("failed")
            raise OSError
        told.append((workshop_id, came, went))

    async def refresh(workshop_id, persons):
        refreshed.append((workshop_id, persons))

    async def scenario(hub, truth):
        alice, alice_too = await join(hub, person="alice"), await join(hub, PHONES_CY, person="alice")
        await join(hub, person="bob")
        await join(hub, PROJECTOR)
        assert hub.presence.here(7) == {"alice", "bob"}
        await until(lambda: len(told) == 2)
        hub.disconnect(alice)
        hub.disconnect(alice_too)
        await join(hub, person="alice")  # a reload
        await join(hub, person="carol")
        await until(lambda: len(told) == 3)
        await until(lambda: (7, {"alice", "bob", "carol"}) in refreshed)
        for screen in list(hub.where):
            hub.disconnect(screen)
        await until(lambda: not hub.rooms and not hub.presence.workshops)

    in_hub(scenario, report_presence=presence, refresh_presence=refresh, gather=0.05, refresh_every=0.1)
    assert told == [
        "failed",
        (7, {"alice", "bob"}, set()),
        (7, {"carol"}, set()),
        (7, set(), {"alice", "bob", "carol"}),
    ]


def test_closing_a_person_and_a_workshop():
    async def scenario(hub, truth):
        alice, tablet = await join(hub, person="alice"), await join(hub, PHONES_CY, person="alice")
        bob, wall, far = (
            await join(hub, person="bob"),
            await join(hub, PROJECTOR),
            await join(hub, ELSEWHERE, "alice"),
        )
        hub.close(7, "alice", wire.MOVED, "elsewhere")
        assert [screen.closed for screen in (alice, tablet, bob, wall, far)] == [(4001, "elsewhere")] * 2 + [
            None
        ] * 3
        hub.close(7, None, wire.OVER, "over")
        assert bob.closed == wall.closed == (4000, "over")
        assert far.closed is None
        await hub.stop()
        assert far.closed[0] == wire.COME_BACK

    in_hub(scenario)
