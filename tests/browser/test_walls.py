"""Clustering a wall on the console by keyboard and by pointer, and what the projector shows of it."""

import pytest
from playwright.sync_api import Locator, Page, expect

from app.domain import clusters, notes, walls
from app.domain.submissions import stamp
from app.domain.who import Who

IDEAS = ["Start early", "Pay people", "Plain words", "Come back with answers"]


@pytest.fixture
def wall_id(room) -> int:
    """A released wall with a note of each of four people."""
    item = room.go_to(12)
    (wall,) = room.read(walls.of_item, item.id)
    room.write(walls.open, room.who, wall.id)
    for number, idea in enumerate(IDEAS, 1):
        room.join(f"Person {number}", table=number)
        writer = Who(room.id, room.code, "participant", participant_id=number_of(room, number))
        room.write(notes.add, writer, wall.id, idea, stamp("", 0, 0, idea))
    room.write(walls.release, room.who, wall.id)
    return wall.id


def number_of(room, table: int) -> int:
    from app.domain import participants

    return next(t.people[0]["id"] for t in room.read(participants.here, room.id) if t.number == table)


def board_note(console: Page, words: str) -> Locator:
    return console.locator("#board .note", has_text=words)


def move_by_keyboard(console: Page, words: str, cluster: str) -> None:
    """No pointer: the note's link, Enter, Tab to the place, Enter."""
    board_note(console, words).get_by_role("link", name="Move to…").focus()
    console.keyboard.press("Enter")
    place = console.get_by_role("dialog").get_by_role("button", name=cluster)
    expect(place).to_be_visible()
    for _ in range(12):
        if place.evaluate("place => place === document.activeElement"):
            break
        console.keyboard.press("Tab")
    console.keyboard.press("Enter")
    expect(console.get_by_role("dialog")).to_be_hidden()


def move_by_pointer(console: Page, words: str, target: Locator) -> None:
    board_note(console, words).locator(".note__text").drag_to(target)


def grouped(screen: Page) -> list[list[str]]:
    """The notes of each cluster, as a screen shows them."""
    return screen.evaluate(
        "() => Array.from(document.querySelectorAll('.cluster'), c =>"
        " Array.from(c.querySelectorAll('.note__text'), n => n.textContent.trim()))"
    )


def test_notes_are_clustered_by_keyboard_and_by_pointer_alike(browsers, room, wall_id) -> None:
    """R78, R29: equal result, the same on the projector; naming, hiding (R90) and undo."""
    console, projector = browsers.console(), browsers.projector()
    for symbol in ("Circle", "Square"):
        console.get_by_role("button", name="New cluster").click()
        expect(console.get_by_role("heading", name=f"{symbol}: No title yet")).to_be_visible()
    circle, square = room.read(clusters.listed, wall_id)

    move_by_keyboard(console, "Start early", "Circle")
    expect(console.locator(f"#cluster-{circle.id} .note")).to_have_count(1)
    move_by_keyboard(console, "Pay people", "Circle")
    expect(console.locator(f"#cluster-{circle.id} .note")).to_have_count(2)
    move_by_pointer(console, "Plain words", console.locator(f"#cluster-{square.id}-notes"))
    expect(console.locator(f"#cluster-{square.id} .note")).to_have_count(1)
    move_by_pointer(console, "Come back with answers", console.locator(f"#cluster-{square.id} .note").last)
    expect(console.locator(f"#cluster-{square.id} .note")).to_have_count(2)

    for group, words in ((circle, IDEAS[:2]), (square, IDEAS[2:])):
        shown = projector.locator(f"#cluster-{group.id}")
        expect(shown.locator(".note")).to_have_count(2)
        assert set(shown.locator(".note__text").all_inner_texts()) == set(words)
        moved = room.read(
            lambda s, g=group: [(n.place, n.cluster_id) for n in notes._together(s, wall_id, g.id)]
        )
        assert moved == [(0, group.id), (1, group.id)]

    console.locator(f"#cluster-{circle.id}-edit").click()
    console.get_by_label("Title").fill("People first")
    console.get_by_role("button", name="Save the cluster").click()
    expect(console.get_by_role("dialog")).to_be_hidden()
    expect(projector.get_by_role("heading", name="People first")).to_be_visible()

    board_note(console, "Pay people").get_by_role("button", name="Hide").click()
    expect(projector.get_by_text("Pay people")).to_have_count(0, timeout=2000)
    console.locator("#undo").get_by_role("button", name="Undo").click()
    expect(projector.get_by_text("Pay people")).to_be_visible()
    expect(console.locator(f"#cluster-{circle.id} .note")).to_have_count(2)


def test_a_push_while_dragging_takes_nothing_away(browsers, room, wall_id) -> None:
    """R78: what another console does arrives when the note has been dropped."""
    room.write(lambda s: clusters.make(s, room.who, wall_id) and None)
    (circle,) = room.read(clusters.listed, wall_id)
    console = browsers.console()
    source = board_note(console, "Start early").locator(".note__text")
    target = console.locator(f"#cluster-{circle.id}-notes")
    source.hover()
    console.mouse.down()
    target.hover()
    target.hover()
    (other,) = [
        n.note
        for n in room.read(lambda s: notes.board(s, walls.of(s, room.who, wall_id)).parked.notes)
        if n.note.text == "Pay people"
    ]
    room.write(notes.hide, room.who, other.id, "off-topic")
    console.wait_for_timeout(800)
    expect(board_note(console, "Pay people").first).to_be_visible()
    console.mouse.up()
    expect(console.locator(f"#cluster-{circle.id} .note")).to_have_count(1)
    expect(console.get_by_text("1 hidden note")).to_be_visible()
