"""How long from a tap to "received", and to the projector, when a room of 300 votes within five seconds?"""

import asyncio
import random
import re
import time
from statistics import median

from scripts.bench_parts import world as worlds
from scripts.bench_parts.machine import load, percentile, percentiles
from scripts.bench_parts.posts import Answer, Load, ballot
from scripts.bench_parts.report import Figure, Report
from scripts.bench_parts.screen import Screen

PHONES = 300
WITHIN = 5.0  # seconds in which all vote
RECEIVED, SHOWN = (
    500.0,
    1000.0,
)  # milliseconds: p95 of "received"; the projector after the last tap's answer (R51)


class Projector:
    """Notes when it showed how many ballots."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, float]] = []

    def heard(self, _: Screen, message: dict, at: float) -> None:
        if count := turnout(message.get("content", "")):
            self.shown.append((count, at))

    def reached(self, count: int) -> float:
        """When it first showed at least so many; infinity if it never did."""
        return next((at for shown, at in self.shown if shown >= count), float("inf"))


def turnout(content: str) -> int | None:
    """The number of ballots in a turnout region, None where there is none."""
    region = re.search(r'<hx-partial hx-target="#turnout".*?</hx-partial>', content, re.DOTALL)
    found = re.search(r'turnout__figure">(\d+)<', region[0]) if region else None
    return int(found[1]) if found else None


def measure(report: Report, runs: int) -> None:
    """Print tap to received and tap to projector, pooled over the runs, and the worst run's last ballot."""
    state, world = load(), worlds.prepare(0)
    received: list[float] = []
    shown: list[float] = []
    after_last: list[float] = []
    server = worlds.Server(world)
    try:
        console = worlds.Console(server)
        console.move_to("vote")
        world.people = [join(server, n) for n in range(PHONES)]
        for _ in range(runs):
            answers, projector = asyncio.run(_run(server, console))
            received += [(answer.at - answer.due) * 1000 for answer in answers]
            shown += lateness(answers, projector)
            after_last.append((projector.reached(len(answers)) - max(a.at for a in answers)) * 1000)
    finally:
        server.stop()
        world.discard()
    report.note(f"room: {PHONES} phones on sockets and a projector, votes within {WITHIN:.0f} s; {state}")
    _tell(report, received, shown, after_last)


def _tell(report: Report, received: list[float], shown: list[float], after_last: list[float]) -> None:
    quick = percentile(received, 95) <= RECEIVED
    report.figure(
        Figure(
            "room: tap to “received”, ms, p50 / p95 / p99",
            percentiles(received),
            f"R51: p95 ≤ {RECEIVED:.0f}",
            f"p95 ≤ {RECEIVED:.0f}",
            quick,
        )
    )
    report.figure(Figure("room: tap to projector, ms, p50 / p95 / p99", percentiles(shown), "—", "—", None))
    right = max(after_last) <= SHOWN
    report.figure(
        Figure(
            "room: projector right after the last “received”, ms, median and worst",
            f"{median(after_last):.0f} / {max(after_last):.0f}",
            f"R51: ≤ {SHOWN:.0f}",
            f"≤ {SHOWN:.0f}",
            right,
        )
    )


def lateness(answers: list[Answer], projector: Projector) -> list[float]:
    """Tap to projector in milliseconds: the k-th ballot in order of its answer shows with a count of k."""
    ordered = sorted(answers, key=lambda answer: answer.at)
    return [(projector.reached(count) - answer.due) * 1000 for count, answer in enumerate(ordered, 1)]


def join(server: worlds.Server, number: int) -> tuple[int, str]:
    """A person joins through the form; returns an id of no use here, and their cookie."""
    browser = worlds.Browser(server.port)
    browser.post(f"/{server.world.code}/participants", name=f"Person {number}", table=number % 8 + 1)
    return 0, f"me={browser.cookies['me']}"


async def _run(server: worlds.Server, console: worlds.Console) -> tuple[list[Answer], Projector]:
    code, projector = server.world.code, Projector()
    beamer = server.enter("projector")
    screens = [await Screen.connect(server.port, f"{beamer.location}/live", beamer.cookie, projector.heard)]
    for _, cookie in server.world.people:
        screens.append(await Screen.connect(server.port, f"/{code}/phone/live", cookie, lambda *_: None))
    vote, options = await asyncio.to_thread(console.open_vote)
    await asyncio.sleep(1.0)
    projector.shown.clear()  # it may have shown the vote before
    cookies = [cookie for _, cookie in server.world.people]
    taps = [
        ballot(code, vote, {"option": random.choice(options)}, cookie, n) for n, cookie in enumerate(cookies)
    ]
    answers = await Taps(taps, WITHIN).run(server.port)
    await asyncio.sleep(1.5)
    await asyncio.to_thread(console.close_vote, vote)
    for screen in screens:
        screen.close()
    if {answer.status for answer in answers} != {200} or len(answers) != PHONES:
        raise SystemExit(
            f"{len(answers)} of {PHONES} votes were answered: {sorted({a.status for a in answers})}"
        )
    return answers, projector


class Taps(Load):
    """Each request at its own random moment."""

    def __init__(self, requests: list[bytes], seconds: float) -> None:
        super().__init__(requests, seconds, rate=1.0)
        self.moments = sorted(random.uniform(0, seconds) for _ in requests)

    async def _by_the_clock(self) -> None:
        for moment in self.moments:
            await asyncio.sleep(max(0.0, self.began + moment - time.monotonic()))
            number, request = next(self.requests)
            self._put(number, self.began + moment, request)
            self.sent += 1
