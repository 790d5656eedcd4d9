"""Notes: writing one's own, and taking it back."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access.door import Door
from app.domain.agenda import running_order
from app.domain.notes import notes, walls
from app.domain.stage import phone_task
from app.domain.stage.phone_task import PhoneTask
from app.domain.submissions import Stamp
from app.domain.who import Who
from app.models import Workshop
from app.web.forms import AtDoor, Fields, is_htmx
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.submission_fields import Stamped
from app.web.templating import page

router = Router("/{code}")


@router.post("/walls/{wall_id:int}/notes")
async def write_note(
    request: Request, door: AtDoor, wall_id: int, fields: Fields, stamped: Stamped
) -> Response:
    """A person's note; what comes back lists their notes with "received", and they are on disk."""
    text = fields.get("text", "")
    stamp = stamped.of(wall_id, text)
    return await _own_notes(request, door, *await door.write("write_note", _write_note, wall_id, text, stamp))


@router.post("/notes/{note_id:int}/withdrawal")
async def withdraw_note(request: Request, door: AtDoor, note_id: int) -> Response:
    """A person takes their own note back while it is private."""
    return await _own_notes(request, door, *await door.write("write_note", _withdraw_note, note_id))


async def _own_notes(request: Request, door: Door, who: Who, workshop: Workshop, own: PhoneTask) -> Response:
    if not is_htmx(request):
        return RedirectResponse(f"/{door.code}", 303)
    with drawn_for(who.language, workshop.time_zone):
        return page(request, "notes/_write.html", code=who.code, phone_task=own)


def _write_note(
    session: Session, who: Who, wall_id: int, text: str, stamp: Stamp
) -> tuple[Who, Workshop, PhoneTask]:
    notes.add(session, who, wall_id, text, stamp)
    return _own_notes_on(session, who, wall_id)


def _withdraw_note(session: Session, who: Who, note_id: int) -> tuple[Who, Workshop, PhoneTask]:
    note = notes.note_of(session, who, note_id)
    notes.withdraw(session, who, note_id)
    return _own_notes_on(session, who, note.wall_id)


def _own_notes_on(session: Session, who: Who, wall_id: int) -> tuple[Who, Workshop, PhoneTask]:
    wall = walls.wall_of(session, who, wall_id)
    own = phone_task.for_wall(session, who, wall, f"wall-{wall_id}-{wall.turn}")
    return who, running_order.workshop_of(session, who), own
