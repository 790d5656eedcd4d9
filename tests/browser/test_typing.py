"""What somebody is typing while the room goes on around them."""

from playwright.sync_api import Page, expect

from app.domain.agenda import items, running_order, time_control
from app.domain.notes import wall_states, walls

WATCH_FOCUS = (
    "() => { window.moves = []; document.addEventListener('focusout', e => moves.push(e.target.id)); }"
)


def writing(browsers, room) -> tuple[Page, int]:
    """A phone in front of an open wall, and the wall's id."""
    item = room.go_to(12)
    (wall,) = room.read(walls.walls_of_item, item.id)
    room.write(wall_states.open, room.who, wall.id)
    return browsers.phone("Carys"), wall.id


def test_a_note_being_typed_survives_pushes_a_new_turn_and_a_reload(browsers, room) -> None:
    """R110: neither the words nor the focus nor the caret are touched by what the room does."""
    phone, wall_id = writing(browsers, room)
    note = phone.locator("#text")
    note.press_sequentially("A shared method needs time")
    note.press("Home")
    phone.evaluate(WATCH_FOCUS)

    item = room.read(running_order.current_item, room.id)
    room.write(items.edit, room.who, item.id, {"title_en": "What the method must hold"})
    expect(phone.get_by_role("heading", name="What the method must hold")).to_be_visible()
    ends = phone.locator("[data-clock]").get_attribute("data-ends-at")
    room.write(time_control.add_time, room.who, item.id, 1)
    expect(phone.locator("[data-clock]")).not_to_have_attribute("data-ends-at", ends)
    note.press_sequentially("1. ")

    room.write(wall_states.release, room.who, wall_id)
    expect(phone.locator(".anonymity")).to_have_text("On the wall without your name.")
    expect(note).to_be_focused()
    note.press_sequentially("Ask: ")
    expect(note).to_have_value("1. Ask: A shared method needs time")
    assert phone.evaluate("moves") == []

    phone.reload()
    browsers.live(phone)
    expect(note).to_have_value("1. Ask: A shared method needs time")
    phone.get_by_role("button", name="Send the note").click()
    expect(phone.locator(".mine-notes")).to_contain_text("1. Ask: A shared method needs time")
    phone.reload()
    expect(note).to_have_value("")


def test_a_line_on_the_pad_survives_the_room_moving_on(browsers, room) -> None:
    """R110: it stays with the item it was begun in, and says so."""
    room.go_to(5)
    pad = browsers.pad()
    line = pad.get_by_role("textbox", name="What was said")
    line.press_sequentially("Consent is not the same as")
    pad.evaluate(WATCH_FOCUS)
    room.go_to(7)
    expect(pad.locator("#now-title")).to_have_text("Table round 2: what it means for policy")
    expect(pad.get_by_text("This line stays with the item you began it in")).to_be_visible()
    line.press_sequentially(" trust")
    assert pad.evaluate("moves") == []
    lead = room.enter("lead")
    for position, title in ((7, "Round two"), (8, "What the tables say")):
        lead.does(f"items/{room.items()[position - 1].id}", {"title_en": title})
        expect(pad.get_by_label("Goes to").locator("option", has_text=title)).to_have_count(1)
    line.press("Enter")
    before = pad.locator(".entries-before", has_text="Table round 1")
    expect(before).to_contain_text("1 entry")
    before.locator("summary").click()
    expect(before).to_contain_text("Consent is not the same as trust")
