"""Walls: a question answered by notes, as it is written and found."""

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from app.domain import log, nouns, texts
from app.domain.agenda import running_order
from app.domain.who import Who
from app.errors import Refused
from app.models import Wall
from app.models.base import moment

OF_ITEM = (
    select(Wall)
    .where(col(Wall.item_id) == bindparam("item_id"), col(Wall.removed_at).is_(None))
    .order_by(col(Wall.id))
)
nouns.register(Wall, nouns.Undoing())


def write(session: Session, who: Who, item_id: int, prompt: dict[str, str]) -> Wall:
    """A new wall in any item, ahead or on stage, as a draft."""
    item = running_order.item_of(session, who, item_id)
    return add(session, who, item.id, _prompt(prompt), undoable=True)


def add(session: Session, who: Who, item_id: int, columns: nouns.Columns, undoable: bool = False) -> Wall:
    """A new wall of these columns, as a draft."""
    wall = Wall(workshop_id=who.workshop_id, item_id=item_id, **columns)
    log.record(session, who, "wall made", wall, undoable=undoable)
    return wall


def edit(session: Session, who: Who, wall_id: int, prompt: dict[str, str]) -> None:
    """Change the prompt. Refused("wall_not_draft") once people write: it stays as they read it."""
    wall = wall_of(session, who, wall_id)
    if wall.opened_at is not None:
        raise Refused("wall_not_draft")
    for name, value in _prompt(prompt).items():
        setattr(wall, name, value)
    wall.turn += 1
    log.record(session, who, "wall edited", wall, undoable=True)


def remove(session: Session, who: Who, wall_id: int) -> None:
    """Take a draft out of its item; Refused("wall_not_draft") once it has been opened, or as by `wall_of`."""
    wall = wall_of(session, who, wall_id)
    if wall.opened_at is not None:
        raise Refused("wall_not_draft")
    wall.removed_at, wall.staged_at = moment(), None
    log.record(session, who, "wall removed", wall, undoable=True)


def wall_of(session: Session, who: Who, wall_id: int) -> Wall:
    """A wall of this workshop; Refused("not_found") for any other."""
    wall = session.get(Wall, wall_id)
    if wall is None or wall.workshop_id != who.workshop_id or wall.removed_at:
        raise Refused("not_found")
    return wall


def walls_of_item(session: Session, item_id: int) -> list[Wall]:
    """The walls of an item, in the order they were made."""
    return list(session.exec(OF_ITEM, params={"item_id": item_id}))


def _prompt(fields: dict[str, str]) -> nouns.Columns:
    return {
        "prompt_en": texts.required(fields.get("prompt_en", ""), 300),
        "prompt_cy": texts.optional(fields.get("prompt_cy", ""), 300),
    }
