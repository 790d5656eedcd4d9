"""How many ballots a second are acknowledged after their commit, and is each of them there after a kill -9?

The yardstick is the same application with a writer that commits each ballot by itself, on a copy of the same
file. Every ballot is a POST of one of the room's people with their cookie, answered with their own partial.
"""

import sqlite3
import time
from dataclasses import dataclass, field
from statistics import median

from scripts.bench_parts import world as worlds
from scripts.bench_parts.machine import PERCENTS, load, percentile, spread
from scripts.bench_parts.posts import CLIENTS, Answer, Posting, ballot
from scripts.bench_parts.report import Figure, Report

PEOPLE = 8_000
SECONDS = 3.0
FASTER, CALMER = 2.5, 4.0  # at least, than committing each; at most a quarter of its p99
HOPED = 2_000


@dataclass
class Contender:
    """A server of one kind, and what was seen of it."""

    name: str
    world: worlds.World
    server: worlds.Server
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # microseconds per ballot
    late: dict[int, list[float]] = field(default_factory=dict)  # milliseconds by percentile, at half our rate

    def __post_init__(self) -> None:
        self.console = worlds.Console(self.server)
        self.console.move_to("vote")
        self.late = {percent: [] for percent in PERCENTS}

    def requests(self, vote: int, options: list[int]) -> list[bytes]:
        """A ballot of everybody."""
        code, people = self.world.code, self.world.people
        return [
            ballot(code, vote, {"option": options[n % 3]}, cookie, n) for n, (_, cookie) in enumerate(people)
        ]

    def at_most(self) -> None:
        """As fast as it goes."""
        vote, options = self.console.open_vote()
        requests, before = self.requests(vote, options), self.server.cpu()
        answers = accepted(Posting(self.server.port, requests, SECONDS).answers())
        self.rates.append(len(answers) / (max(a.at for a in answers) - min(a.due for a in answers)))
        self.cpu.append((self.server.cpu() - before) / len(answers) * 1e6)
        self._check(vote, len(answers))

    def at(self, rate: float) -> None:
        """At a given rate, whether it keeps up or not."""
        vote, options = self.console.open_vote()
        answers = accepted(Posting(self.server.port, self.requests(vote, options), SECONDS, rate).answers())
        took = [(answer.at - answer.due) * 1000 for answer in answers]
        for percent in PERCENTS:
            self.late[percent].append(percentile(took, percent))
        self._check(vote, len(answers))

    def _check(self, vote: int, answered: int) -> None:
        stored = self.world.rows("SELECT count(*) FROM ballot WHERE vote_id = ?", vote)[0][0]
        if stored < answered:
            raise SystemExit(f"{answered} ballots were acknowledged, but only {stored} are stored.")
        self.console.close_vote(vote)


def measure(report: Report, runs: int) -> None:
    """Rate, lateness at half of it, and the kill."""
    world = worlds.prepare(PEOPLE)
    other = world.copy()
    try:
        _compare(report, world, other, runs)
        _kill(report, world)
    finally:
        world.discard()
        other.discard()


def _compare(report: Report, world: worlds.World, other: worlds.World, runs: int) -> None:
    state, servers = load(), [worlds.Server(world), worlds.Server(other, each_alone=True)]
    try:
        ours, alone = Contender("ours", world, servers[0]), Contender("each alone", other, servers[1])
        for _ in range(runs):
            ours.at_most()
            alone.at_most()
        half = median(ours.rates) / 2
        for _ in range(runs):
            ours.at(half)
            alone.at(half)
    finally:
        for server in servers:
            server.stop()
    report.note(f"ingest: {CLIENTS} clients, {PEOPLE} people, first ballots, synchronous=FULL; {state}")
    _tell(report, ours, alone, half)


def _tell(report: Report, ours: Contender, alone: Contender, half: float) -> None:
    faster = median(a / b for a, b in zip(ours.rates, alone.rates, strict=True))
    report.figure(
        Figure(
            "ingest: ballots/s acknowledged",
            spread(ours.rates, 0),
            f"a commit each {spread(alone.rates, 0)}; hoped for {HOPED}",
            "—",
            None,
        )
    )
    report.figure(
        Figure("ingest: server CPU per ballot, µs", spread(ours.cpu, 0), spread(alone.cpu, 0), "—", None)
    )
    report.figure(
        Figure(
            "ingest: times the rate of a commit each", f"{faster:.1f}", "1", f"≥ {FASTER}", faster >= FASTER
        )
    )
    mine, theirs = ({percent: median(seen) for percent, seen in each.late.items()} for each in (ours, alone))
    calm = mine[99] * CALMER <= theirs[99]
    report.figure(
        Figure(
            f"ingest at {half:.0f}/s: acknowledged after ms, p50 / p95 / p99",
            _three(mine),
            f"a commit each {_three(theirs)}",
            f"p99 ≤ 1/{CALMER:.0f}",
            calm,
        )
    )


def _three(late: dict[int, float]) -> str:
    return " / ".join(f"{late[percent]:.0f}" for percent in PERCENTS)


def _kill(report: Report, world: worlds.World) -> None:
    """End the server in the middle, and look for every ballot it acknowledged."""
    server = worlds.Server(world)
    try:
        console = worlds.Console(server)
        vote, options = console.open_vote()
        code, people = world.code, world.people
        requests = [
            ballot(code, vote, {"option": options[n % 3]}, cookie, n) for n, (_, cookie) in enumerate(people)
        ]
        posting = Posting(server.port, requests, SECONDS)
        time.sleep(SECONDS / 2)
        server.kill()
        acknowledged = accepted(posting.answers(), cut=True)
    finally:
        server.stop()
    lost = _lost(world, vote, options, acknowledged)
    report.figure(
        Figure(
            "ingest: acknowledged ballots missing after kill -9",
            str(lost),
            f"of {len(acknowledged)} acknowledged",
            "0",
            not lost and bool(acknowledged),
        )
    )


def _lost(world: worlds.World, vote: int, options: list[int], acknowledged: list[Answer]) -> int:
    query = (
        "SELECT voter_id, option_id FROM ballot JOIN answer ON answer.ballot_id = ballot.id"
        " WHERE ballot.vote_id = ?"
    )
    with sqlite3.connect(world.file) as connection:  # writing, so that the journal is recovered first
        stored = dict(connection.execute(query, (vote,)).fetchall())
    wanted = {world.people[answer.number][0]: options[answer.number % 3] for answer in acknowledged}
    return sum(stored.get(person) != option for person, option in wanted.items())


def accepted(answers: list[Answer], cut: bool = False) -> list[Answer]:
    """The answers, all of them ballots that were taken; ends the program otherwise."""
    bad = {answer.status for answer in answers if answer.status != 200}
    if bad or not answers:
        raise SystemExit(
            f"Ballots were answered {sorted(bad) or 'not at all'}{' before the kill' if cut else ''}."
        )
    return answers
