"""Colleagues of one organisation who answer differently, and the lead who settles it."""

from playwright.sync_api import expect

from app.domain.votes.life import votes
from tests.cast.accessibility import faults
from tests.cast.ballots import counts, options
from tests.cast.organisations import ANSWERS, cast


def test_a_conflict_is_seen_by_the_colleagues_and_settled_by_the_lead(browsers, room) -> None:
    """R63, R97: neither answer counts until the lead lets one; the room sees only that one is missing."""
    room.go_to(3)
    vote = room.new_vote(3, *ANSWERS, unit="organisations", secrecy="named", reasons="1", rule="majority")
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    efa = room.join("Efa", organisation="Bus")
    room.write(votes.open, room.who, vote.id)
    yes, _, not_now = options(room, vote)
    console, projector, phone = browsers.console(), browsers.projector(), browsers.phone_of(carys)
    expect(phone.locator("#organisation-answer")).to_contain_text("You answer for Care")
    found = faults(phone, "a ballot for an organisation", 44)
    phone.get_by_label(ANSWERS[0]).check()
    phone.locator("#send").click()
    expect(phone.locator("#organisation-answer")).to_contain_text("Your answer counts for your organisation")
    expect(projector.locator("#turnout")).to_contain_text("1 of 2")
    cast(efa, vote, yes)
    cast(dev, vote, not_now, "Not before the summer")

    settle = console.locator(f"#vote-{vote.id}-conflicts")
    expect(settle).to_contain_text("1 organisation answered differently")
    assert counts(room, vote) == [1, 0, 0]
    phone.reload()
    expect(phone.locator("#organisation-answer")).to_contain_text(
        "None of the answers counts until you agree"
    )
    found += faults(phone, "a conflict on the phone", 44)
    settle.click()
    conflict = console.locator(".conflict", has_text="Care")
    expect(conflict).to_contain_text("does not count yet")
    assert "Dev" not in conflict.inner_text(), "whose answer it is stands nowhere"
    found += faults(console, "a conflict on the console")
    answer = conflict.locator(".conflict__answer", has_text=ANSWERS[2])
    answer.get_by_role("button", name="Let this one count").click()
    expect(console.get_by_role("dialog")).to_be_hidden()
    assert counts(room, vote) == [1, 0, 1]

    browsers.next_step(console, "Close the vote")
    browsers.next_step(console, "Show the result")
    expect(projector.locator("#tally")).to_contain_text("2 of 2 organisations answered")
    expect(projector.locator("#tally")).to_contain_text("Care")
    expect(phone.locator("#organisation-answer")).to_contain_text("Another answer than yours counts")
    found += faults(projector, "commitments on the projector", narrow=False)
    found += faults(console, "commitments on the console") + faults(phone, "commitments on the phone", 44)
    assert not found, "\n".join(found)
