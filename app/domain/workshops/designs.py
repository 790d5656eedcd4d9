"""A workshop's design laid out from built-in content: its tables, roles, cards, sessions and items."""

from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel

from app.content.built_in import Content
from app.domain import log
from app.domain.notes import walls
from app.domain.nouns import Columns
from app.domain.votes.forms import vote_forms, vote_settings
from app.domain.votes.life import drafts
from app.domain.who import Who
from app.models import AgendaSession, Card, CardFact, Item, ItemCard, Role, Table, Wall

TABLES = 8


def lay_out(session: Session, who: Who, content: Content) -> None:
    """Add the tables, roles, cards, sessions and items of a built-in workshop, items with votes and walls."""
    cards = _add_cards(session, who.workshop_id, content)
    parts = _add_sessions(session, who.workshop_id, content)
    for number in range(1, TABLES + 1):
        session.add(Table(workshop_id=who.workshop_id, number=number))
    for place, role in enumerate(content.roles, 1):
        session.add(Role(workshop_id=who.workshop_id, position=place, **matching_columns(Role, role)))
    made: dict[str, int] = {}
    for position, entry in enumerate(content.items, 1):
        item_id = _add_item(session, who, entry, position, parts, cards)
        for vote_entry in entry.get("votes", []):
            _add_vote(session, who, item_id, vote_entry, made)
    session.flush()


def matching_columns(model: type[SQLModel], values: Columns, but: tuple[str, ...] = ()) -> Columns:
    """Those values that are columns of the model."""
    names = set(inspect(model).columns.keys()) - set(but)
    return {name: value for name, value in values.items() if name in names}


def _add_cards(session: Session, workshop_id: int, content: Content) -> dict[str, int]:
    ids = {}
    for position, entry in enumerate(content.cards, 1):
        values = matching_columns(Card, entry, but=("id",))
        values.update(
            note_en=entry.get("translation_note_en", ""), note_cy=entry.get("translation_note_cy", "")
        )
        card = Card(workshop_id=workshop_id, position=position, **values)
        session.add(card)
        session.flush()
        ids[entry["key"]] = card.id
        for place, fact in enumerate(entry.get("facts", []), 1):
            session.add(CardFact(card_id=card.id, position=place, **matching_columns(CardFact, fact)))
    return ids


def _add_sessions(session: Session, workshop_id: int, content: Content) -> dict[str, int]:
    ids = {}
    for position, entry in enumerate(content.sessions, 1):
        part = AgendaSession(
            workshop_id=workshop_id, position=position, **matching_columns(AgendaSession, entry)
        )
        session.add(part)
        session.flush()
        ids[entry["key"]] = part.id
    return ids


def _add_item(
    session: Session,
    who: Who,
    entry: dict[str, Any],  # of TOML
    position: int,
    parts: dict[str, int],
    cards: dict[str, int],
) -> int:
    values = matching_columns(Item, entry, but=("id", "position"))
    item = Item(workshop_id=who.workshop_id, session_id=parts[entry["session"]], position=position, **values)
    log.record(session, who, "item made", item)
    for place, key in enumerate(entry.get("cards", []), 1):
        session.add(ItemCard(item_id=item.id, card_id=cards[key], position=place))
    for wall_entry in entry.get("walls", []):
        walls.add(session, who, item.id, matching_columns(Wall, wall_entry))
    return item.id


def _add_vote(session: Session, who: Who, item_id: int, entry: dict[str, Any], made: dict[str, int]) -> None:
    """Add a vote to an item; those with a key are noted in `made`, for what repeats them."""
    given = vote_settings.read(vote_forms.from_content(entry, made.get(entry.get("repeats", ""))))
    vote = drafts.add(session, who, item_id, given)
    if "key" in entry:
        made[entry["key"]] = vote.id
