"""What does it cost the server to show one change to every phone, and when has the last one seen it?

The real application, its own route, drawing and all, beside nginx + nchan publishing the same bytes and
FastAPI's `send_text` in a loop. All three hold their phones at the same time and take turns. What a request
and its commit cost when nobody watches belongs to the change, not to its delivery: it is measured first, the
same changes with no phone connected, and taken off (for nchan and the loop: publishing to nobody).
"""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from scripts.bench_parts import world as worlds
from scripts.bench_parts.crowd import Crowd
from scripts.bench_parts.loop_app import Loop
from scripts.bench_parts.machine import Served, load, most_files, spread
from scripts.bench_parts.nchan import Nchan
from scripts.bench_parts.report import Figure, Report

RATIO = 1.2  # at most, to nchan
PUSHES = {1_000: 8}  # changes in one run; fewer for more phones
FEW = 4
UNWATCHED = 20  # changes without a phone
IDLE = 0.5  # seconds in which a server at rest is watched before each run
SETTLING = 4.0
PATIENCE = 60.0


@dataclass
class Contender:
    """A server, its phones, and how it is told to show something new."""

    name: str
    server: Served
    crowd: Crowd
    push: Callable[[int], None]
    beats: bool = False
    change: float = 0.0  # seconds of CPU for a change that nobody watches: request and commit, no drawing
    cost: list[float] = field(default_factory=list)  # microseconds of CPU per delivery
    whole: list[float] = field(default_factory=list)  # the same with the request and its commit
    last: list[float] = field(default_factory=list)  # milliseconds until the last arrival

    def run(self, pushes: int) -> None:
        """Push so often, one after the other, and note cost and lateness."""
        if self.beats:  # right after a heartbeat there is none for five seconds
            self.crowd.expect("beats")
            self.crowd.wait(PATIENCE)
            time.sleep(0.2)
        at_rest = self._at_rest()
        began, before, lasts = time.monotonic(), self.server.cpu(), []
        for number in range(pushes):
            took = self._push(number)
            lasts.append(took * 1000)
            time.sleep(max(0.15, 2.5 * took))
        used = self.server.cpu() - before - at_rest * (time.monotonic() - began)
        self.cost.append((used / pushes - self.change) / self.crowd.size * 1e6)
        self.whole.append(used / pushes / self.crowd.size * 1e6)
        self.last.append(median(lasts))

    def stop(self) -> None:
        self.crowd.end()
        self.server.stop()

    def _at_rest(self) -> float:
        before = self.server.cpu()
        time.sleep(IDLE)
        return (self.server.cpu() - before) / IDLE

    def _push(self, number: int) -> float:
        self.crowd.expect()
        began = time.monotonic()
        self.push(number)
        return self.crowd.wait(PATIENCE) - began


def measure(report: Report, sizes: list[int], regions: list[str], runs: int) -> None:
    """Print cost and lateness for each number of phones and each region ("now" is all an item says, "clock"
    a minute more), plain and deflated."""
    for size in sizes:
        if size + 200 > most_files():
            raise SystemExit(f"{size} phones need as many open files; this machine allows {most_files()}.")
        world = worlds.prepare(size)
        try:
            for region in regions:
                for deflate in (False, True):
                    _compare(report, world, size, region, deflate, runs)
        finally:
            world.discard()


def _compare(report: Report, world: worlds.World, size: int, region: str, deflate: bool, runs: int) -> None:
    state = load()
    contenders = [_ours(world, region, deflate)]
    try:
        wire, text = contenders[0].crowd.sample()
        contenders += [_nchan(world, size, deflate, text), _loop(world, size, deflate, text)]
        time.sleep(SETTLING)
        for _ in range(runs):
            for contender in contenders:
                contender.run(PUSHES.get(size, FEW))
        shown = ", ".join(f"{each.name} {each.server.memory() / size * 1024:.0f}" for each in contenders)
        agreed = f"; agreed: {contenders[0].crowd.extension()}" if deflate else ""
        report.note(
            f"fan-out of {region} to {size} phones, {len(text)} bytes of text, {wire} on the wire; {state};"
            f" resident kB per phone: {shown}{agreed}"
        )
    finally:
        for contender in contenders:
            contender.stop()
    _tell(report, contenders, f"fan-out of {region}, {size} phones, {'deflated' if deflate else 'plain'}")


def _tell(report: Report, contenders: list[Contender], where: str) -> None:
    ours, nchan, loop = contenders
    ratio = median(mine / theirs for mine, theirs in zip(ours.cost, nchan.cost, strict=True))
    beside = f"nchan {spread(nchan.cost)}, send_text {spread(loop.cost)}"
    mine = f"{spread(ours.cost)}; with request and commit ({ours.change * 1000:.1f} ms) {spread(ours.whole)}"
    report.figure(Figure(f"{where}: server CPU per delivery, µs", mine, beside, "—", None))
    report.figure(
        Figure(
            f"{where}: ratio to nchan",
            f"{ratio:.2f}",
            f"send_text {_over(loop, nchan)}",
            f"≤ {RATIO}",
            ratio <= RATIO,
        )
    )
    beside = f"nchan {spread(nchan.last)}, send_text {spread(loop.last)}"
    report.figure(Figure(f"{where}: last phone has it, ms", spread(ours.last), beside, "—", None))


def _over(one: Contender, other: Contender) -> str:
    return f"{median(a / b for a, b in zip(one.cost, other.cost, strict=True)):.2f}"


def _ours(world: worlds.World, region: str, deflate: bool) -> Contender:
    server = worlds.Server(world)
    try:
        console = worlds.Console(server)
        console.move_to("vote")

        def push(number: int) -> None:
            if region == "clock":
                console.add_minute(-1 if number % 2 else 1)
            else:
                console.retitle(2 + next(titles))

        titles = itertools.count()
        change = _unwatched(server, push)
        path, cookies = f"/{world.code}/phone/live", [cookie for _, cookie in world.people]
        crowd = Crowd(server.port, path, cookies, deflate)
        time.sleep(SETTLING)  # presence has been noted
        ours = Contender("ours", server, crowd, push, beats=True, change=change)
        ours._push(0)
        ours._push(1)
        return ours
    except BaseException:
        server.stop()
        raise


def _unwatched(server: Served, push: Callable[[int], None]) -> float:
    """Seconds of CPU for a change nobody watches; the first few warm up."""
    for number in range(UNWATCHED):
        push(number)
    time.sleep(IDLE)
    before = server.cpu()
    for number in range(UNWATCHED):
        push(number)
        time.sleep(0.15)
    return (server.cpu() - before) / UNWATCHED


def _nchan(world: worlds.World, size: int, deflate: bool, text: bytes) -> Contender:
    server = Nchan(world.folder, deflate)
    change = _unwatched(server, lambda _: server.publish(text))
    crowd = Crowd(server.port, "/sub", [""] * size, deflate, beating=False)
    return Contender("nchan", server, crowd, lambda _: server.publish(text), change=change)


def _loop(world: worlds.World, size: int, deflate: bool, text: bytes) -> Contender:
    server = Loop(world.folder, deflate)
    change = _unwatched(server, lambda _: server.publish(text))
    crowd = Crowd(server.port, "/sub", [""] * size, deflate, beating=False)
    return Contender("send_text", server, crowd, lambda _: server.publish(text), change=change)
