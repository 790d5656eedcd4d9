"""Whether a built-in workshop has the agreed shape; ValueError, naming file and key, where it has not."""

from app.content import requirements
from app.content.requirements import Record

ITEM_KINDS = {"talk", "break", "table", "vote", "wall"}
PHASES = {"", "arrival", "learning", "deliberation", "decision", "break", "close"}
CARD_KINDS = {"criterion", "test", "proposal", "method"}
REPEATS = {"round", "after"}


def check_workshop(workshop: Record, sessions: list[Record], roles: list[Record]) -> None:
    """The workshop's own texts, its sessions and its roles."""
    where = "workshop.toml"
    requirements.require_texts("workshop", workshop, where)
    for key in ("id", "licence", "time_zone"):
        requirements.require(bool(workshop.get(key)), where, key, "is missing")
    requirements.require(isinstance(workshop.get("version"), int), where, "version", "is not a whole number")
    requirements.require_clock(workshop, "locked_end", where)
    requirements.require_keys(sessions, where, "sessions")
    for session in sessions:
        requirements.require_texts("session", session, f"{where}: session {session['key']}")
    for number, role in enumerate(roles, start=1):
        requirements.require_texts("role", role, f"{where}: role {number}")


def check_cards(cards: list[Record]) -> None:
    """Every card and its facts."""
    requirements.require_keys(cards, "cards.toml", "cards")
    for card in cards:
        where = f"cards.toml: card {card['key']}"
        requirements.require_choice(card, "kind", CARD_KINDS, where)
        requirements.require_texts("card", card, where)
        requirements.require(isinstance(card.get("source"), str), where, "source", "is missing")
        for number, fact in enumerate(card.setdefault("facts", []), start=1):
            requirements.require_texts("fact", fact, f"{where}: fact {number}")


def check_items(items: list[Record], sessions: set[str], cards: set[str]) -> None:
    """The items of the day, each with a known session, kind and phase, and its cards and tasks."""
    requirements.require(bool(items), "agenda.toml", "items", "is empty")
    for number, item in enumerate(items, start=1):
        where = f"agenda.toml: item {number}"
        requirements.require(item.get("number") == number, where, "number", f"is {item.get('number')!r}")
        requirements.require_choice(item, "session", sessions, where)
        requirements.require_choice(item, "kind", ITEM_KINDS, where)
        requirements.require_choice(item, "phase", PHASES, where)
        requirements.require_texts("item", item, where)
        minutes = item.get("minutes")
        requirements.require(isinstance(minutes, int) and minutes > 0, where, "minutes", f"is {minutes!r}")
        if "locked_start" in item:
            requirements.require_clock(item, "locked_start", where)
        unknown = set(item.setdefault("cards", [])) - cards
        requirements.require(not unknown, where, "cards", f"names unknown cards {sorted(unknown)}")
        _check_tasks(item, where)


def _check_tasks(item: Record, where: str) -> None:
    """What is named after a task has it, a wall goes with nothing else, and in a break nothing is asked."""
    kind, votes, walls = item["kind"], item.setdefault("votes", []), item.setdefault("walls", [])
    requirements.require(bool(walls) == (kind == "wall"), where, "walls", f"do not go with kind {kind!r}")
    requirements.require(bool(votes) or kind != "vote", where, "votes", "are none, in an item of kind 'vote'")
    requirements.require(not votes or kind != "break", where, "votes", "do not go with kind 'break'")
    for number, wall in enumerate(walls, start=1):
        requirements.require_texts("wall", wall, f"{where}: wall {number}")


def check_votes(items: list[Record], cards: dict[str, Record]) -> None:
    """Fill in what votes have from cards and from the votes they repeat, then look at their texts."""
    known: dict[str, Record] = {}
    for item in items:
        for number, vote in enumerate(item["votes"], start=1):
            where = f"agenda.toml: item {item['number']}: vote {number}"
            if "repeats" in vote:
                requirements.require_choice(vote, "repeats", set(known), where)
                requirements.require_choice(vote, "as", REPEATS, where)
                first = {name: value for name, value in known[vote["repeats"]].items() if name != "key"}
                vote |= {**first, **vote}
            if "key" in vote:
                requirements.require(
                    vote["key"] not in known, where, "key", f"is {vote['key']!r} a second time"
                )
                known[vote["key"]] = vote
            requirements.require_texts("vote", vote, where)
            for axis in ("options", "criteria"):
                vote[axis] = [_labelled(each, cards, where) for each in vote.get(axis, [])]


def _labelled(option: Record, cards: dict[str, Record], where: str) -> Record:
    if "card" in option:
        requirements.require_choice(option, "card", set(cards), where)
        card = cards[option["card"]]
        option = {"label_en": card["title_en"], "label_cy": card["title_cy"]}
    requirements.require_texts("option", option, where)
    return option
