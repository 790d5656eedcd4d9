"""What a workshop is made of before anyone comes: laid out from content, or copied from another workshop."""

from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, col, select

from app.content import Content
from app.domain import log
from app.domain.notes import walls
from app.domain.votes.forms import repeats, vote_forms, vote_settings
from app.domain.votes.forms.form_fields import WORDS
from app.domain.votes.forms.vote_settings import VoteSettings
from app.domain.votes.life import drafts
from app.domain.who import Who
from app.models import AgendaSession, Card, CardFact, Item, ItemCard, Option, Role, Table, Vote, Wall

TABLES = 8


def lay_out(session: Session, who: Who, content: Content) -> None:
    """Add the tables, roles, cards, sessions and items of a built-in workshop, items with votes and walls."""
    cards = _add_cards(session, who.workshop_id, content)
    parts = _add_sessions(session, who.workshop_id, content)
    for number in range(1, TABLES + 1):
        session.add(Table(workshop_id=who.workshop_id, number=number))
    for place, role in enumerate(content.roles, 1):
        session.add(Role(workshop_id=who.workshop_id, position=place, **columns(Role, role)))
    made: dict[str, int] = {}
    for position, about in enumerate(content.items, 1):
        item_id = _add_item(session, who, about, position, parts, cards)
        for about_vote in about.get("votes", []):
            _add_vote(session, who, item_id, about_vote, made)
    session.flush()


def copy_from(session: Session, who: Who, source_id: int) -> None:
    """Copy the design of another workshop: tables, roles, sessions, cards, items, and votes and walls as
    drafts."""

    def rows(model: Any) -> list[Any]:
        return list(session.exec(select(model).where(model.workshop_id == source_id).order_by(model.id)))

    new = {"workshop_id": who.workshop_id}
    _copy_all(session, rows(Table), **new)
    _copy_all(session, [role for role in rows(Role) if not role.removed_at], **new)
    parts = _copy_all(session, rows(AgendaSession), **new)
    cards = _copy_all(session, rows(Card), **new)
    facts = session.exec(select(CardFact).where(col(CardFact.card_id).in_(cards)))
    session.add_all([copied(fact, card_id=cards[fact.card_id]) for fact in facts])
    fresh = {"state": "ahead", "started_at": None, "ended_at": None}
    idle = {"clock_state": "idle", "clock_ends_at": None, "clock_left_ms": None}
    items = {}
    for item in rows(Item):
        copy = copied(item, session_id=parts[item.session_id], **new, **fresh, **idle)
        log.record(session, who, "item made", copy)
        items[item.id] = copy.id
        links = session.exec(select(ItemCard).where(ItemCard.item_id == item.id))
        session.add_all(
            [ItemCard(item_id=copy.id, card_id=cards[link.card_id], position=link.position) for link in links]
        )
    _copy_votes(session, who, rows(Vote), items)
    for wall in rows(Wall):
        if not wall.removed_at and wall.vote_id is None:
            times = dict.fromkeys(("opened_at", "closed_at", "staged_at", "released_at"))
            copy = copied(wall, item_id=items[wall.item_id], state="draft", turn=1, **new, **times)
            log.record(session, who, "wall made", copy)
    session.flush()


def columns(model: type[SQLModel], values: dict[str, Any], but: tuple[str, ...] = ()) -> dict[str, Any]:
    """Those values that are columns of the model."""
    names = set(inspect(model).columns.keys()) - set(but)
    return {name: value for name, value in values.items() if name in names}


def copied(row: Any, **changes: Any) -> Any:
    """A new row like this one, but for its id and these changes."""
    model = type(row)
    values = {name: getattr(row, name) for name in inspect(model).columns.keys() if name != "id"}  # noqa: SIM118
    return model(**{**values, **changes})


def _add_cards(session: Session, workshop_id: int, content: Content) -> dict[str, int]:
    ids = {}
    for position, about in enumerate(content.cards, 1):
        values = columns(Card, about, but=("id",))
        values.update(
            note_en=about.get("translation_note_en", ""), note_cy=about.get("translation_note_cy", "")
        )
        card = Card(workshop_id=workshop_id, position=position, **values)
        session.add(card)
        session.flush()
        ids[about["key"]] = card.id
        for place, fact in enumerate(about.get("facts", []), 1):
            session.add(CardFact(card_id=card.id, position=place, **columns(CardFact, fact)))
    return ids


def _add_sessions(session: Session, workshop_id: int, content: Content) -> dict[str, int]:
    ids = {}
    for position, about in enumerate(content.sessions, 1):
        part = AgendaSession(workshop_id=workshop_id, position=position, **columns(AgendaSession, about))
        session.add(part)
        session.flush()
        ids[about["key"]] = part.id
    return ids


def _add_item(
    session: Session,
    who: Who,
    about: dict[str, Any],
    position: int,
    parts: dict[str, int],
    cards: dict[str, int],
) -> int:
    values = columns(Item, about, but=("id", "position"))
    item = Item(workshop_id=who.workshop_id, session_id=parts[about["session"]], position=position, **values)
    log.record(session, who, "item made", item)
    for place, key in enumerate(about.get("cards", []), 1):
        session.add(ItemCard(item_id=item.id, card_id=cards[key], position=place))
    for wall_about in about.get("walls", []):
        walls.add(session, who, item.id, columns(Wall, wall_about))
    return item.id


def _add_vote(session: Session, who: Who, item_id: int, about: dict[str, Any], made: dict[str, int]) -> None:
    """Add a vote to an item; those with a key are noted in `made`, for what repeats them."""
    given = vote_settings.read(vote_forms.from_content(about, made.get(about.get("repeats", ""))))
    vote = drafts.add(session, who, item_id, given)
    if "key" in about:
        made[about["key"]] = vote.id


def _copy_votes(session: Session, who: Who, every: list[Vote], items: dict[int, int]) -> None:
    """Copy votes as drafts into the copied items, oldest first: what one repeats is older than it is. Not
    run-offs, which belong to the tie they settled."""
    fresh = {"state": "draft", "turn": 1, "lot_seed": "", "breakdown": "", "electorate_size": None}
    times = dict.fromkeys(name for name in inspect(Vote).columns.keys() if name.endswith("_at"))  # noqa: SIM118
    ids: dict[int, int] = {}
    for vote in every:
        if vote.removed_at or vote.repeats_as == "runoff":
            continue
        repeated = ids.get(vote.repeats_id or 0)
        again = {"repeats_id": repeated, "repeats_as": vote.repeats_as if repeated else None}
        of = {"workshop_id": who.workshop_id, "item_id": items[vote.item_id]}
        words = {name: getattr(vote, name) for name in WORDS}
        version = repeats.version_of_new_vote(session, VoteSettings({**words, **again}, []))
        copy = copied(vote, **of, **fresh, **times, **again, version=version)
        log.record(session, who, "vote made", copy)
        ids[vote.id] = copy.id
        options = session.exec(select(Option).where(Option.vote_id == vote.id).order_by(col(Option.id)))
        session.add_all([copied(option, vote_id=copy.id) for option in options])


def _copy_all(session: Session, rows: list[Any], **changes: Any) -> dict[int, int]:
    """Copy rows one by one; returns new id by old id."""
    ids = {}
    for row in rows:
        copy = copied(row, **changes)
        session.add(copy)
        session.flush()
        ids[row.id] = copy.id
    return ids
