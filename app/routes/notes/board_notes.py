"""The notes of a wall as a facilitator arranges them: hidden and restored, moved, merged where identical."""

from typing import Annotated

from fastapi import Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.access.door import Door
from app.domain.notes import arrangement, clusters, hiding, notes
from app.domain.who import Who
from app.web.forms import AtDoor, done
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router("/{code}")


@router.post("/notes/{note_id:int}/hiding")
async def hide_note(request: Request, door: AtDoor, note_id: int, reason: Annotated[str, Form()]) -> Response:
    await door.write("lead", hiding.hide, note_id, reason)
    return done(request, f"/{door.code}/console")


@router.post("/notes/{note_id:int}/restoring")
async def restore_note(request: Request, door: AtDoor, note_id: int) -> Response:
    await door.write("lead", hiding.restore, note_id)
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
    await door.write("lead", _move_note, note_id, cluster, position)
    return done(request, f"/{door.code}/console")


@router.post("/walls/{wall_id:int}/merging")
async def merge_notes(request: Request, door: AtDoor, wall_id: int) -> Response:
    """Show identical notes once."""
    await door.write("lead", arrangement.merge_identical, wall_id)
    return done(request, f"/{door.code}/console")


@router.get("/notes/{note_id:int}")
async def show_note(request: Request, door: AtDoor, note_id: int) -> Response:
    """Where a note can go: "Move to…"."""
    return await _panel(request, door, "notes/edit_note.html", note_id)


@router.get("/notes/{note_id:int}/hiding")
async def ask_hiding_reason(request: Request, door: AtDoor, note_id: int) -> Response:
    """For which reason a note is to be hidden."""
    return await _panel(request, door, "notes/hide_note.html", note_id)


async def _panel(request: Request, door: Door, name: str, note_id: int) -> Response:
    who, context = await door.read("lead", _note_and_clusters, note_id)
    with drawn_for(door.language):
        return page(request, name, "panel", code=who.code, **context)


def _move_note(session: Session, who: Who, note_id: int, cluster: str, position: int | None) -> None:
    if cluster == "new":
        clusters.make(session, who, notes.note_of(session, who, note_id).wall_id, note_ids=[note_id])
    else:
        arrangement.move(session, who, note_id, int(cluster) if cluster.isdecimal() else None, position)


def _note_and_clusters(session: Session, who: Who, note_id: int) -> tuple[Who, dict]:
    note = notes.note_of(session, who, note_id)
    return who, {"note": note, "clusters": clusters.clusters_of_wall(session, note.wall_id)}
