"""After a kill -9 and a restart, how long until the last of 1,000 phones has its regions again?

The phones do what live.js does: back-off of 1 to 5 s with jitter, polling from the second failure on, the
socket tried again 4 s after the first poll that worked.
"""

import asyncio
import random
import time
from statistics import median

from scripts.bench_parts import world as worlds
from scripts.bench_parts.machine import load, spread
from scripts.bench_parts.report import Figure, Report
from scripts.bench_parts.screen import Screen

PHONES = 1_000
DOWN = 3.0  # seconds between the kill and the restart
LIMIT = 10.0
PATIENCE = 60.0
RUNS = 3


class Phone:
    """A screen that comes back by itself."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        self.port, self.path, self.cookie = port, path, cookie
        self.failures = 0
        self.shown = 0.0
        self.polling = False
        self.screen: Screen | None = None
        self.tasks: list[asyncio.Task] = []

    async def connect(self) -> None:
        try:
            self.screen = await Screen.connect(
                self.port, f"{self.path}/live", self.cookie, self._heard, self._gone
            )
        except OSError:
            self._gone(None)

    def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        if self.screen is not None:
            self.screen.gone = lambda _: None
            self.screen.close()

    def _heard(self, _: Screen, message: dict, at: float) -> None:
        self.failures, self.polling = 0, False
        if "content" in message:
            self.shown = at

    def _gone(self, _: Screen | None) -> None:
        self.failures += 1
        step = min(5.0, 2.0 ** (self.failures - 1)) * random.uniform(0.3, 1.0)
        self._soon(step, self.connect)
        if self.failures == 2:
            self.polling = True
            self._soon(0.0, self._poll)

    def _soon(self, seconds: float, work) -> None:  # type: ignore[no-untyped-def]
        async def later() -> None:
            await asyncio.sleep(seconds)
            await work()

        self.tasks.append(asyncio.create_task(later()))

    async def _poll(self) -> None:
        """As often as live.js polls; what it brings is not counted as being back, the load is."""
        while self.polling:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                head = f"GET {self.path}/regions?v=0 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                writer.write(f"{head}Cookie: {self.cookie}\r\nHX-Request: true\r\n\r\n".encode())
                await reader.read()
                writer.close()
            except OSError:
                pass
            await asyncio.sleep(3.0 * random.uniform(0.8, 1.2))


def measure(report: Report, runs: int) -> None:
    """Print the seconds from listening again to the last phone."""
    state, world = load(), worlds.prepare(PHONES)
    try:
        seen = [asyncio.run(_run(world)) for _ in range(min(runs, RUNS))]
    finally:
        world.discard()
    last, most = [pair[0] for pair in seen], [pair[1] for pair in seen]
    report.note(f"return: {PHONES} phones, server killed, {DOWN:.0f} s away; {state}")
    kept = median(last) <= LIMIT
    beside = f"95 % after {spread(most)}"
    report.figure(
        Figure(
            "return: last phone has its regions, s after listening",
            spread(last),
            beside,
            f"≤ {LIMIT:.0f}",
            kept,
        )
    )


async def _run(world: worlds.World) -> tuple[float, float]:
    server = await asyncio.to_thread(worlds.Server, world)
    phones = [Phone(server.port, f"/{world.code}/phone", cookie) for _, cookie in world.people]
    try:
        await asyncio.to_thread(lambda: worlds.Console(server).move_to("table"))
        for phone in phones:
            await phone.connect()
        await _all_shown(phones, 0.0)
        await asyncio.sleep(3.0)
        server.kill()
        killed = time.monotonic()
        await asyncio.sleep(DOWN)
        server = await asyncio.to_thread(worlds.Server, world, False, server.port)
        await _all_shown(phones, killed)
        back = sorted(phone.shown - server.listening_at for phone in phones)
        return back[-1], back[int(len(back) * 0.95) - 1]
    finally:
        for phone in phones:
            phone.end()
        await asyncio.to_thread(server.stop)


async def _all_shown(phones: list[Phone], since: float) -> None:
    deadline = time.monotonic() + PATIENCE
    while any(phone.shown <= since for phone in phones):
        if time.monotonic() > deadline:
            missing = sum(phone.shown <= since for phone in phones)
            raise SystemExit(f"{missing} of {len(phones)} phones had no regions after {PATIENCE:.0f} s.")
        await asyncio.sleep(0.02)
