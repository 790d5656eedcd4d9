"""The clock of an item on devices whose own clocks are wrong."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from app.domain import log
from app.domain.agenda import running_order
from app.models import Item
from app.models.base import moment

TEN_MINUTES_FAST = """(() => {
  const shift = 600000, now = Date.now.bind(Date), origin = performance.timeOrigin;
  Date.now = () => now() + shift;
  Object.defineProperty(performance, "timeOrigin", { get: () => origin + shift });
})()"""


def seconds(shown: str) -> int:
    sign, minutes, rest = re.fullmatch(r"(\+?)(\d+):(\d\d)", shown).groups()
    return (-1 if sign else 1) * (int(minutes) * 60 + int(rest))


def left(page: Page) -> int:
    """What this page's clock says, in seconds; over-run is negative."""
    clock = page.locator("[data-clock]").first
    expect(clock).to_have_text(re.compile(r"^\+?\d+:\d\d$"))
    return seconds(clock.inner_text())


def ends_in(session, room, item_id: int, ms: int) -> None:
    item = session.get(Item, item_id)
    item.clock_ends_at = moment() + timedelta(milliseconds=ms)
    log.record(session, room.who, "clock changed", item)


def test_two_clocks_ten_minutes_apart_show_the_same_time(browsers, room) -> None:
    """R17, R16: within a second of each other, also after a pause; and the same value while paused."""
    item = room.go_to(3)
    right = browsers.phone("Carys")
    page = browsers.open(viewport={"width": 390, "height": 844})
    page.add_init_script(TEN_MINUTES_FAST)
    page.goto(f"/{room.code}")
    page.get_by_role("button", name="Join the workshop").click()
    fast = browsers.live(page)
    assert fast.evaluate("Date.now()") - right.evaluate("Date.now()") > 590_000
    projector, console = browsers.projector(), browsers.console()
    shown = [left(screen) for screen in (right, fast, projector, console, right)]
    assert shown[-1] - 1 <= min(shown) <= max(shown) <= shown[0] + 1, shown
    assert 24 * 60 < shown[0] <= 25 * 60

    console.get_by_role("button", name="+1 min").click()
    expect(right.locator("[data-clock]")).to_have_text(re.compile("^25:"))
    console.get_by_role("button", name="Pause").click()
    for screen in (right, fast, projector, console):
        expect(screen.locator("[data-clock=paused]").first).to_be_visible()
    held = [left(screen) for screen in (right, fast, projector, console)]
    assert len(set(held)) == 1, held
    right.wait_for_timeout(1200)
    assert [left(screen) for screen in (right, fast)] == held[:2]
    console.get_by_role("button", name="Resume").click()
    expect(fast.locator("[data-clock=running]")).to_be_visible()
    shown = [left(screen) for screen in (right, fast, right)]
    assert shown[2] - 1 <= shown[1] <= shown[0] + 1 <= held[0] + 1, shown
    assert room.read(running_order.current_item, room.id).id == item.id


def test_over_run_counts_up_and_nothing_moves_on(browsers, room) -> None:
    """R14"""
    item = room.go_to(3)
    room.write(ends_in, room, item.id, 2000)
    phone, projector = browsers.phone("Carys"), browsers.projector()
    for screen in (phone, projector):
        expect(screen.locator("[data-clock]")).to_have_text(re.compile(r"^\+\d+:\d\d$"))
        expect(screen.locator("[data-clock]")).to_have_attribute("data-phase", "over")
    before = phone.locator("[data-clock]").inner_text()
    expect(phone.locator("[data-clock]")).not_to_have_text(before)
    assert left(phone) < seconds(before)
    assert room.read(running_order.current_item, room.id).id == item.id
