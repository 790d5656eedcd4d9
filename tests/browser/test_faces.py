"""Every face in every state it can be in: accessible, within a narrow screen, with targets large enough."""

from playwright.sync_api import Page, expect

from app.domain.agenda import days
from app.domain.notes import clusters, hiding, notes, wall_states, walls
from app.domain.people import attendance
from app.domain.submissions import stamp
from app.domain.votes.life import votes
from app.domain.votes.time import closings
from app.domain.who import Who
from tests.cast.accessibility import faults
from tests.cast.browsers import PHONE


class Day:
    """The states a day goes through, reached directly."""

    def __init__(self, room) -> None:
        self.room, self.vote_id, self.wall_id = room, 0, 0

    def vote(self) -> None:
        item = self.room.go_to(17)
        self.vote_id = self.room.read(votes.of_item, item.id)[0].id
        self.act(votes.open, self.vote_id)

    def wall(self) -> None:
        item = self.room.go_to(12)
        self.wall_id = self.room.read(walls.walls_of_item, item.id)[0].id
        self.act(wall_states.open, self.wall_id)

    def clustered(self) -> None:
        """Six notes of one person, released, two of them in a titled cluster, one hidden."""
        someone = self.room.read(attendance.by_table, self.room.id)[0].people[0]["id"]
        writer = Who(self.room.id, self.room.code, "participant", participant_id=someone)
        texts = [f"An idea with number {n} that is long enough for two lines" for n in range(6)]
        ids = [self.room.write(notes.add, writer, self.wall_id, t, stamp("", 0, 0, t)) for t in texts]
        self.act(wall_states.release, self.wall_id)
        self.act(clusters.make, self.wall_id, "", ids[:2])
        (cluster,) = self.room.read(clusters.clusters_of_wall, self.wall_id)
        self.act(clusters.retitle, cluster.id, "Ideas that belong together")
        self.act(hiding.hide, ids[5], "personal")

    def act(self, act, *arguments) -> None:
        self.room.write(act, self.room.who, *arguments)


def test_the_pages_before_anyone_is_in(browsers, room) -> None:
    """R108, R109"""
    browsers.expect_fault("status of (404|409|410|422)")
    page = browsers.open(**PHONE)
    found = []
    refused = "/enter/never-issued"
    for path in (
        "/",
        f"/{room.code}",
        f"/{room.code}/remit",
        f"/enter/{room.tokens['lead']}",
        refused,
        "/ZZZZZ9",
    ):
        page.goto(path)
        found += faults(
            page, path.replace(room.tokens["lead"], "…"), 44 if path in ("/", f"/{room.code}") else 24
        )
    page.goto("/")
    page.get_by_label("Code of the workshop").fill("ZZZZZZ")
    page.get_by_role("button", name="Go on").click()
    found += faults(page, "a wrong code", 44)
    assert not found, "\n".join(found)


def test_the_phone_in_each_of_its_states(browsers, room) -> None:
    """R26, R108, R109: 44 px for thumbs; the remit is there in each."""
    day, phone, found = Day(room), browsers.phone("Carys"), []
    remit = phone.get_by_role("link", name="Remit")

    def look(name: str, words: str) -> None:
        expect(phone.get_by_text(words).first).to_be_visible()
        expect(remit).to_be_visible()
        found.extend(faults(phone, name, 44))

    look("waiting", "You are in")
    room.go_to(3)
    look("looking up", "Look up")
    room.go_to(5)
    look("table work", "Talk at your table")
    room.go_to(6)
    look("break", "Take a break")
    day.vote()
    look("ballot", "Send my answer")
    phone.get_by_label("Fairly confident").check()
    phone.locator("#send").click()
    look("received", "Change my answer")
    day.act(closings.close, day.vote_id)
    look("closed vote", "Your answer:")
    day.act(votes.reveal, day.vote_id)
    look("result", "100.0 %")
    day.wall()
    phone.locator("#text").fill("An idea")
    phone.locator("#send").click()
    look("wall", "Take back")
    day.clustered()
    look("wall released", "On the wall")
    for link, words in (("Remit", "Programme"), ("You", "Your personal code")):
        phone.get_by_role("link", name=link, exact=True).click()
        look(f"panel {link}", words)
        phone.get_by_role("button", name="Close").click()
    room.go_to(18)
    day.act(days.close)
    look("closed day", "Thank you")
    assert not found, "\n".join(found)


def test_the_projector_in_each_of_its_states(browsers, room) -> None:
    """R95, R97, R108: and nobody's name is ever on it."""
    day, projector, found = Day(room), browsers.projector(), []
    browsers.phone("Unmistakable Carys")

    def look(name: str, words: str) -> None:
        expect(projector.get_by_text(words).filter(visible=True).first).to_be_visible()
        assert "Unmistakable" not in projector.content()
        found.extend(faults(projector, name, narrow=False))

    look("before the day", "We start at")
    for position, words in ((3, "three tests"), (5, "two cases"), (6, "We go on at"), (10, "We go on at")):
        room.go_to(position)
        look(f"item {position}", words)
    day.vote()
    look("turnout", "0 of 1 has answered")
    day.act(closings.close, day.vote_id)
    look("closed vote", "The vote is closed")
    day.act(votes.reveal, day.vote_id)
    look("result", "0 of 1 answered")
    day.wall()
    look("wall", "notes written")
    day.clustered()
    look("wall released", "Ideas that belong together")
    day.act(days.close)
    look("closed day", "Thank you")
    assert not found, "\n".join(found)


def test_the_console_in_each_of_its_states(browsers, room) -> None:
    """R108, R109: with its panels."""
    day, console, found = Day(room), browsers.console(), []
    browsers.phone("Carys")

    def look(name: str, words: str) -> None:
        expect(console.get_by_text(words).filter(visible=True).first).to_be_visible()
        found.extend(faults(console, name))

    look("before the day", "Worth checking first")
    panels(console, found, {"#bar-workshop": "Remit in English", "#bar-links": "Make a new link"})
    room.go_to(5)
    look("running", "What the room sees")
    day.vote()
    look("vote open", "0 of 1 has answered")
    console.get_by_role("button", name="Look at the result myself").click()
    look("preview", "That you looked is in the log")
    console.get_by_role("button", name="Close", exact=True).click()
    day.act(closings.close, day.vote_id)
    look("vote closed", "Closed, result hidden")
    day.act(votes.reveal, day.vote_id)
    look("result", "0 of 1 answered")
    console.locator("#room summary").first.click()
    day.wall()
    look("wall", "private until you show them")
    day.clustered()
    look("board", "Ideas that belong together")
    item = room.items()[11]
    write = "Question in English"
    panels(
        console,
        found,
        {
            f"#item-{item.id}-link": "What phones, pads and projectors show.",
            "#write-vote": write,
            "#write-wall": write,
            "#room .person a": "Take out of the workshop",
            "#board .note__actions a[id$=move]": "A new cluster",
            "#board .note__actions a[id$=hide]": "Hide it from every screen",
            "#board .cluster__head a": "Its place on the wall",
        },
    )
    room.go_to(18)
    day.act(days.close)
    look("closed day", "Take the record away")
    assert not found, "\n".join(found)


def panels(console: Page, found: list[str], ways: dict[str, str]) -> None:
    """Open each panel, look at it, close it by Escape."""
    for way, words in ways.items():
        link = console.locator(way).first
        link.click()
        expect(console.get_by_role("dialog").get_by_text(words).first).to_be_visible()
        found.extend(faults(console, f"panel {way}"))
        console.keyboard.press("Escape")
        expect(link).to_be_focused()


def test_the_pad_and_the_record(browsers, room) -> None:
    """R108, R109"""
    pad, found = browsers.pad(), []
    found += faults(pad, "pad before the day")
    room.go_to(5)
    expect(pad.locator("#now-title")).to_contain_text("Table round 1")
    for kind, words in (
        ("Point", "The benefit has to be seen by those who give"),
        ("Quote", "It is my data"),
    ):
        pad.get_by_label(kind).check()
        pad.locator("#line").fill(words)
        pad.locator("#line").press("Enter")
        expect(pad.locator(".entry", has_text=words)).to_be_visible()
    pad.locator(".entry", has_text="It is my data").get_by_role("button", name="Strike out").click()
    expect(pad.get_by_role("button", name="Restore")).to_be_visible()
    found += faults(pad, "pad")
    pad.get_by_role("link", name="Edit").first.click()
    expect(pad.get_by_role("dialog").get_by_label("Words")).to_be_focused()
    found += faults(pad, "pad, an entry")
    pad.keyboard.press("Escape")
    room.go_to(9)
    expect(pad.locator("#now-title")).to_contain_text("Which implication")
    found += faults(pad, "pad, earlier items folded")

    day = Day(room)
    browsers.phone("Carys")
    day.vote()
    day.act(closings.close, day.vote_id)
    day.act(votes.reveal, day.vote_id)
    day.wall()
    day.clustered()
    console = browsers.console()
    console.get_by_role("link", name="Record").click()
    expect(console.get_by_role("heading", name="How the day ran")).to_be_visible()
    found += faults(console, "record")
    console.goto(f"/{room.code}/links")
    expect(console.get_by_text("Make a new link")).to_be_visible()
    found += faults(console, "links as a page")
    console.get_by_role("button", name="New address").last.click()
    expect(console.get_by_text("It is shown only now")).to_be_visible()
    found += faults(console, "a fresh link")
    assert not found, "\n".join(found)
