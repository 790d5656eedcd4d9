"""One person on two devices."""

import re

from playwright.sync_api import expect

from app.domain.votes.life import votes
from tests.browser.conftest import PHONE


def test_continuing_elsewhere_stops_the_first_device(browsers, room) -> None:
    """R4: the first says so in words within two seconds and can no longer submit."""
    browsers.expect_fault("409")
    first = browsers.phone("Carys")
    item = room.go_to(17)
    room.write(votes.open, room.who, room.read(votes.of_item, item.id)[0].id)
    first.get_by_label("Fairly confident").check()
    first.locator("#send").click()
    expect(first.locator(".received")).to_be_visible()
    first.get_by_role("link", name="You", exact=True).click()
    personal = first.locator(".own-code__code").inner_text()
    first.get_by_role("button", name="Close").click()

    second = browsers.open(**PHONE)
    second.goto(f"/{room.code}")
    second.get_by_text("I have joined already").click()
    second.get_by_label("Your personal code").fill(personal)
    second.get_by_role("button", name="Continue on this device").click()
    expect(first.locator("#connection")).to_have_text(
        "You are taking part on another device now. This one has stopped."
    )
    expect(second.locator(".received")).to_contain_text("Fairly confident")

    first.get_by_label("Not very confident").check()
    first.locator("#send").click()
    expect(first.get_by_role("alert").filter(has_text="another device")).to_be_visible()
    first.evaluate("() => { const now = Date.now; Date.now = () => now() + 20000; }")
    first.wait_for_timeout(1500)  # the silence of a socket that was ended on purpose is no lost connection
    expect(first.locator("#connection")).to_have_attribute("data-state", "moved")
    second.reload()
    expect(second.locator(".received")).to_contain_text("Fairly confident")
    first.reload()
    expect(first.get_by_role("heading", name="You are taking part on another device")).to_be_visible()
    expect(first.get_by_label("Your personal code")).to_be_visible()


def test_a_personal_link_asks_before_it_takes_over(browsers, room) -> None:
    """R3, R4"""
    first = browsers.phone("Carys")
    first.goto(f"/{room.code}/me")
    personal = re.sub(r"\W", "", first.locator(".own-code__code").inner_text())
    second = browsers.open(**PHONE)
    second.goto(f"/{room.code}/me/{personal}")
    expect(second.get_by_text("You joined as Carys")).to_be_visible()
    second.get_by_role("button", name="Continue on this device").click()
    browsers.live(second)
