"""Everybody's browsers beside the real server: a context of their own for each, and a test fails if any page
reported an error, broke the content security policy or asked another host for something."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from tests.cast.people import Person
from tests.cast.rooms import Room

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
CONSOLE = {"viewport": {"width": 1440, "height": 900}}
PROJECTOR = {"viewport": {"width": 1920, "height": 1080}}
PAD = {"viewport": {"width": 1280, "height": 800}}

# The system's browser; nothing is downloaded.
CHROMIUM = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-dev-shm-usage"]}

PATIENCE = 60_000  # milliseconds; nothing is measured by it
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return {**browser_type_launch_args, **CHROMIUM}


class Browsers:
    """Opens faces; each is one person's browser with cookies and storage of its own."""

    def __init__(self, browser: Browser, base_url: str, code: str, tokens: dict[str, str]) -> None:
        self.browser, self.base_url, self.code, self.tokens = browser, base_url, code, tokens
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []
        self.expected: list[str] = []

    def expect_fault(self, pattern: str) -> None:
        """A message that belongs to what this test does, such as a network it took away."""
        self.expected.append(pattern)

    def open(self, **options) -> Page:
        """An empty page in a fresh browser."""
        context = self.browser.new_context(base_url=self.base_url, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(f"exception: {error.error}"))
        context.on("request", self._asked)
        self.contexts.append(context)
        return context.new_page()

    def phone(self, name: str = "", table: int = 1, live: bool = True, **options) -> Page:
        """Someone who opens the address, reads it and joins."""
        page = self.open(**PHONE, **options)
        page.goto(f"/{self.code}")
        page.get_by_label("Name (you may leave this empty)").fill(name)
        page.get_by_label("Your table").select_option(str(table))
        page.get_by_role("button", name="Join the workshop").click()
        return self.live(page) if live else page

    def phone_of(self, person: Person, **options) -> Page:
        """The phone of somebody who has joined without a browser."""
        page = self.open(**PHONE | options)
        cookies = person.http.cookies.items()
        page.context.add_cookies(
            [{"name": name, "value": value, "url": self.base_url} for name, value in cookies]
        )
        page.goto(f"/{self.code}")
        return self.live(page)

    def console(self, **options) -> Page:
        """The lead's console, signed in by its one-time link."""
        page = self.open(**CONSOLE | options)
        page.goto(f"/enter/{self.tokens['lead']}")
        page.get_by_role("button", name="Sign in here").click()
        return self.live(page) if options.get("java_script_enabled", True) else page

    def projector(self, **options) -> Page:
        page = self.open(**PROJECTOR | options)
        page.goto(f"/enter/{self.tokens['projector']}")
        return self.live(page)

    def pad(self, table: int = 1, **options) -> Page:
        page = self.open(**PAD | options)
        page.goto(f"/enter/{self.tokens[f'table {table}']}")
        return self.live(page)

    @staticmethod
    def live(page: Page) -> Page:
        """Wait until this page holds its socket."""
        expect(page.locator("html")).to_have_attribute("data-connection", "live")
        return page

    @staticmethod
    def next_step(console: Page, words: str) -> None:
        """Press the console's one obvious button, too late to be taken for a double press (twice.js)."""
        console.wait_for_timeout(750)
        console.locator("#next-step", has_text=words).click()

    def close(self) -> None:
        """Close every browser; anything unexpected that was reported fails the test."""
        for context in self.contexts:
            context.close()
        unexpected = [f for f in self.faults if not any(re.search(p, f) for p in self.expected)]
        assert not unexpected, "\n".join(unexpected)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        where = urlsplit(request.url)
        if where.scheme in ("http", "https", "ws", "wss") and where.netloc != urlsplit(self.base_url).netloc:
            self.faults.append(f"another host was asked: {request.url}")  # R103


@pytest.fixture
def browsers(browser: Browser, room: Room) -> Iterator[Browsers]:
    """Browsers for the people of a fresh workshop."""
    opened = Browsers(browser, room.base_url, room.code, room.tokens)
    yield opened
    opened.close()
