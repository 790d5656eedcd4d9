"""The life of a wall: opened for writing, closed, its notes shown to all, put on stage."""

from sqlmodel import Session, col, select

from app.domain import log
from app.domain.agenda import running_order
from app.domain.notes import walls
from app.domain.who import Who
from app.errors import Refused
from app.models import Note, Wall
from app.models.base import moment


def open(session: Session, who: Who, wall_id: int) -> None:
    """Open (or re-open) a wall for writing and put it on stage; harmless when it is open.

    Refused("item_not_current") unless the room is in its item, Refused("wall_of_vote") for the answers of a
    vote, Refused("day_not_started"), Refused("day_closed").
    """
    running_order.running_workshop(session, who)
    wall = walls.wall_of(session, who, wall_id)
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
    wall = walls.wall_of(session, who, wall_id)
    if wall.state != "open":
        return
    wall.state, wall.closed_at, wall.turn = "closed", moment(), wall.turn + 1
    log.record(session, who, "wall closed", wall, undoable=True)


def release(session: Session, who: Who, wall_id: int) -> int:
    """Show all notes written so far at once; notes written later show as they come. Returns how many.
    Refused("wall_not_open") for a draft."""
    wall = walls.wall_of(session, who, wall_id)
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
    """Put a wall on stage, or take it off. Refused("item_not_current") unless the room is in its item."""
    wall = walls.wall_of(session, who, wall_id)
    if on:
        _require_on_stage_item(session, wall)
    wall.staged_at = moment() if on else None
    log.record(session, who, "wall staged" if on else "wall taken off stage", wall, undoable=True)


def _require_on_stage_item(session: Session, wall: Wall) -> None:
    item = running_order.current_item(session, wall.workshop_id)
    if item is None or item.id != wall.item_id:
        raise Refused("item_not_current")
