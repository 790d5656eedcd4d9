"""Plays an invented room through its day and takes the README's pictures: `scripts/screenshots [FOLDER]`."""

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from app.domain.votes.life import votes
from app.domain.votes.time import closings
from app.settings import settings
from app.storage.schema import migrate
from tests.cast.browsers import CHROMIUM, PHONE, Browsers
from tests.cast.gallery_scene import Scene
from tests.cast.rooms import Room
from tests.cast.server import serving

FOLDER = Path(__file__).parents[1] / "browser" / "screenshots"


class Gallery:
    """The faces that are photographed, open from the morning to the evening."""

    def __init__(self, browsers: Browsers, scene: Scene, folder: Path) -> None:
        self.browsers, self.scene, self.folder = browsers, scene, folder
        self.console, self.projector = browsers.console(), browsers.projector()
        self.pad = browsers.pad(4)
        self.phone = self._phone()

    def take(self, page: Page, name: str) -> None:
        """One PNG, as a person sees it once everything has arrived and no colour is in transition."""
        page.wait_for_timeout(700)
        # Hiding the caret leaves `style=""` on every field, which the policy refuses when htmx clones them.
        page.screenshot(path=self.folder / f"{name}.png", scale="css", caret="initial")

    def _phone(self) -> Page:
        page = self.browsers.open(**PHONE)
        page.goto(f"/{self.browsers.code}")
        self.take(page, "phone-join")
        page.get_by_label("Name (you may leave this empty)").fill("Carys")
        page.get_by_label("Your table").select_option("4")
        page.get_by_role("button", name="Join the workshop").click()
        return self.browsers.live(page)


def morning(gallery: Gallery) -> None:
    """Before the day, table work, a vote from the question to the result, and its record."""
    scene, console, projector, phone = gallery.scene, gallery.console, gallery.projector, gallery.phone
    gallery.take(projector, "projector-join")
    gallery.take(console, "console-before")
    scene.at(5, 17)
    scene.write_pad(4, 5)
    for page in (console, projector, phone, gallery.pad):
        page.reload()
    gallery.take(console, "console-table")
    gallery.take(projector, "projector-table")
    gallery.take(phone, "phone-table")
    gallery.pad.locator("#line").fill("The register is only as good as the")
    gallery.take(gallery.pad, "pad")

    scene.at(9, 3)
    vote = scene.vote(9, but=6)
    expect(phone.get_by_role("button", name="Send my answer")).to_be_visible()
    gallery.take(phone, "phone-ballot")
    for label, dots in (("Decisions: use the tests", "2"), ("Public voice: ask the public", "1")):
        phone.get_by_role("spinbutton", name=label).fill(dots)
    phone.locator("#send").click()
    expect(phone.locator(".received")).to_be_visible()
    gallery.take(phone, "phone-received")
    gallery.take(console, "console-vote")
    gallery.take(projector, "projector-turnout")
    scene.vote(9)
    scene.room.write(closings.close, scene.who, vote.id)
    scene.room.write(votes.reveal, scene.who, vote.id)
    for page in (projector, phone):
        expect(page.locator(".tally__row").first).to_be_visible()
    gallery.take(projector, "projector-result")
    phone.evaluate("scrollTo(0, 0)")
    gallery.take(phone, "phone-result")
    console.goto(f"/{gallery.browsers.code}/record")
    console.get_by_role("heading", name="Votes").evaluate("heading => heading.scrollIntoView()")
    gallery.take(console, "record")
    console.get_by_role("link", name="Back to the console").click()


def afternoon(gallery: Gallery) -> None:
    """A wall from writing to clusters."""
    scene, phone, console = gallery.scene, gallery.phone, gallery.console
    scene.at(12, 14)
    wall_id = scene.write_wall(but=1)
    phone.locator("#text").fill("Ask again before the data is used for something new")
    phone.locator("#send").click()
    expect(phone.locator(".mine-notes")).to_contain_text("Ask again")
    phone.locator("#text").fill("Say who decides in")
    gallery.take(phone, "phone-note")
    scene.cluster_wall(wall_id)
    expect(gallery.projector.locator("#wall")).to_contain_text("Answers that come back")
    gallery.take(gallery.projector, "projector-wall")
    expect(console.locator("#board")).to_contain_text("Answers that come back")
    console.locator("#board").scroll_into_view_if_needed()
    console.locator("#to-board").click()
    gallery.take(console, "console-wall")


def main() -> None:
    """Take every picture into the folder named, or beside the tests."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        database = f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}/plenary.db"
        migrate(database)
        room = Room(stack.enter_context(serving(database)), stack)
        os.environ["PLENARY_PUBLIC_URL"] = "http://plenary.example"  # what pictures and QR codes name
        settings.cache_clear()
        browser = stack.enter_context(sync_playwright()).chromium.launch(**CHROMIUM)
        browsers = Browsers(browser, room.base_url, room.code, room.tokens)
        gallery = Gallery(browsers, Scene(room), folder)
        morning(gallery)
        afternoon(gallery)
        browsers.close()
        browser.close()


if __name__ == "__main__":
    main()
