"""Taking a note off every screen, and showing it again."""

from sqlmodel import Session

from app.domain import log
from app.domain.agenda import projectors
from app.domain.notes import notes
from app.domain.who import Who
from app.errors import Refused
from app.models import Note, Wall
from app.models.base import moment
from app.models.notes import HIDING_REASONS


def hide(session: Session, who: Who, note_id: int, reason: str) -> None:
    """Take a note off every screen, frozen ones too; it is kept with its reason and can be restored.

    Refused("bad_request") for a reason that is none of HIDING_REASONS, Refused("not_found") for a stranger.
    """
    if reason not in HIDING_REASONS:
        raise Refused("bad_request")
    note = notes.note_of(session, who, note_id)
    if note.hidden_at is None:
        note.hidden_at, note.hidden_reason = moment(), reason
        log.record(session, who, "note hidden", note, _next_turn(session, note), undoable=True)
        projectors.thaw(session, who)


def restore(session: Session, who: Who, note_id: int) -> None:
    """Show a hidden note again."""
    note = notes.note_of(session, who, note_id)
    if note.hidden_at is not None:
        note.hidden_at, note.hidden_reason = None, None
        log.record(session, who, "note restored", note, _next_turn(session, note), undoable=True)


def _next_turn(session: Session, note: Note) -> Wall:
    # Whose note it is reads on their phone what became of it.
    wall = session.get_one(Wall, note.wall_id)
    wall.turn += 1
    return wall
