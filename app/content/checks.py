"""Whether a built-in workshop has the agreed shape; ValueError, naming file and key, where it has not."""

import re
from typing import Any

Record = dict[str, Any]

ITEM_KINDS = {"talk", "break", "table", "vote", "wall"}
PHASES = {"", "arrival", "learning", "deliberation", "decision", "break", "close"}
CARD_KINDS = {"criterion", "test", "proposal", "method"}
REPEATS = {"round", "after"}
TEXTS = {
    "workshop": ("title", "remit", "source", "privacy"),
    "session": ("name",),
    "role": ("name",),
    "item": ("method", "title", "instruction", "guide"),
    "vote": ("question",),
    "option": ("label",),
    "wall": ("prompt",),
    "card": ("title", "text"),
    "fact": ("label", "text"),
}
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def check_workshop(workshop: Record, sessions: list[Record], roles: list[Record]) -> None:
    """The workshop's own texts, its sessions and its roles."""
    where = "workshop.toml"
    _check_texts("workshop", workshop, where)
    for key in ("id", "licence", "time_zone"):
        _require(bool(workshop.get(key)), where, key, "is missing")
    _require(isinstance(workshop.get("version"), int), where, "version", "is not a whole number")
    _check_clock(workshop, "locked_end", where)
    _check_keys(sessions, where, "sessions")
    for session in sessions:
        _check_texts("session", session, f"{where}: session {session['key']}")
    for number, role in enumerate(roles, start=1):
        _check_texts("role", role, f"{where}: role {number}")


def check_cards(cards: list[Record]) -> None:
    """Every card and its facts."""
    _check_keys(cards, "cards.toml", "cards")
    for card in cards:
        where = f"cards.toml: card {card['key']}"
        _check_choice(card, "kind", CARD_KINDS, where)
        _check_texts("card", card, where)
        _require(isinstance(card.get("source"), str), where, "source", "is missing")
        for number, fact in enumerate(card.setdefault("facts", []), start=1):
            _check_texts("fact", fact, f"{where}: fact {number}")


def check_items(items: list[Record], sessions: set[str], cards: set[str]) -> None:
    """The items of the day, each with a known session, kind and phase, and its cards and tasks."""
    _require(bool(items), "agenda.toml", "items", "is empty")
    for number, item in enumerate(items, start=1):
        where = f"agenda.toml: item {number}"
        _require(item.get("number") == number, where, "number", f"is {item.get('number')!r}")
        _check_choice(item, "session", sessions, where)
        _check_choice(item, "kind", ITEM_KINDS, where)
        _check_choice(item, "phase", PHASES, where)
        _check_texts("item", item, where)
        minutes = item.get("minutes")
        _require(isinstance(minutes, int) and minutes > 0, where, "minutes", f"is {minutes!r}")
        if "locked_start" in item:
            _check_clock(item, "locked_start", where)
        unknown = set(item.setdefault("cards", [])) - cards
        _require(not unknown, where, "cards", f"names unknown cards {sorted(unknown)}")
        _check_tasks(item, where)


def _check_tasks(item: Record, where: str) -> None:
    """What is named after a task has it, a wall goes with nothing else, and in a break nothing is asked."""
    kind, votes, walls = item["kind"], item.setdefault("votes", []), item.setdefault("walls", [])
    _require(bool(walls) == (kind == "wall"), where, "walls", f"do not go with kind {kind!r}")
    _require(bool(votes) or kind != "vote", where, "votes", "are none, in an item of kind 'vote'")
    _require(not votes or kind != "break", where, "votes", "do not go with kind 'break'")
    for number, wall in enumerate(walls, start=1):
        _check_texts("wall", wall, f"{where}: wall {number}")


def check_votes(items: list[Record], cards: dict[str, Record]) -> None:
    """Fill in what votes have from cards and from the votes they repeat, then look at their texts."""
    known: dict[str, Record] = {}
    for item in items:
        for number, vote in enumerate(item["votes"], start=1):
            where = f"agenda.toml: item {item['number']}: vote {number}"
            if "repeats" in vote:
                _check_choice(vote, "repeats", set(known), where)
                _check_choice(vote, "as", REPEATS, where)
                first = {name: value for name, value in known[vote["repeats"]].items() if name != "key"}
                vote |= {**first, **vote}
            if "key" in vote:
                _require(vote["key"] not in known, where, "key", f"is {vote['key']!r} a second time")
                known[vote["key"]] = vote
            _check_texts("vote", vote, where)
            for axis in ("options", "criteria"):
                vote[axis] = [_labelled(each, cards, where) for each in vote.get(axis, [])]


def _labelled(option: Record, cards: dict[str, Record], where: str) -> Record:
    if "card" in option:
        _check_choice(option, "card", set(cards), where)
        card = cards[option["card"]]
        option = {"label_en": card["title_en"], "label_cy": card["title_cy"]}
    _check_texts("option", option, where)
    return option


def _check_keys(records: list[Record], where: str, key: str) -> None:
    keys = [str(record.get("key", "")) for record in records]
    _require(bool(keys) and all(keys), where, key, "are none, or one has no key")
    doubled = sorted({each for each in keys if keys.count(each) > 1})
    _require(not doubled, where, key, f"have the same key twice: {doubled}")


def _check_texts(shape: str, record: Record, where: str) -> None:
    for text in TEXTS[shape]:
        english, welsh = record.get(f"{text}_en"), record.get(f"{text}_cy")
        _require(isinstance(english, str) and bool(english.strip()), where, f"{text}_en", "is missing")
        _require(isinstance(welsh, str), where, f"{text}_cy", "is missing")


def _check_choice(record: Record, key: str, known: set[str], where: str) -> None:
    _require(record.get(key) in known, where, key, f"is {record.get(key)!r}, not one of {sorted(known)}")


def _check_clock(record: Record, key: str, where: str) -> None:
    _require(bool(CLOCK.fullmatch(str(record.get(key)))), where, key, f"is {record.get(key)!r}, not HH:MM")


def _require(holds: bool, where: str, key: str, what: str) -> None:
    if not holds:
        raise ValueError(f"{where}: {key} {what}")
