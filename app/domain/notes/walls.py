"""Walls: a question answered by notes, and its life from draft to closed."""

from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from app.domain import log, nouns, texts
from app.domain.agenda import running_order
from app.domain.who import Who
from app.errors import Refused
from app.models import Note, Wall
from app.models.base import moment

OF_ITEM = (
    select(Wall)
    .where(col(Wall.item_id) == bindparam("item_id"), col(Wall.removed_at).is_(None))
    .order_by(col(Wall.id))
)


nouns.register(Wall, "walls", nouns.Undoing())


def write(session: Session, who: Who, item_id: int, prompt: dict[str, str]) -> Wall:
    """A new wall in any item, ahead or on stage, as a draft."""
    item = running_order.item_of(session, who, item_id)
    return add(session, who, item.id, _prompt(prompt), undoable=True)


def add(session: Session, who: Who, item_id: int, columns: dict[str, Any], undoable: bool = False) -> Wall:
    """A new wall of these columns, as a draft."""
    wall = Wall(workshop_id=who.workshop_id, item_id=item_id, **columns)
    log.record(session, who, "wall made", wall, undoable=undoable)
    return wall


def edit(session: Session, who: Who, wall_id: int, prompt: dict[str, str]) -> None:
    """Change the prompt; once people write, it stays as they read it."""
    wall = of(session, who, wall_id)
    if wall.opened_at is not None:
        raise Refused("wall_not_draft")
    for name, value in _prompt(prompt).items():
        setattr(wall, name, value)
    wall.turn += 1
    log.record(session, who, "wall edited", wall, undoable=True)


def remove(session: Session, who: Who, wall_id: int) -> None:
    """Take a draft out of its item."""
    wall = of(session, who, wall_id)
    if wall.opened_at is not None:
        raise Refused("wall_not_draft")
    wall.removed_at, wall.staged_at = moment(), None
    log.record(session, who, "wall removed", wall, undoable=True)


def open(session: Session, who: Who, wall_id: int) -> None:
    """Open (or re-open) a wall for writing and put it on stage."""
    running_order.running(session, who)
    wall = of(session, who, wall_id)
    _require_on_stage_item(session, wall)
    if wall.state == "open":
        return
    if wall.vote_id is not None:  # it holds the answers of a vote: nothing else is written on it
        raise Refused("wall_of_vote")
    now = moment()
    wall.opened_at = wall.opened_at or now
    wall.state, wall.closed_at, wall.staged_at, wall.turn = "open", None, now, wall.turn + 1
    log.record(session, who, "wall opened", wall, undoable=True)


def close(session: Session, who: Who, wall_id: int) -> None:
    """Close a wall for writing; what is there stays."""
    wall = of(session, who, wall_id)
    if wall.state != "open":
        return
    wall.state, wall.closed_at, wall.turn = "closed", moment(), wall.turn + 1
    log.record(session, who, "wall closed", wall, undoable=True)


def release(session: Session, who: Who, wall_id: int) -> int:
    """Show all notes written so far at once; notes written later show as they come. Returns how many."""
    wall = of(session, who, wall_id)
    if wall.state == "draft":
        raise Refused("wall_not_open")
    query = select(Note).where(
        Note.wall_id == wall_id,
        col(Note.released_at).is_(None),
        col(Note.withdrawn_at).is_(None),
    )
    notes, now = list(session.exec(query)), moment()
    for note in notes:
        note.released_at = now
    wall.released_at, wall.turn = wall.released_at or now, wall.turn + 1
    log.record(session, who, "wall released", wall, *notes, undoable=True)
    return len(notes)


def stage(session: Session, who: Who, wall_id: int, on: bool) -> None:
    """Put a wall of the current item on stage, or take it off."""
    wall = of(session, who, wall_id)
    if on:
        _require_on_stage_item(session, wall)
    wall.staged_at = moment() if on else None
    log.record(session, who, "wall staged" if on else "wall taken off stage", wall, undoable=True)


def of(session: Session, who: Who, wall_id: int) -> Wall:
    """A wall of this workshop."""
    wall = session.get(Wall, wall_id)
    if wall is None or wall.workshop_id != who.workshop_id or wall.removed_at:
        raise Refused("not_found")
    return wall


def of_item(session: Session, item_id: int) -> list[Wall]:
    """The walls of an item, in the order they were made."""
    return list(session.exec(OF_ITEM, params={"item_id": item_id}))


def _prompt(fields: dict[str, str]) -> dict[str, Any]:
    return {
        "prompt_en": texts.required(fields.get("prompt_en", ""), 300),
        "prompt_cy": texts.optional(fields.get("prompt_cy", ""), 300),
    }


def _require_on_stage_item(session: Session, wall: Wall) -> None:
    item = running_order.current(session, wall.workshop_id)
    if item is None or item.id != wall.item_id:
        raise Refused("item_not_current")
