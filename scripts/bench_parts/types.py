"""What does a ballot of each type cost, beside a single choice; and its result, queried and drawn?

Every type is voted on by the same people on the same server in turns, through their own form fields. The
result is drawn for the projector as a push draws it, in this process, from the file the server wrote.
"""

import random
import time
from statistics import median

from app.domain.votes.life import votes
from app.domain.votes.types import registry
from app.domain.who import Who
from app.domain.workshops import versions, workshops
from app.live import catalogue
from app.live.view import Audience
from app.settings import settings
from app.storage.database import database
from scripts.bench_parts import world as worlds
from scripts.bench_parts.forms import answer, fields, question_of
from scripts.bench_parts.ingest import accepted
from scripts.bench_parts.machine import load, spread
from scripts.bench_parts.posts import Posting, ballot
from scripts.bench_parts.report import Figure, Report

PEOPLE, VOTERS = 4_000, 1_000
SECONDS = 2.0
DEARER, SLOWER = 2.0, 5.0  # at most, than a single choice: a ballot, and a grid's result
DRAWINGS = 20


def measure(report: Report, runs: int) -> None:
    """Print what each type costs beside a single choice."""
    world = worlds.prepare(PEOPLE)
    try:
        state = load()
        cost, results = _vote(world, runs)
        report.note(f"types: {PEOPLE} people, first ballots as fast as they are answered; {state}")
        for kind, seen in cost.items():
            times = median(a / b for a, b in zip(seen, cost["single"], strict=True))
            report.figure(
                Figure(
                    f"a {kind} ballot: server CPU, µs",
                    spread(seen, 0),
                    f"{times:.2f} × a single choice",
                    f"≤ {DEARER:.0f} ×",
                    times <= DEARER,
                )
            )
        _draw(report, world, results)
    finally:
        world.discard()


def _vote(world: worlds.World, runs: int) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Microseconds of CPU per ballot by type and run; and of each type a revealed vote of VOTERS people."""
    kinds = [kind for kind in registry.names() if kind != "single"]
    cost: dict[str, list[float]] = {kind: [] for kind in ["single", *kinds]}
    shown: dict[str, int] = {}
    server = worlds.Server(world)
    try:
        console = worlds.Console(server)
        console.move_to("vote")
        for run in range(runs + 1):
            for kind in cost:
                vote = console.open_vote(fields(kind))[0]
                people = world.people if run < runs else world.people[:VOTERS]
                spent = _cast(world, server, vote, people)
                console.close_vote(vote)
                if run < runs:
                    cost[kind].append(spent)
                else:
                    console.post(f"{console.base}/votes/{vote}/reveal")
                    shown[kind] = vote
    finally:
        server.stop()
    return cost, shown


def _cast(world: worlds.World, server: worlds.Server, vote: int, people: list[tuple[int, str]]) -> float:
    chance, question = random.Random(vote), question_of(world, vote)
    requests = [ballot(world.code, vote, answer(question, chance), me, n) for n, (_, me) in enumerate(people)]
    before = server.cpu()
    answers = accepted(
        Posting(server.port, requests, SECONDS if len(people) > VOTERS else 2 * SECONDS).answers()
    )
    return (server.cpu() - before) / len(answers) * 1e6


def _draw(report: Report, world: worlds.World, shown: dict[str, int]) -> None:
    settings.cache_clear()
    database.connect(settings().database_url, before_commit=versions.raise_versions)
    try:
        took = {kind: _drawn(world, vote) for kind, vote in shown.items()}
    finally:
        database.disconnect()
    for kind, seen in took.items():
        times = median(seen) / median(took["single"])
        kept = (times <= SLOWER) if kind == "grid" else None
        report.figure(
            Figure(
                f"the result of a {kind} vote with {VOTERS} voters, queried and drawn, ms",
                spread(seen),
                f"{times:.1f} × a single choice",
                f"≤ {SLOWER:.0f} ×" if kind == "grid" else "—",
                kept,
            )
        )


def _drawn(world: worlds.World, vote: int) -> list[float]:
    workshop = database.read_now(workshops.by_code, world.code)
    assert workshop is not None, "prepared above"
    database.write_now(votes.stage, Who(workshop.id, world.code, "lead"), vote, True)
    link = int(world.rows("SELECT id FROM projector")[0][0])
    seen, took = Audience(workshop.id, "projector", "en", link), []
    for _ in range(DRAWINGS):
        began = time.perf_counter()
        drawn = database.read_now(catalogue.drawing, seen, frozenset({"votes"}))
        took.append((time.perf_counter() - began) * 1000)
        assert 'id="tally"' in drawn.regions["tally"]
        assert "hidden" not in drawn.regions["tally"][:60], "nothing was drawn"
    return took[1:]
