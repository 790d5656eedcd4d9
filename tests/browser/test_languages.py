"""R7: choosing the other language on any page loses nothing that was typed or ticked on it."""

import re

from playwright.sync_api import Page, expect


def welsh(page: Page) -> Page:
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    return page


def test_the_way_in_keeps_what_was_typed(browsers, room) -> None:
    phone = browsers.open()
    phone.goto(f"/{room.code}")
    phone.locator("#name").fill("Carys")
    phone.locator("#organisation").fill("Cyngor Powys")
    phone.locator("#table").select_option("3")
    phone.get_by_text("I have joined already").click()
    phone.locator("#personal").fill("ABCD")
    phone.get_by_role("button", name="Cymraeg").click()
    welsh(phone)
    for field, value in (
        ("name", "Carys"),
        ("organisation", "Cyngor Powys"),
        ("table", "3"),
        ("personal", "ABCD"),
    ):
        expect(phone.locator(f"#{field}")).to_have_value(value)
    expect(phone.locator("#personal")).to_be_visible()
    phone.reload()
    expect(phone.locator("#name")).to_have_value("")  # given back once, kept for nobody else
    phone.get_by_role("button", name="Ymuno â’r gweithdy").click()
    expect(phone.get_by_text("Rydych chi i mewn")).to_be_visible()


def test_the_phone_keeps_what_was_chosen_and_typed(browsers, room) -> None:
    room.go_to(17)
    console, phone = browsers.console(), browsers.phone("Carys")
    browsers.next_step(console, "Open the vote")
    phone.get_by_label("Not very confident").check()
    phone.get_by_role("button", name="Cymraeg").click()
    browsers.live(welsh(phone))
    expect(phone.get_by_label("Ddim yn hyderus iawn")).to_be_checked()
    phone.get_by_role("button", name="Anfon fy ateb").click()
    expect(phone.locator(".received")).to_have_text(re.compile(r"Derbyniwyd \d\d:\d\d: Ddim yn hyderus iawn"))
    phone.locator("#to-me").click()
    phone.get_by_role("dialog").locator("#organisation").fill("Cyngor Powys")
    phone.get_by_role("dialog").get_by_role("button", name="English").click()
    expect(phone).to_have_url(re.compile("/me$"))
    expect(phone.locator("#organisation")).to_have_value("Cyngor Powys")


def test_the_pad_and_the_console_stay_where_they_are(browsers, room) -> None:
    pad, console = browsers.pad(), browsers.console()
    pad.locator("#line").fill("Who carries the risk?")
    for page in (pad, console):
        where = page.url
        page.locator("#other-language").click()
        browsers.live(welsh(page))
        assert page.url == where
    expect(pad.locator("#line")).to_have_value("Who carries the risk?")
