"""One vote as the room lives it: from the scanned code to the result, and its being taken back."""

import re

from playwright.sync_api import expect

from app.domain.votes import lookup
from app.domain.votes.life import votes
from app.domain.votes.time import closings


def test_a_vote_from_the_scanned_code_to_the_result(browsers, room) -> None:
    """R26, R48: nobody reloads; "received" comes from the server; nothing shows before it is revealed."""
    console, projector = browsers.console(), browsers.projector()
    phone = browsers.phone("Carys")
    expect(phone.get_by_text("You are in")).to_be_visible()

    browsers.next_step(console, "Start now")
    expect(phone.get_by_role("heading", name="Arrival and joining")).to_be_visible()
    console.locator("#move-on").click()  # past the question that opens the day
    for title in ("Phase 1 findings: three tests and five criteria", "Questions and answers"):
        expect(console.locator("#next-title")).to_have_text(title)
        browsers.next_step(console, "Move on")
        expect(phone.locator(".item__title")).to_have_text(title)
    room.go_to(17)

    question = "How confident are you that you can judge"
    browsers.next_step(console, "Open the vote")
    ballot = phone.get_by_role("group", name=question)
    expect(ballot).to_be_visible()
    expect(projector.locator("#turnout")).to_contain_text("0 of 1 has answered")

    phone.get_by_label("Fairly confident").check()
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.locator(".received")).to_have_text(re.compile(r"Received \d\d:\d\d: Fairly"))
    expect(projector.locator("#turnout")).to_contain_text("1 of 1")
    phone.get_by_label("Not very confident").check()
    phone.get_by_role("button", name="Change my answer").click()
    expect(phone.locator(".received")).to_have_text(re.compile(r"Received \d\d:\d\d: Not very confident"))
    for screen in (projector, console):
        expect(screen.locator("#tally")).to_be_hidden()
        assert "%" not in screen.locator("body").inner_text()

    browsers.next_step(console, "Close the vote")
    expect(phone.locator("#mine")).to_contain_text("Your answer: Not very confident")
    expect(projector.locator("#turnout")).to_contain_text("The vote is closed")
    expect(projector.locator("#tally")).to_be_hidden()

    browsers.next_step(console, "Show the result")
    for screen in (projector, phone):
        row = screen.locator(".tally__row", has_text="Not very confident")
        expect(row).to_contain_text("100.0 %")
        expect(screen.locator(".tally__row", has_text="Fairly confident")).to_contain_text("0.0 %")

    console.locator("#undo").get_by_role("button", name="Undo").click()
    for screen in (projector, phone):
        expect(screen.locator("#tally")).to_have_count(0 if screen is phone else 1)
        expect(screen.locator(".tally__row")).to_have_count(0)
    expect(phone.locator("#mine")).to_contain_text("Your answer: Not very confident")


def whole(page, selector: str) -> bool:
    """Whether nothing in this box is cut off."""
    return page.locator(selector).evaluate("box => box.scrollHeight <= box.clientHeight + 1")


def test_twelve_long_answers_fit_on_the_projector_with_the_turnout_and_the_result(browsers, room) -> None:
    """And on the phone the question comes first, the material of the item is folded away."""
    item = room.go_to(3)
    options = [f"{n}. An answer of several words, as people write them" for n in range(1, 13)]
    question = "Which of these twelve carefully worded findings surprised you most of all this morning?"
    vote = room.new_vote(item.position, *options, question_en=question)
    phone, projector = browsers.phone("Carys"), browsers.projector()
    room.write(votes.open, room.who, vote.id)
    expect(projector.locator("#turnout")).to_contain_text("0 of 1")
    assert whole(projector, "main")
    assert whole(projector, "#turnout")
    expect(phone.get_by_role("group", name=question)).to_be_in_viewport()
    expect(phone.locator("#card-1")).to_be_hidden()
    room.write(closings.close, room.who, vote.id)
    room.write(votes.reveal, room.who, vote.id)
    expect(projector.locator("#tally")).to_contain_text("0 of 1 answered")
    assert whole(projector, "main")
    assert whole(projector, "#tally")


def test_a_ranking_of_twelve_fits_on_the_projector_with_what_it_is_counted_from(browsers, room) -> None:
    room.go_to(3)
    labels = [f"{n}. An answer of several words, as people write them when they may" for n in range(1, 13)]
    vote = room.new_vote(3, *labels, type="rank", most="5")
    people, projector = [room.join(f"Person {n}") for n in range(3)], browsers.projector()
    room.write(votes.open, room.who, vote.id)
    ids = [option.id for option in room.read(lookup.options, vote.id)]
    for n, person in enumerate(people):
        person.does(f"votes/{vote.id}/ballot", {"place_1": ids[n], "place_2": ids[n + 4], "place_3": ids[11]})
    room.write(closings.close, room.who, vote.id)
    room.write(votes.reveal, room.who, vote.id)
    expect(projector.locator("#tally")).to_contain_text("3 of 3 answered")
    assert whole(projector, "main")
    assert whole(projector, "#tally")
