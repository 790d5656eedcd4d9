"""The same question put again, and both results on one screen."""

from playwright.sync_api import Page, expect

from app.domain.votes.life import votes
from tests.cast.accessibility import faults
from tests.cast.repeated_votes import OPTIONS, answered, shown


def opened(room, *options: str, **settings: str):
    """A vote in an item that has no other, open."""
    room.go_to(3)
    vote = room.new_vote(3, *options, **settings)
    room.write(votes.open, room.who, vote.id)
    return vote


def cells(page: Page, option: str) -> str:
    """The line of an option in the comparison, as a person reads it."""
    return " ".join(page.locator(".rounds tr", has_text=option).inner_text().split())


def test_a_second_round_is_asked_from_the_console_and_stands_beside_the_first(browsers, room) -> None:
    """R61: the room's phones get the question again, the projector shows both rounds and what changed."""
    people = [room.join(f"Person {n}") for n in range(3)]
    vote = opened(room, *OPTIONS, rule="majority")
    answered(room, people, vote, 1, 2, 2)
    console, projector, phone = browsers.console(), browsers.projector(), browsers.phone_of(people[0])
    expect(projector.locator("#tally")).to_contain_text("3 of 3 answered")

    console.locator(f"#vote-{vote.id}-again").click()
    expect(console.locator("#next-step")).to_have_text("Open the vote")
    browsers.next_step(console, "Open the vote")
    expect(phone.locator("#now")).to_contain_text("Round 2")
    phone.get_by_label(OPTIONS[1]).check()
    phone.locator("#send").click()
    expect(phone.locator(".received")).to_contain_text(OPTIONS[1])
    expect(projector.locator("#turnout")).to_contain_text("1 of 3")
    expect(projector.locator("#tally")).to_be_hidden()
    browsers.next_step(console, "Close the vote")
    browsers.next_step(console, "Show the result")

    expect(projector.locator(".rounds")).to_be_visible()
    for page in (projector, console):
        assert cells(page, OPTIONS[0]) == "Families 1 33.3 % 0 0.0 % −33.3"
        assert cells(page, OPTIONS[1]) == "Warm homes 2 66.7 % 1 100.0 % +33.3"
        assert "2 of 3, 2 needed" in cells(page, "Decision")
    box = projector.locator("#tally")
    assert box.evaluate("box => box.scrollHeight <= box.clientHeight + 1"), "nothing of it is cut off"
    expect(phone.locator("#tally")).to_contain_text("100.0 %")
    found = faults(projector, "two rounds on the projector", narrow=False)
    found += faults(console, "two rounds on the console") + faults(phone, "a round on the phone", 44)
    console.get_by_role("link", name="Record").click()
    expect(console.locator(".rounds").first).to_be_visible()
    found += faults(console, "two rounds in the record")
    assert not found, "\n".join(found)


def test_before_and_after_says_who_moved_where(browsers, room) -> None:
    """R65: paired by person; the console opens the shift in a panel."""
    people = [room.join(f"Person {n}") for n in range(12)]
    first = opened(room, "Yes", "No")
    answered(room, people, first, *[1] * 6 + [2] * 6)
    after = opened(room, "Yes", "No", repeats=str(first.id), repeats_as="after")
    answered(room, people, after, *[1] * 6 + [1] * 6, show=False)
    shown(room, after)
    projector, console = browsers.projector(), browsers.console()
    expect(projector.locator(".rounds--paired")).to_be_visible()
    expect(projector.locator(".opinion-shift")).to_contain_text("12")
    console.locator(f"#vote-{after.id}-shift").click()
    expect(console.get_by_role("dialog")).to_contain_text("12")
    found = faults(projector, "before and after on the projector", narrow=False)
    found += faults(console, "who moved where")
    assert not found, "\n".join(found)
