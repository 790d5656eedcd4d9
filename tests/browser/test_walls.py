"""Clustering a wall on the console by keyboard and by pointer, and what the projector shows of it."""

import re
import time

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlmodel import Session, col, select

from app.domain.notes import arrangement, clusters, hiding, notes, wall_states, walls
from app.domain.people import attendance
from app.domain.submissions import stamp
from app.domain.who import Who
from app.models import Note
from tests.cast.browsers import PATIENCE

IDEAS = ["Start early", "Pay people", "Plain words", "Come back with answers"]


@pytest.fixture
def wall_id(room) -> int:
    """A released wall with a note of each of four people."""
    item = room.go_to(12)
    (wall,) = room.read(walls.walls_of_item, item.id)
    room.write(wall_states.open, room.who, wall.id)
    for number, idea in enumerate(IDEAS, 1):
        room.join(f"Person {number}", table=number)
        writer = Who(room.id, room.code, "participant", participant_id=number_of(room, number))
        room.write(notes.add, writer, wall.id, idea, stamp("", 0, 0, idea))
    room.write(wall_states.release, room.who, wall.id)
    return wall.id


def number_of(room, table: int) -> int:
    """The person at this table."""
    return next(t.people[0]["id"] for t in room.read(attendance.by_table, room.id) if t.number == table)


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


def together(session: Session, cluster_id: int) -> list[Note]:
    """The rows of a cluster's notes, in order."""
    return list(
        session.exec(select(Note).where(Note.cluster_id == cluster_id).order_by(col(Note.place))).all()
    )


def test_notes_are_clustered_by_keyboard_and_by_pointer_alike(browsers, room, wall_id) -> None:
    """R78, R29: equal result, the same on the projector; naming, hiding (R90) and undo."""
    console, projector = browsers.console(reduced_motion="reduce"), browsers.projector()
    for symbol in ("Circle", "Square"):
        console.get_by_role("button", name="New cluster").click()
        expect(console.get_by_role("heading", name=f"{symbol}: No title yet")).to_be_visible()
    circle, square = room.read(clusters.clusters_of_wall, wall_id)

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
        assert {text.strip() for text in shown.locator(".note__text").all_inner_texts()} == set(words)
        moved = room.read(
            lambda s, g=group: [
                (n.place, n.cluster_id) for n in arrangement._notes_of_cluster(s, wall_id, g.id)
            ]
        )
        assert moved == [(0, group.id), (1, group.id)]

    console.locator(f"#cluster-{circle.id}-edit").click()
    console.get_by_role("dialog").get_by_label("Title").fill("People first")
    console.get_by_role("button", name="Save the cluster").click()
    expect(console.get_by_role("dialog")).to_be_hidden()
    expect(projector.get_by_role("heading", name="People first")).to_be_visible()

    board_note(console, "Pay people").get_by_role("link", name="Hide…").click()
    console.get_by_role("dialog").get_by_role("button", name="Said twice").click()
    expect(projector.get_by_text("Pay people")).to_have_count(0)
    expect(console.locator("#undo")).to_contain_text("Note hidden")
    console.locator("#undo").get_by_role("button", name="Undo").click()
    expect(projector.get_by_text("Pay people")).to_be_visible()
    expect(console.locator(f"#cluster-{circle.id} .note")).to_have_count(2)


def test_a_push_while_dragging_takes_nothing_away(browsers, room, wall_id) -> None:
    """R78: what others do arrives after the drop, also while an earlier drop is still under way."""
    room.write(clusters.make, room.who, wall_id)
    (circle,) = room.read(clusters.clusters_of_wall, wall_id)
    console = browsers.console(reduced_motion="reduce")
    slow: list[Route] = []
    console.route(re.compile(r"/place$"), lambda route: slow.append(route))
    inside = console.locator(f"#cluster-{circle.id} .note")
    move_by_pointer(console, "Plain words", console.locator(f"#cluster-{circle.id}-notes"))
    expect(inside).to_have_count(1)

    board_note(console, "Start early").locator(".note__text").hover()
    console.mouse.down()
    for _ in range(2):  # a drag begins with the second movement
        console.locator(f"#cluster-{circle.id}-notes").hover()
    next_route(console, slow).continue_()
    room.write(hide, room.who, wall_id, "Pay people")
    console.wait_for_timeout(800)
    expect(board_note(console, "Pay people").and_(console.locator(":not(.note--hidden)"))).to_be_visible()
    console.mouse.up()
    next_route(console, slow).continue_()
    expect(inside).to_have_count(2)
    expect(console.get_by_text("1 hidden note")).to_be_visible()
    expect(console.locator("#parked .note")).to_have_count(1)


def next_route(page: Page, slow: list[Route]) -> Route:
    """The request that is kept waiting, as soon as the page has sent it."""
    end = time.monotonic() + PATIENCE / 1000
    while not slow:
        assert time.monotonic() < end, "nothing was sent"
        page.wait_for_timeout(20)
    return slow.pop()


def hide(session: Session, who: Who, wall_id: int, words: str) -> None:
    (note,) = session.exec(select(Note).where(Note.wall_id == wall_id, Note.text == words)).all()
    hiding.hide(session, who, note.id, "off-topic")


def test_a_script_in_a_note_is_words(browsers, room) -> None:
    """R130: on the phone, the console and the projector; as a note, a name and a cluster's title."""
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>{{ 7 * 7 }}"
    item = room.go_to(12)
    (wall,) = room.read(walls.walls_of_item, item.id)
    room.write(wall_states.open, room.who, wall.id)
    phone, console, projector = browsers.phone(evil), browsers.console(), browsers.projector()
    for screen in (phone, console, projector):
        screen.on("dialog", lambda dialog: browsers.faults.append(dialog.message))
    phone.locator("#text").fill(evil)
    phone.locator("#send").click()
    expect(phone.locator(".mine-notes .note__text")).to_have_text(evil)
    room.write(wall_states.release, room.who, wall.id)
    room.write(clusters.make, room.who, wall.id)
    room.write(clusters.retitle, room.who, room.read(clusters.clusters_of_wall, wall.id)[0].id, evil[:80])
    for screen in (console, projector):
        expect(screen.locator(".note__text")).to_contain_text(evil)
        expect(screen.get_by_role("heading", name=evil[:80])).to_be_visible()
    console.locator("#room summary").first.click()
    expect(console.locator(".person a")).to_have_text(evil)
    for screen in (phone, console, projector):
        assert screen.locator("main img, main script").count() == 0
