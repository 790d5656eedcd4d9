"""What is in a built-in workshop: its TOML files, read and checked for shape.

Every text is a pair `…_en`, `…_cy`: English is required, an empty Welsh text says that there is none yet.
"""

import tomllib
from dataclasses import dataclass
from importlib import resources

from app.content import checks
from app.content.requirements import Record


@dataclass(frozen=True)
class Content:
    """One built-in workshop; `items` in the order of the day, each with its `votes` and `walls`, if any.

    A vote has the fields of its form (see domain/votes/forms/vote_forms), with lists of `options` and
    `criteria`; what it does not say itself, one that `repeats` another has from that one.
    """

    workshop: Record
    sessions: list[Record]
    roles: list[Record]
    items: list[Record]
    cards: list[Record]


def load(name: str) -> Content:
    """Return the built-in workshop in the folder `name`, such as "data_sharing".

    Raises ValueError, naming file and key, where a file does not have the agreed shape.
    """
    workshop = _read(name, "workshop.toml")
    sessions, roles = workshop.pop("sessions", []), workshop.pop("roles", [])
    items = _read(name, "agenda.toml").get("items", [])
    cards = _read(name, "cards.toml").get("cards", [])
    checks.check_workshop(workshop, sessions, roles)
    checks.check_cards(cards)
    checks.check_items(items, {session["key"] for session in sessions}, {card["key"] for card in cards})
    checks.check_votes(items, {card["key"]: card for card in cards})
    return Content(workshop, sessions, roles, items, cards)


def _read(name: str, file: str) -> Record:
    source = resources.files("app.content").joinpath(name, file)
    if not name.isidentifier() or not source.is_file():
        raise ValueError(f"{file}: no built-in workshop has the name {name!r}")
    return tomllib.loads(source.read_text(encoding="utf-8"))
