"""What happens when the network, the socket or the server goes away while the room works."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, WebSocketRoute, expect
from sqlmodel import select

from app.domain.notes import wall_states, walls
from app.domain.stage import stage
from app.domain.votes.life import votes
from app.models import Note
from app.models.base import moment
from tests.cast import processes
from tests.cast.browsers import Browsers

OFFLINE = (r"ERR_INTERNET_DISCONNECTED", r"htmx:ws:error")
AWAY = (
    r"ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|CONNECTION_RESET)",
    r"WebSocket connection",
    r"htmx:ws:error",
)


def expect_faults(browsers: Browsers, *patterns: str) -> None:
    for pattern in patterns:
        browsers.expect_fault(pattern)


def open_vote(room) -> None:
    """The vote of the ninth item; whoever joined before may answer."""
    item = room.go_to(17)
    room.write(votes.open, room.who, room.read(votes.of_item, item.id)[0].id)


def test_a_note_written_offline_arrives_once_with_its_own_time(browsers, room) -> None:
    """R75"""
    expect_faults(browsers, *OFFLINE)
    item = room.go_to(12)
    (wall,) = room.read(walls.walls_of_item, item.id)
    room.write(wall_states.open, room.who, wall.id)
    phone = browsers.phone("Carys")
    phone.context.set_offline(True)
    expect(phone.locator("#connection")).to_have_text("No network. What you send is kept on this device.")
    before = moment()
    phone.locator("#text").fill("Time, above all")
    phone.get_by_role("button", name="Send the note").click()
    expect(phone.locator("#outbox")).to_have_text("Kept on this phone, sending (1)")
    phone.wait_for_timeout(1000)
    phone.context.set_offline(False)
    expect(phone.locator("#outbox")).to_have_text("Everything has been sent.")
    expect(phone.locator(".mine-notes .note")).to_have_count(1)
    expect(phone.locator(".mine-notes")).to_contain_text("Time, above all")
    (note,) = room.read(lambda s: s.exec(select(Note).where(Note.wall_id == wall.id)).all())
    assert before - timedelta(seconds=0.5) < note.written_at < note.received_at - timedelta(seconds=0.9)


def test_a_ballot_changed_offline_arrives_as_it_was_last(browsers, room) -> None:
    """R48, R75: kept in words, never "received" before the server has it; the last choice counts."""
    expect_faults(browsers, *OFFLINE)
    phone, projector = browsers.phone("Carys"), browsers.projector()
    open_vote(room)
    expect(phone.get_by_label("Fairly confident")).to_be_visible()
    phone.context.set_offline(True)
    for choice in ("Fairly confident", "Not very confident"):
        phone.get_by_label(choice).check()
        phone.locator("#send").click()
    expect(phone.locator("#outbox")).to_have_text("Kept on this phone, sending (1)")
    expect(phone.locator(".received")).to_have_count(0)
    phone.context.set_offline(False)
    expect(phone.locator(".received")).to_contain_text("Not very confident")
    expect(projector.locator("#turnout")).to_contain_text("1 of 1")


def test_what_arrives_too_late_is_said_and_the_words_stay_readable(browsers, room) -> None:
    """R48, R75: writing closed and the room moved on while the phone had no network."""
    expect_faults(browsers, *OFFLINE, r"409 \(Conflict\)")
    item = room.go_to(12)
    (wall,) = room.read(walls.walls_of_item, item.id)
    room.write(wall_states.open, room.who, wall.id)
    phone = browsers.phone("Carys")
    phone.context.set_offline(True)
    phone.locator("#text").fill("Time, above all")
    phone.get_by_role("button", name="Send the note").click()
    room.write(wall_states.close, room.who, wall.id)
    room.go_to(13)
    phone.context.set_offline(False)
    expect(phone.locator("#refusal")).to_contain_text("so your note was not taken")
    expect(phone.get_by_text("Talk at your table")).to_be_visible()
    expect(phone.locator("#refusal")).to_contain_text("Time, above all")
    assert room.read(lambda s: s.exec(select(Note).where(Note.wall_id == wall.id)).all()) == []


def killed_and_back(database: Path, port: int, stack: ExitStack) -> Callable[[], processes.Served]:
    """A server that can be had again on the same port after it was killed."""
    return lambda: stack.enter_context(processes.served(str(database), port=port))


def test_a_killed_server_comes_back_and_nobody_notices_more_than_a_pause(
    browser: Browser, tmp_path: Path
) -> None:
    """R101, R95: the same person, the same answer, what was sent meanwhile; both screens by themselves."""
    with ExitStack() as stack:
        start = killed_and_back(tmp_path / "plenary.db", processes.free_port(), stack)
        running = start()
        names = {"lead": "Console", "projector": "Projector", "table 1": "Table 1"}
        tokens = {label: running.token(name) for label, name in names.items()}
        browsers = Browsers(browser, running.url, running.code, tokens)
        stack.callback(browsers.close)
        expect_faults(browsers, *AWAY)

        console, projector, phone = browsers.console(), browsers.projector(), browsers.phone("Carys")
        lead_to_the_vote(browsers, console)
        phone.get_by_label("Fairly confident").check()
        phone.locator("#send").click()
        expect(phone.locator(".received")).to_contain_text("Fairly confident")

        running.kill()
        for screen in (phone, projector):
            expect(screen.locator("#connection")).to_contain_text("Reconnecting…")
        phone.get_by_label("Not very confident").check()
        phone.locator("#send").click()
        expect(phone.locator("#outbox")).to_have_text("Kept on this phone, sending (1)")
        start()
        for screen in (phone, projector, console):
            browsers.live(screen)
        expect(phone.locator(".received")).to_contain_text("Not very confident")
        expect(projector.locator("#turnout")).to_contain_text("1 of 1")
        expect(console.locator("#room .gauge")).to_contain_text(re.compile(r"Joined\s*1"))

        projector.reload()
        expect(projector.locator("#turnout")).to_contain_text("1 of 1")


def lead_to_the_vote(browsers: Browsers, console: Page) -> None:
    """By clicks alone: start the day, jump to the item of the running order, open its vote."""
    browsers.next_step(console, "Start now")
    expect(console.locator("#running-title")).to_have_text("Arrival and joining")
    console.locator("#order").get_by_role("link", name="Closing question and evaluation").click()
    console.get_by_role("button", name="Move the room here now").click()
    expect(console.locator("#running-title")).to_have_text("Closing question and evaluation")
    browsers.next_step(console, "Open the vote")


def refuse(socket: WebSocketRoute) -> None:
    socket.close(code=1011)


def test_where_websockets_are_blocked_the_page_works_by_polling(browsers, room) -> None:
    """R100"""
    phone = browsers.phone("Carys")
    phone.route_web_socket(re.compile(r"/live\?"), refuse)
    phone.reload()
    expect(phone.locator("#connection")).to_have_text("Slow connection: updates every few seconds.")
    open_vote(room)
    phone.get_by_label("Fairly confident").check()
    phone.locator("#send").click()
    expect(phone.locator(".received")).to_contain_text("Fairly confident")
    room.go_to(10)
    expect(phone.get_by_text("Take a break")).to_be_visible()
    assert room.read(stage.read_stage_with_agenda, room.id).task == phone.locator("#mine").get_attribute(
        "data-task"
    )


def test_a_socket_that_fell_silent_is_noticed(browsers, room) -> None:
    """R100: although it still looks open."""
    silent = []

    def pass_on(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda message: None if silent else socket.send(message))

    screens = [browsers.phone(), browsers.projector(), browsers.console()]
    for screen in screens:
        screen.route_web_socket(re.compile(r"/live\?"), pass_on)
        screen.reload()
        browsers.live(screen)
    silent.append(True)
    for screen in screens:
        screen.evaluate("() => { const now = Date.now; Date.now = () => now() + 10_000; }")
    for screen in screens:
        expect(screen.locator("#connection")).to_have_attribute(
            "data-state", re.compile("reconnecting|polling")
        )
    silent.clear()
    for screen in screens:
        browsers.live(screen)
