"""Everybody's browsers beside the real server: a context of their own for each, and a test fails if any page
reported an error, broke the content security policy or asked another host for something."""

import re
import shutil
import time
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from tests.cast.people import Person

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
CONSOLE = {"viewport": {"width": 1440, "height": 900}}
PROJECTOR = {"viewport": {"width": 1920, "height": 1080}}
PAD = {"viewport": {"width": 1280, "height": 800}}

# The system's browser; nothing is downloaded. The whole Chromium makes a window for each context, which takes
# six times as long as the context.
CHROMIUM = {
    "executable_path": shutil.which("chromium-headless-shell") or shutil.which("chromium"),
    "args": ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"],
}

PATIENCE = 60_000  # milliseconds; nothing is measured by it
expect.set_options(timeout=PATIENCE)

TWICE = 0.75  # seconds; within them a second press of the next step is a double press (twice.js)


class Browsers:
    """Opens faces; each is one person's browser with cookies and storage of its own."""

    def __init__(self, browser: Browser, base_url: str, code: str, tokens: dict[str, str]) -> None:
        self.browser, self.base_url, self.code, self.tokens = browser, base_url, code, tokens
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []
        self.expected: list[str] = []
        self.pressed = 0.0

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
        """The phone of somebody who has joined."""
        page = self.open(**PHONE, **options)
        self._post(page, f"/{self.code}/participants", {"name": name, "table": str(table), "language": "en"})
        page.goto(f"/{self.code}")
        return self.live(page) if live else page

    def join_by_form(self, name: str = "", table: int = 1, **options) -> Page:
        """The phone of somebody who opens the address, reads it and joins."""
        page = self.open(**PHONE, **options)
        page.goto(f"/{self.code}")
        page.get_by_label("Name (you may leave this empty)").fill(name)
        page.get_by_label("Your table").select_option(str(table))
        page.get_by_role("button", name="Join the workshop").click()
        return page

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
        """The lead's console, signed in."""
        page = self.open(**CONSOLE | options)
        page.goto(self._post(page, f"/enter/{self.tokens['lead']}", {}))
        return self.live(page) if options.get("java_script_enabled", True) else page

    def sign_in_by_link(self, **options) -> Page:
        """The console of a lead who follows the one-time link."""
        page = self.open(**CONSOLE | options)
        page.goto(f"/enter/{self.tokens['lead']}")
        page.get_by_role("button", name="Sign in here").click()
        return page

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

    def next_step(self, console: Page, words: str) -> None:
        """Press the console's one obvious button, too late to be taken for a double press."""
        step = console.locator("#next-step", has_text=words)
        expect(step).to_be_visible()
        console.wait_for_timeout(max(0, 1000 * (self.pressed + TWICE - time.monotonic())))
        step.click()
        self.pressed = time.monotonic()

    def close(self) -> None:
        """Close every browser; anything unexpected that was reported fails the test."""
        for context in self.contexts:
            context.close()
        unexpected = [f for f in self.faults if not any(re.search(p, f) for p in self.expected)]
        assert not unexpected, "\n".join(unexpected)

    def _post(self, page: Page, path: str, form: dict[str, str]) -> str:
        """Send a form as this browser, which keeps the cookies of the answer; returns where it leads."""
        answer = page.request.post(path, form=form, headers={"Origin": self.base_url}, max_redirects=0)
        assert answer.status == 303, answer.text()
        return answer.headers["location"]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        where = urlsplit(request.url)
        if where.scheme in ("http", "https", "ws", "wss") and where.netloc != urlsplit(self.base_url).netloc:
            self.faults.append(f"another host was asked: {request.url}")  # R103
