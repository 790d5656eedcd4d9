"""One open page of a simulated person: loaded, then kept up to date by its websocket as live.js does."""

import asyncio
import json
import random
import re
import time
from collections.abc import Callable
from typing import TypeVar

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from scripts.rehearsal.browser import NETWORK, PATIENCE, Browser
from scripts.rehearsal.markup import Page
from scripts.rehearsal.outbox import Ledger, Outbox

T = TypeVar("T")

SILENCE = 9.5  # seconds; heartbeats come every five
FINAL = {4000: "over", 4001: "moved", 4401: "not signed in any more"}
PARTIAL = re.compile(r'<hx-partial hx-target="#([\w-]+)"[^>]*>(.*?)</hx-partial>', re.S)


class Stuck(Exception):
    """The day cannot go on; the sentence says what a simulated person was waiting for."""


class Screen:
    """`regions` is the newest HTML by name; `came` hears each of them with the time it arrived."""

    def __init__(self, browser: Browser, outbox: Outbox, ledger: Ledger) -> None:
        self.browser, self.outbox, self.ledger = browser, outbox, ledger
        self.came: Callable[[str, str, float], None] | None = None
        self.regions: dict[str, str] = {}
        self.socket, self.crowd = "", 0
        self._changed = asyncio.Event()

    async def load(self, path: str, face: str = "") -> Page:
        """Open a page, again where it does not come; one without the rehearsal banner is a fault."""
        for wait in (0.5, 1, 2, 4, None):
            try:
                answer = await self.browser.get(path)
            except NETWORK:
                why, self.ledger.errors = "no answer", self.ledger.errors + 1
            else:
                if answer.status == 200:
                    return self._opened(Page(answer.text), path, face)
                why = f"answer {answer.status}"
            if wait is not None:
                await asyncio.sleep(wait)
        raise Stuck(f"The {face or 'joining'} page {path} did not open ({why}).")

    async def follow(self) -> None:
        """Keep the page's socket, for as long as the server wants it."""
        failures = 0
        while True:
            heard, code = await self._listen()
            if code in FINAL:
                self.ledger.fault(f"The server ended a screen: {FINAL[code]}.")
                return
            failures = 1 if heard else failures + 1
            self.ledger.reconnected += 1
            await asyncio.sleep(min(5.0, 2.0 ** (failures - 1)) * random.uniform(0.3, 1))

    async def until(self, look: Callable[[], T | None], what: str = "", patience: float | None = None) -> T:
        """Wait until `look()` finds something in the regions. Raises Stuck after `patience` seconds."""
        try:
            async with asyncio.timeout(patience):
                while not (found := look()):
                    self._changed.clear()
                    await self._changed.wait()
                return found
        except TimeoutError:
            raise Stuck(f"{what} did not appear within {patience:.0f} seconds.") from None

    def _opened(self, page: Page, path: str, face: str) -> Page:
        if face and page.first("data-screen") != face:
            self.ledger.fault(f"The page {path} is not the {face}.")
        if not any("data-rehearsal" in attributes for _, attributes in page.tags):
            self.ledger.fault(f"The {face or 'joining'} page does not say that this is a rehearsal.")
        self.socket = page.first("hx-ws:connect").partition("?")[0]  # without its version: all regions come
        if page.first("data-now"):
            self.outbox.hear(float(page.first("data-now")))
        return page

    async def _listen(self) -> tuple[bool, int | None]:
        address = self.browser.origin.replace("http", "ws", 1) + self.socket
        headers, heard, socket = {"Cookie": self.browser.cookie}, False, None
        try:
            async with connect(
                address,
                origin=self.browser.origin,  # type: ignore[arg-type]
                additional_headers=headers,
                open_timeout=PATIENCE,
                ping_interval=None,
                max_size=None,
                proxy=None,
            ) as socket:
                while True:
                    async with asyncio.timeout(SILENCE):
                        frame = await socket.recv()
                    heard = True
                    self._take(str(frame))
        except (*NETWORK, WebSocketException):
            return heard, socket.close_code if socket else None

    def _take(self, frame: str) -> None:
        now, message = time.perf_counter(), json.loads(frame)
        if "hb" in message:
            self.outbox.hear(message["hb"])
        self.crowd = message.get("crowd", self.crowd)
        for name, html in PARTIAL.findall(message.get("content", "")):
            self.regions[name] = html
            if self.came is not None:
                self.came(name, html, now)
        self._changed.set()
