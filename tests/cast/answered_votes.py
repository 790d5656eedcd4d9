"""Votes of every type that three people have answered, and where a record has them."""

import re

from app.domain.votes.life import votes
from app.domain.votes.types import registry
from app.models import Vote

TYPES = registry.names()
WRITTEN = ("Bread", "Roses", "Tea")
SETTINGS = {
    "multiple": {"most": "2"},
    "dots": {"most": "3"},
    "points": {"most": "10"},
    "rank": {"most": "2"},
    "grid": {"criterion_en_1": "Purpose", "criterion_en_2": "Safeguards"},
    "estimate": {"decimals": "2", "lowest": "-20", "highest": "20", "measure_en": "miles"},
}
# What three people answer: {1}, {2} … stand for the ids of options, {c1}, {c2} for those of criteria.
LEVELS = [{"option": "{1}"}, {"option": "{1}"}, {"option": "{2}"}]
ANSWERS = {
    "single": LEVELS,
    "yes_no": LEVELS,
    "comfort": LEVELS,
    "gradients": LEVELS,
    "multiple": [{"pick_{1}": "1", "pick_{3}": "1"}, {"pick_{1}": "1"}, {"pick_{3}": "1"}],
    "dots": [{"n_{1}": "2", "n_{2}": "1"}, {"n_{1}": "3"}, {"n_{3}": "3"}],
    "points": [{"n_{1}": "4", "n_{2}": "6"}, {"n_{1}": "10"}, {"n_{3}": "10"}],
    "rank": [
        {"place_1": "{2}", "place_2": "{1}"},
        {"place_1": "{1}", "place_2": "{2}"},
        {"place_1": "{2}", "place_2": "{3}"},
    ],
    "grid": [
        {"rate_{1}_{c1}": "4", "rate_{1}_{c2}": "dk"},
        {"rate_{1}_{c1}": "5", "rate_{2}_{c2}": "1"},
        {"rate_{3}_{c1}": "dk"},
    ],
    "estimate": [{"value": "-12.50"}, {"value": "0"}, {"value": "3.25"}],
    "text": [{"text": "Secret thought"}, {"text": "Another"}, {"text": "A third"}],
}


def new_vote(day, kind="single", item=None, labels=WRITTEN, **settings: str) -> Vote:
    written = labels if registry.type_of(kind).options == "free" else ()
    given = {"type": kind, **SETTINGS.get(kind, {}), **settings}
    return day.vote(item or day.go_to(2), "Which?", written, **given)


def fields(day, vote, answer: dict[str, str]) -> dict[str, str]:
    ids = {str(n): id for n, id in enumerate(day.options(vote), 1)}
    ids |= {f"c{n}": id for n, id in enumerate(day.options(vote, "criterion"), 1)}
    put = re.compile(r"\{(\w+)\}")
    return {
        put.sub(lambda found: str(ids[found[1]]), name): put.sub(lambda found: str(ids[found[1]]), value)
        for name, value in answer.items()
    }


def hold(day, kind="single", people=None, answers=None, because=(), **settings: str) -> Vote:
    """A vote of this type that these people have answered, each with a reason, still open."""
    people = people or [day.join(f"Secret Name {n}", f"Body {n}", 1 + n) for n in range(3)]
    vote = new_vote(day, kind, reasons="1" if because else "", **settings)
    day.do(votes.open, vote.id)
    for n, (person, answer) in enumerate(zip(people, answers or ANSWERS[kind], strict=False)):
        day.cast(person, vote, fields(day, vote, answer), reason=because[n] if because else "")
    return vote


def repeat(day, vote, of_which, how: str, version=1) -> None:
    """Make a vote one that asks another again."""

    def change(session) -> None:
        row = session.get(Vote, vote.id)
        row.version, row.repeats_id, row.repeats_as = version, of_which.id, how

    day.store.write_now(change)


def of(vote, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in rows if row["vote"] == str(vote.id)]


def in_json(day, vote, record=None):
    return next(each for each in day.json(record)["votes"] if each["vote"] == vote.id)
