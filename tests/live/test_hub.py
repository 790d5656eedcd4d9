"""The hub: who is shown what, when, and who is here."""

import asyncio

from app.live import wire
from tests.cast.audiences import ELSEWHERE, PHONES, PHONES_CY, PROJECTOR
from tests.cast.hubs import Screen, in_hub, is_behind, join
from tests.cast.patience import until


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
