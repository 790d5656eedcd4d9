"""Joining with a role, and confirming a commitment by its link: without scripts, in Welsh too, narrow."""

import re

from playwright.sync_api import expect

from app.domain.agenda import days
from app.domain.people import attendance, participants
from app.domain.votes.life import votes
from app.domain.votes.time import closings
from tests.cast.accessibility import faults
from tests.cast.browsers import PHONE

ANALYST = "Analyst, researcher or data specialist"
CONDITIONS = "Yes, with conditions"
NARROW = {**PHONE, "viewport": {"width": 320, "height": 640}}


def test_joining_with_a_role(browsers, room) -> None:
    """R71, R108: a native choice, optional, changed under "You"; plain, narrow and in both languages."""
    found = []
    page = browsers.open(**NARROW)
    page.goto(f"/{room.code}")
    found += faults(page, "joining", 44)
    role = page.get_by_label("Which describes you best?")
    expect(role.locator("option").first).to_have_text("I’d rather not say")
    role.select_option(label=ANALYST)
    page.get_by_role("button", name="Join the workshop").click()
    browsers.live(page)
    page.get_by_role("link", name="You", exact=True).click()
    mine = page.get_by_label("Which describes you best?")
    expect(mine.locator("option:checked")).to_have_text(ANALYST)
    found += faults(page, "You", 44)
    mine.select_option("")
    page.get_by_role("button", name="Save my details").click()
    browsers.live(page)
    page.get_by_role("link", name="You", exact=True).click()
    expect(page.locator("#role option:checked")).to_have_text("I’d rather not say")
    console = browsers.console()
    console.goto(f"/{room.code}/edit")
    found += faults(console, "roles as the organiser words them", 24)
    console.get_by_label("Role 7 in English").fill("Journalist")
    console.get_by_role("button", name="Save the workshop").click()
    browsers.live(console)
    page.goto(f"/{room.code}/me")
    expect(page.locator("#role")).to_contain_text("Journalist")
    assert not found, "\n".join(found)


def test_an_organisation_confirms_by_its_link(browsers, room) -> None:
    """R64, R108: the phone of who answered gets the link, the console has it in its list, and whoever has it
    confirms on a plain page; what was said in the room stands beside it."""
    browsers.expect_fault("status of 404")
    phone, console, found = browsers.phone("Carys"), browsers.console(), []
    item = room.go_to(16)
    vote = room.read(votes.of_item, item.id)[0]
    person = room.read(attendance.by_table, room.id)[0].people[0]["id"]
    set_organisation(room, person)
    room.write(votes.open, room.who, vote.id)
    expect(phone.get_by_text("You answer for Cwm Tawel County Council")).to_be_visible()
    phone.get_by_label("We need to ask first").check()
    phone.get_by_label("On which conditions?").fill("Our board meets in December")
    phone.locator("#send").click()
    expect(phone.locator(".received")).to_be_visible()
    room.write(closings.close, room.who, vote.id)
    room.write(votes.reveal, room.who, vote.id)
    phone.get_by_role("link", name="Get a link to confirm this later").click()
    phone.get_by_role("button", name="Get the link").click()
    address = phone.get_by_role("textbox", name="Address").input_value()
    found += faults(phone, "the link on the phone", 44)

    visitor = browsers.open(**NARROW, java_script_enabled=False)
    visitor.goto(address)
    expect(visitor.get_by_label("We need to ask first")).to_be_checked()
    visitor.get_by_label(CONDITIONS).check()
    visitor.get_by_label("On which conditions?").fill("From April, in two of our services")
    visitor.get_by_role("button", name="Confirm this answer").click()
    expect(visitor.locator(".received")).to_contain_text(f"{CONDITIONS} From April")
    visitor.get_by_role("button", name="Cymraeg").click()
    expect(visitor.locator("html")).to_have_attribute("lang", "cy")
    expect(visitor.locator(".received")).to_contain_text("Bydd, gydag amodau")
    seen = browsers.open(**NARROW)
    seen.goto(address)
    found += faults(seen, "the page to confirm on", 44)

    expect(console.locator("#tally")).to_contain_text("in the room: We need to ask first")
    expect(console.locator("#tally")).to_contain_text(
        re.compile(r"confirmed on \d+ .*: Yes, with conditions")
    )
    room.write(days.close, room.who)
    listed = console.get_by_role("region", name="Commitments to confirm later")
    listed.get_by_role("link", name="In principle, will your organisation").click()
    panel = console.locator("#panel")
    expect(panel).to_contain_text("In the room: We need to ask first")
    found += faults(console, "the panel of commitments", 24, narrow=False)
    more = panel.get_by_text("New link…")
    more.focus()
    console.keyboard.press("Enter")
    panel.get_by_role("button", name="Make the link").press("Enter")
    expect(panel.get_by_role("textbox", name="Address")).to_have_value(re.compile(rf"/{room.code}/confirm/"))
    found += faults(console, "the link on the console", 24, narrow=False)
    panel.get_by_role("link", name="Back").press("Enter")
    panel.get_by_text("Revoke…").press("Enter")
    panel.get_by_role("button", name="Revoke it").press("Enter")
    expect(panel.get_by_text("Revoke…")).to_have_count(0)
    console.goto(f"/{room.code}/votes/{vote.id}/confirmations")
    found += faults(console, "the panel as a page", 24)
    assert visitor.goto(address).status == 404
    assert not found, "\n".join(found)


def set_organisation(room, participant_id: int) -> None:
    def act(session) -> None:
        who = participants.Who(room.id, room.code, "participant", participant_id=participant_id)
        participants.set_details(session, who, "Carys", "Cwm Tawel County Council", 1)

    room.write(act)
