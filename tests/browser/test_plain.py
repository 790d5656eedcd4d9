"""The day without a line of JavaScript: forms, and pages loaded again."""

import re

from playwright.sync_api import expect

from app.domain.notes import walls


def test_a_day_without_javascript(browsers, room) -> None:
    """DESIGN rule 10: join, steer, vote and write by plain forms."""
    console = browsers.sign_in_by_link(java_script_enabled=False)
    phone = browsers.join_by_form("Carys", java_script_enabled=False)
    expect(phone.get_by_text("You are in")).to_be_visible()
    console.get_by_role("button", name="Start now").click()
    expect(console.locator("#running-title")).to_have_text("Arrival and joining")
    console.get_by_role("link", name="Closing question and evaluation").click()
    console.get_by_role("button", name="Move the room here now").click()
    console.get_by_role("button", name="Open the vote").click()

    phone.reload()
    phone.get_by_label("Fairly confident").check()
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.locator(".received")).to_have_text(re.compile(r"Received \d\d:\d\d: Fairly confident"))
    console.reload()
    expect(console.locator("#turnout")).to_contain_text("1 of 1")
    console.get_by_role("button", name="Close the vote").click()
    console.get_by_role("button", name="Show the result").first.click()
    expect(console.locator(".tally__row", has_text="Fairly confident")).to_contain_text("100.0 %")
    console.locator("#undo").get_by_role("button", name="Undo").click()
    expect(console.locator(".tally__row")).to_have_count(0)

    item = room.go_to(12)
    (wall,) = room.read(walls.walls_of_item, item.id)
    console.reload()
    console.get_by_role("button", name="Open the wall").click()
    phone.goto(f"/{room.code}")
    phone.locator("#text").fill("Plain pages")
    phone.get_by_role("button", name="Send the note").click()
    expect(phone.locator(".mine-notes")).to_contain_text("Plain pages")
    console.get_by_role("button", name="Show all notes").first.click()
    console.get_by_role("link", name="Move to…").click()
    console.get_by_role("button", name="A new cluster").click()
    expect(console.locator("#board .board__clusters .note")).to_contain_text("Plain pages")
    assert wall.prompt_en in console.locator("#board").inner_text()
