"""How many bytes does a phone's first page take, and an hour in which nothing happens?

A Chromium with an empty cache goes through a proxy that counts what passes: requests, answers, their headers
and the websocket's frames.
"""

import asyncio
import math
import shutil
from dataclasses import dataclass

from playwright.async_api import Browser, Page, async_playwright

from scripts.bench_parts import world as worlds
from scripts.bench_parts.machine import load
from scripts.bench_parts.report import Figure, Report

FIRST_PAGE, IDLE_HOUR = 60.0, 100.0  # kB at most
WATCHED = 30.0  # seconds of the idle hour; six heartbeats
SEGMENT, HEADERS = 1448, 52  # bytes of payload in a segment; of IP and TCP headers, the acknowledgement's too
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "en-GB"}
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
JOIN = "form[action$='/participants'] button:not([type=button])"


@dataclass
class Proxy:
    """Passes bytes on to a port, and counts them and the segments they take."""

    target: int
    port: int = 0
    payload: int = 0
    segments: int = 0

    async def start(self) -> None:
        server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    def reset(self) -> None:
        self.payload = self.segments = 0

    @property
    def on_the_wire(self) -> int:
        """Payload, headers of its segments, and an acknowledgement for each."""
        return self.payload + 2 * HEADERS * self.segments

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(
            self._count(reader, onward[1]), self._count(onward[0], writer), return_exceptions=True
        )

    async def _count(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            self.payload += len(data)
            self.segments += math.ceil(len(data) / SEGMENT)
            writer.write(data)
        writer.close()


def measure(report: Report) -> None:
    """Print the weight of joining, of the phone's page, and of an idle hour."""
    state, world = load(), worlds.prepare(0)
    server = worlds.Server(world)
    try:
        worlds.Console(server).move_to("table")
        join, journey, phone, idle = asyncio.run(_browse(world, server.port))
    finally:
        server.stop()
        world.discard()
    report.note(f"weight: Chromium with an empty cache, both directions with headers; {state}")
    _tell(report, "weight: first page (the way to join), kB", join, FIRST_PAGE)
    _tell(report, "weight: the phone's page, opened first, kB", phone, FIRST_PAGE)
    report.figure(
        Figure("weight: from the code to the phone's page, joining, kB", f"{journey:.1f}", "—", "—", None)
    )
    _tell(report, f"weight: an idle hour, kB ({WATCHED:.0f} s watched)", idle, IDLE_HOUR)


def _tell(report: Report, what: str, kilobytes: float, most: float) -> None:
    report.figure(Figure(what, f"{kilobytes:.1f}", "—", f"≤ {most:.0f}", kilobytes <= most))


async def _browse(world: worlds.World, port: int) -> tuple[float, float, float, float]:
    proxy = Proxy(port)
    await proxy.start()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        address = f"http://127.0.0.1:{proxy.port}/{world.code}"
        page, join = await _opened(browser, proxy, address, None)
        await page.locator(JOIN).first.click()
        await page.wait_for_selector("html[data-connection=live]")
        journey = proxy.payload / 1000
        cookies = await page.context.cookies()
        await page.context.close()
        page, phone = await _opened(browser, proxy, address, cookies)
        await page.wait_for_selector("html[data-connection=live]")
        phone = proxy.payload / 1000
        await asyncio.sleep(3.0)
        proxy.reset()
        await asyncio.sleep(WATCHED)
        idle = proxy.on_the_wire * 3600 / WATCHED / 1000
        await browser.close()
    return join, journey, phone, idle


async def _opened(browser: Browser, proxy: Proxy, address: str, cookies: list | None) -> tuple[Page, float]:
    """A page in a fresh browser, and the kilobytes until it was complete."""
    context = await browser.new_context(**PHONE)
    if cookies:
        await context.add_cookies(cookies)
    page = await context.new_page()
    proxy.reset()
    await page.goto(address, wait_until="load")
    await asyncio.sleep(1.5)
    return page, proxy.payload / 1000
