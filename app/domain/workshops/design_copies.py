"""A workshop's design copied row by row: no people, no answers."""

from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, col, select

from app.domain import log
from app.domain.votes.forms import repeats
from app.domain.votes.forms.form_fields import WORDS
from app.domain.votes.forms.vote_settings import VoteSettings
from app.domain.who import Who
from app.models import AgendaSession, Card, CardFact, Item, ItemCard, Option, Role, Table, Vote, Wall

Model = TypeVar("Model", bound=SQLModel)


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
    session.add_all([copy_of_row(fact, card_id=cards[fact.card_id]) for fact in facts])
    fresh = {"state": "ahead", "started_at": None, "ended_at": None}
    idle = {"clock_state": "idle", "clock_ends_at": None, "clock_left_ms": None}
    items = {}
    for item in rows(Item):
        copy = copy_of_row(item, session_id=parts[item.session_id], **new, **fresh, **idle)
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
            copy = copy_of_row(wall, item_id=items[wall.item_id], state="draft", turn=1, **new, **times)
            log.record(session, who, "wall made", copy)
    session.flush()


def copy_of_row(row: Model, **changes: object) -> Model:
    """A new row like this one, but for its id and these changes."""
    model = type(row)
    values = {name: getattr(row, name) for name in inspect(model).columns.keys() if name != "id"}  # noqa: SIM118
    return model(**{**values, **changes})


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
        copy = copy_of_row(vote, **of, **fresh, **times, **again, version=version)
        log.record(session, who, "vote made", copy)
        ids[vote.id] = copy.id
        options = session.exec(select(Option).where(Option.vote_id == vote.id).order_by(col(Option.id)))
        session.add_all([copy_of_row(option, vote_id=copy.id) for option in options])


def _copy_all(session: Session, rows: list[Any], **changes: object) -> dict[int, int]:
    """Copy rows one by one; returns new id by old id."""
    ids = {}
    for row in rows:
        copy = copy_of_row(row, **changes)
        session.add(copy)
        session.flush()
        ids[row.id] = copy.id
    return ids
