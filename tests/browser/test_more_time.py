"""R111 in the browser: the warning before a vote closes by itself, and asking for more time."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import update
from sqlmodel import col

from app.announce import announce
from app.domain.votes.life import votes
from app.domain.votes.time import closings
from app.models import Vote
from app.models.base import moment
from tests.browser.conftest import PHONE
from tests.browser.faces import NARROW, faults

LONG = [f"Option {n}, which says what it means in so many words that it takes two lines" for n in range(9)]


def left(session, room, vote_id: int, seconds: int, warned: bool = False) -> None:
    """As if the vote had been opened so long ago that only this is left."""
    at = moment()
    values = {"closes_at": at + timedelta(seconds=seconds), "warned_at": at if warned else None}
    session.connection().execute(update(Vote).where(col(Vote.id) == vote_id).values(**values))
    announce(session, room.id, "closings")


def in_sight(page: Page, selector: str) -> bool:
    box = page.locator(selector).bounding_box()
    return bool(box and box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"])


def test_a_warning_comes_by_itself_and_more_time_is_asked_for_and_given(browsers, room) -> None:
    """R111, R108: it appears without a tap, stays in sight down a long ballot, and is read out."""
    room.go_to(3)
    vote = room.new_vote(3, *LONG, closes_minutes="5")
    phone, slow = browsers.phone("Carys"), browsers.phone("Dev")
    slow.set_viewport_size(NARROW)
    console, projector = browsers.console(), browsers.projector()
    found = []
    browsers.next_step(console, "Open the vote")
    for screen in (phone, slow, projector):
        expect(screen.locator(".closing")).to_contain_text(re.compile(r"closes by itself\.\s*[45]:\d\d"))
    expect(console.locator(".closing-steer")).to_contain_text(re.compile(r"Closes by itself\s*[45]:\d\d"))
    found += faults(phone, "phone, time left", 44) + faults(console, "console, time left")

    phone.get_by_label(LONG[8]).check()  # far down, and not sent yet
    room.write(left, room, vote.id, 30)
    for screen in (phone, slow, projector):
        expect(screen.locator(".closing")).to_contain_text("This vote closes within 30 seconds.")
    expect(phone.locator("#announcer")).to_have_text("This vote closes within 30 seconds.")
    room.write(left, room, vote.id, 200, warned=True)  # looking around takes longer than the seconds left
    phone.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert in_sight(phone, "#closing .clock")
    assert in_sight(phone, "#ask-time")
    found += faults(phone, "phone, warned", 44) + faults(slow, "narrow phone, warned", 44, narrow=False)
    found += faults(projector, "projector, warned", narrow=False) + faults(console, "console, warned")

    phone.get_by_role("button", name="I need more time").click()
    expect(phone.locator("#more-time")).to_have_text("The lead has been told.")
    expect(phone.locator("#ask-time")).to_be_focused()
    expect(console.locator(".closing-steer__asking")).to_have_text("1 person asks for more time")
    expect(console.locator("#announcer")).to_have_text("1 person asks for more time")
    found += faults(phone, "phone, asked", 44) + faults(console, "console, asked")
    console.locator(".closing-steer").get_by_role("button", name="+1 min").click()
    expect(console.locator(".closing-steer__asking")).to_have_count(0)
    expect(phone.locator(".closing")).to_contain_text(re.compile(r"There is more time\.\s*[34]:\d\d"))
    expect(phone.get_by_role("button", name="I need more time")).to_be_visible()
    expect(phone.get_by_label(LONG[8])).to_be_checked()
    found += faults(phone, "phone, more time", 44)

    phone.locator("#send").click()
    expect(phone.locator(".answer .received")).to_be_visible()
    room.write(left, room, vote.id, 0, warned=True)
    expect(phone.locator("#mine")).to_contain_text("The vote closed at")
    expect(phone.locator(".time-left")).to_be_hidden()
    expect(console.locator("#next-step")).to_have_text("Show the result")
    assert not found, "\n".join(found)


def test_the_way_to_ask_comes_and_goes_with_the_vote(browsers, room) -> None:
    """The phone pulls it with its ballot; a vote closed by hand has none."""
    room.go_to(3)
    timed, by_hand = room.new_vote(3, "Yes", "No", closes_minutes="5"), room.new_vote(3, "Yes", "No")
    phone = browsers.phone("Carys")
    button = phone.get_by_role("button", name="I need more time")
    room.write(votes.open, room.who, timed.id)
    expect(button).to_be_visible()
    room.write(closings.close, room.who, timed.id)
    expect(phone.locator("#mine")).to_contain_text("The vote closed at")
    expect(button).to_have_count(0)
    room.write(votes.open, room.who, by_hand.id)
    expect(phone.locator("#send")).to_be_visible()
    expect(phone.locator(".time-left")).to_be_hidden()


def test_a_request_waits_for_the_network(browsers, room) -> None:
    """R72: pressed without a network, it is kept and sent."""
    browsers.expect_fault("ERR_INTERNET_DISCONNECTED")
    room.go_to(3)
    vote = room.new_vote(3, "Yes", "No", closes_minutes="5")
    phone = browsers.phone("Carys")
    room.write(votes.open, room.who, vote.id)
    button = phone.get_by_role("button", name="I need more time")
    expect(button).to_be_visible()
    phone.context.set_offline(True)
    button.click()
    expect(phone.locator("#outbox")).to_contain_text("Kept on this phone")
    phone.context.set_offline(False)
    expect(phone.locator("#more-time")).to_have_text("The lead has been told.")


def test_without_a_script(browsers, room) -> None:
    """R111, DESIGN: a form, and the time of day instead of a countdown."""
    room.go_to(3)
    vote = room.new_vote(3, "Yes", "No", closes_minutes="5")
    page = browsers.open(**{**PHONE, "java_script_enabled": False})
    page.goto(f"/{room.code}")
    page.get_by_role("button", name="Join the workshop").click()
    room.write(votes.open, room.who, vote.id)
    page.reload()
    expect(page.locator(".closing")).to_contain_text(
        re.compile(r"This vote closes by itself\.\s*at \d\d:\d\d")
    )
    page.get_by_role("button", name="I need more time").click()
    expect(page.get_by_text("The lead has been told.")).to_be_visible()
