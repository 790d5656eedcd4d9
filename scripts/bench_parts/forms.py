"""Votes of every type as forms: what the organiser writes, and what a phone sends."""

import random
from collections.abc import Callable

from app.domain.votes.types.question import Choice, Question
from scripts.bench_parts import world as worlds

# How many options are written; six of all other types.
OPTIONS = {
    "grid": 2,
    "gradients": 0,
    "comfort": 0,
    "yes_no": 0,
    "estimate": 0,
    "text": 0,
}
CRITERIA = 5
SETTINGS = {
    "dots": {"most": 3},
    "points": {"most": 100},
    "rank": {"most": 3},
    "estimate": {"lowest": 0, "highest": 1000},
}


def answer(question: Question, chance: random.Random) -> dict[str, object]:
    """The fields of somebody's ballot, as a phone sends them."""
    ids = [option.id for option in question.options]
    drawn: dict[str, Callable[[], dict[str, object]]] = {
        "multiple": lambda: {f"pick_{i}": 1 for i in chance.sample(ids, chance.randint(1, len(ids)))},
        "dots": lambda: _spent(chance.choices(ids, k=question.most or 3)),
        "points": lambda: _spent(chance.choices(ids, k=question.most or 100)),
        "rank": lambda: {f"place_{n}": i for n, i in enumerate(chance.sample(ids, question.most or 3), 1)},
        "grid": lambda: {
            f"rate_{i}_{criterion.id}": chance.choice(["1", "2", "3", "4", "5", "dk"])
            for i in ids
            for criterion in question.criteria
        },
        "estimate": lambda: {"value": chance.randint(0, 1000)},
        "text": lambda: {"text": f"What matters is number {chance.randint(1, 10**6)}"},
    }
    return drawn.get(question.type, lambda: {"option": chance.choice(ids)})()


def _spent(chosen: list[int]) -> dict[str, object]:
    return {f"n_{i}": chosen.count(i) for i in set(chosen)}


def fields(kind: str) -> dict[str, object]:
    """The organiser's form for a vote of this type."""
    form: dict[str, object] = {"type": kind, "question_en": f"A {kind} vote?", **SETTINGS.get(kind, {})}
    form |= {f"option_en_{n}": f"Option {n}" for n in range(1, OPTIONS.get(kind, 6) + 1)}
    if kind == "grid":
        form |= {f"criterion_en_{n}": f"Criterion {n}" for n in range(1, CRITERIA + 1)}
    return form


def question_of(world: worlds.World, vote: int) -> Question:
    """What a vote asks, looked up from outside."""
    rows = world.rows(
        "SELECT id, position, label_en, label_cy, meaning, axis FROM option"
        " WHERE vote_id = ? ORDER BY position",
        vote,
    )
    kind, most = world.rows("SELECT type, most FROM vote WHERE id = ?", vote)[0]
    choices: dict[str, list[Choice]] = {"option": [], "criterion": []}
    for *columns, axis in rows:
        choices[axis].append(Choice(*columns))
    return Question(kind, choices["option"], choices["criterion"], most=most)
