"""How long from a tap to "received", and to the projector, when a room of 300 votes within five seconds, in
a vote of each type?"""

import asyncio
import random
import re
import time
from dataclasses import dataclass
from statistics import median

from app.domain.votes.types import registry
from scripts.bench_parts import forms
from scripts.bench_parts import world as worlds
from scripts.bench_parts.machine import load, percentile, percentiles
from scripts.bench_parts.posts import Answer, Load, ballot
from scripts.bench_parts.report import Figure, Report
from scripts.bench_parts.screen import Screen

PHONES = 300
WITHIN = 5.0  # seconds in which all vote
OTHERS = 2  # runs of each type but the single choice
RECEIVED = 500.0  # milliseconds: p95 of "received" (R51)
SHOWN = 1000.0  # milliseconds: the projector after the last tap's answer (R51)


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
    """Print of each type tap to received and tap to projector, pooled over the runs, and the worst run's last
    ballot."""
    state, world = load(), worlds.prepare(0)
    server = worlds.Server(world)
    try:
        console = worlds.Console(server)
        console.move_to("vote")
        world.people = [join(server, n) for n in range(PHONES)]
        report.note(f"room: {PHONES} phones on sockets and a projector, votes within {WITHIN:.0f} s; {state}")
        for kind in ("single", *(each for each in registry.names() if each != "single")):
            _tell(report, kind, [_seen(server, console, kind) for _ in range(_runs(kind, runs))])
    finally:
        server.stop()
        world.discard()


def _runs(kind: str, runs: int) -> int:
    return runs if kind == "single" else min(runs, OTHERS)


@dataclass(frozen=True)
class Seen:
    """Milliseconds from each tap to "received" and to the projector; from the last "received" to the
    projector."""

    received: list[float]
    shown: list[float]
    after_last: float


def _seen(server: worlds.Server, console: worlds.Console, kind: str) -> Seen:
    answers, projector = asyncio.run(_run(server, console, kind))
    after_last = projector.reached(len(answers)) - max(answer.at for answer in answers)
    received = [(answer.at - answer.due) * 1000 for answer in answers]
    return Seen(received, lateness(answers, projector), after_last * 1000)


def _tell(report: Report, kind: str, runs: list[Seen]) -> None:
    received = [each for run in runs for each in run.received]
    shown = [each for run in runs for each in run.shown]
    after_last = [run.after_last for run in runs]
    for what, seen, contract, kept in (
        (
            "tap to “received”",
            percentiles(received),
            f"p95 ≤ {RECEIVED:.0f}",
            percentile(received, 95) <= RECEIVED,
        ),
        ("tap to projector", percentiles(shown), "—", None),
        (
            "projector right after the last “received”, median / worst",
            f"{median(after_last):.0f} / {max(after_last):.0f}",
            f"≤ {SHOWN:.0f}",
            max(after_last) <= SHOWN,
        ),
    ):
        report.figure(Figure(f"room, {kind}: {what}, ms", seen, "R51", contract, kept))


def lateness(answers: list[Answer], projector: Projector) -> list[float]:
    """Tap to projector in milliseconds: the k-th ballot in order of its answer shows with a count of k."""
    ordered = sorted(answers, key=lambda answer: answer.at)
    return [(projector.reached(count) - answer.due) * 1000 for count, answer in enumerate(ordered, 1)]


def join(server: worlds.Server, number: int) -> tuple[int, str]:
    """A person joins through the form; returns an id of no use here, and their cookie."""
    browser = worlds.Browser(server.port)
    browser.post(f"/{server.world.code}/participants", name=f"Person {number}", table=number % 8 + 1)
    return 0, f"me={browser.cookies['me']}"


async def _run(server: worlds.Server, console: worlds.Console, kind: str) -> tuple[list[Answer], Projector]:
    code, projector = server.world.code, Projector()
    beamer = server.enter("projector")
    screens = [await Screen.connect(server.port, f"{beamer.location}/live", beamer.cookie, projector.heard)]
    for _, cookie in server.world.people:
        screens.append(await Screen.connect(server.port, f"/{code}/phone/live", cookie, lambda *_: None))
    vote, _ = await asyncio.to_thread(console.open_vote, forms.fields(kind))
    await asyncio.sleep(1.0)
    projector.shown.clear()  # it may have shown the vote before
    question = forms.question_of(server.world, vote)
    taps = [
        ballot(code, vote, forms.answer(question, random.Random(n)), cookie, n)
        for n, (_, cookie) in enumerate(server.world.people)
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
