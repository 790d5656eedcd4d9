"""Notes: writing and taking back one's own, hiding and restoring, moving, merging what is identical."""

from typing import Annotated

from fastapi import Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access.door import Door
from app.domain.agenda import running_order
from app.domain.notes import clusters, notes, walls
from app.domain.stage import phone_task
from app.domain.stage.phone_task import Mine
from app.domain.submissions import Stamp
from app.domain.who import Who
from app.models import Workshop
from app.web.forms import AtDoor, Fields, done, is_htmx
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
    return await _own_notes(request, door, *await door.write("write_note", _add, wall_id, text, stamp))


@router.post("/notes/{note_id:int}/withdrawal")
async def withdraw_note(request: Request, door: AtDoor, note_id: int) -> Response:
    """A person takes their own note back while it is private."""
    return await _own_notes(request, door, *await door.write("write_note", _withdraw, note_id))


@router.post("/notes/{note_id:int}/hiding")
async def hide_note(request: Request, door: AtDoor, note_id: int, reason: Annotated[str, Form()]) -> Response:
    await door.write("lead", notes.hide, note_id, reason)
    return done(request, f"/{door.code}/console")


@router.post("/notes/{note_id:int}/restoring")
async def restore_note(request: Request, door: AtDoor, note_id: int) -> Response:
    await door.write("lead", notes.restore, note_id)
    return done(request, f"/{door.code}/console")


@router.post("/notes/{note_id:int}/place")
async def move_note(
    request: Request,
    door: AtDoor,
    note_id: int,
    cluster: Annotated[str, Form(max_length=9)] = "",
    position: Annotated[int | None, Form(ge=0, le=5000)] = None,
) -> Response:
    """Into a cluster, by menu or by dragging; "new" makes one, nothing means the parking area."""
    await door.write("lead", _move, note_id, cluster, position)
    return done(request, f"/{door.code}/console")


@router.post("/walls/{wall_id:int}/merging")
async def merge_notes(request: Request, door: AtDoor, wall_id: int) -> Response:
    """Show identical notes once."""
    await door.write("lead", notes.merge_identical, wall_id)
    return done(request, f"/{door.code}/console")


@router.get("/notes/{note_id:int}")
async def show_note(request: Request, door: AtDoor, note_id: int) -> Response:
    """Where a note can go: "Move to…"."""
    return await _panel(request, door, "notes/edit_note.html", note_id)


@router.get("/notes/{note_id:int}/hiding")
async def ask_why(request: Request, door: AtDoor, note_id: int) -> Response:
    """For which reason a note is to be hidden."""
    return await _panel(request, door, "notes/hide_note.html", note_id)


async def _panel(request: Request, door: Door, name: str, note_id: int) -> Response:
    who, about = await door.read("lead", _note, note_id)
    with drawn_for(door.language):
        return page(request, name, "panel", code=who.code, **about)


async def _own_notes(request: Request, door: Door, who: Who, workshop: Workshop, own: Mine) -> Response:
    if not is_htmx(request):
        return RedirectResponse(f"/{door.code}", 303)
    with drawn_for(who.language, workshop.time_zone):
        return page(request, "notes/_write.html", code=who.code, mine=own)


def _add(session: Session, who: Who, wall_id: int, text: str, stamp: Stamp) -> tuple[Who, Workshop, Mine]:
    notes.add(session, who, wall_id, text, stamp)
    return _after(session, who, wall_id)


def _withdraw(session: Session, who: Who, note_id: int) -> tuple[Who, Workshop, Mine]:
    note = notes.of(session, who, note_id)
    notes.withdraw(session, who, note_id)
    return _after(session, who, note.wall_id)


def _after(session: Session, who: Who, wall_id: int) -> tuple[Who, Workshop, Mine]:
    wall = walls.of(session, who, wall_id)
    own = phone_task.of_wall(session, who, wall, f"wall-{wall_id}-{wall.turn}")
    return who, running_order.workshop_of(session, who), own


def _move(session: Session, who: Who, note_id: int, cluster: str, position: int | None) -> None:
    if cluster == "new":
        clusters.make(session, who, notes.of(session, who, note_id).wall_id, note_ids=[note_id])
    else:
        notes.move(session, who, note_id, int(cluster) if cluster.isdecimal() else None, position)


def _note(session: Session, who: Who, note_id: int) -> tuple[Who, dict]:
    note = notes.of(session, who, note_id)
    return who, {"note": note, "clusters": clusters.listed(session, note.wall_id)}
