"""Walls: opening, releasing, closing, staging and writing one."""

from typing import Annotated

from fastapi import Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.domain.agenda import running_order
from app.domain.notes import wall_states, walls
from app.domain.who import Who
from app.errors import Refused
from app.web.forms import AtDoor, Fields, done
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router("/{code}")


@router.post("/walls/{wall_id:int}/opening")
async def open_wall(request: Request, door: AtDoor, wall_id: int) -> Response:
    await door.write("lead", wall_states.open, wall_id)
    return done(request, f"/{door.code}/console")


@router.post("/walls/{wall_id:int}/closing")
async def close_wall(request: Request, door: AtDoor, wall_id: int) -> Response:
    await door.write("lead", wall_states.close, wall_id)
    return done(request, f"/{door.code}/console")


@router.post("/walls/{wall_id:int}/release")
async def release_wall(request: Request, door: AtDoor, wall_id: int) -> Response:
    """Every note written so far appears at once."""
    await door.write("lead", wall_states.release, wall_id)
    return done(request, f"/{door.code}/console")


@router.post("/walls/{wall_id:int}/stage")
async def stage_wall(request: Request, door: AtDoor, wall_id: int, on: Annotated[bool, Form()]) -> Response:
    await door.write("lead", wall_states.stage, wall_id, on)
    return done(request, f"/{door.code}/console")


@router.get("/items/{item_id:int}/walls/new")
async def new_wall(request: Request, door: AtDoor, item_id: int) -> Response:
    who, item = await door.read("edit_workshop", _item, item_id)
    with drawn_for(door.language):
        return page(request, "notes/edit_wall.html", "panel", code=who.code, item=item, wall=None)


@router.post("/items/{item_id:int}/walls")
async def write_wall(request: Request, door: AtDoor, item_id: int, fields: Fields) -> Response:
    await door.write("edit_workshop", _write, item_id, fields)
    return done(request, f"/{door.code}/console")


@router.get("/walls/{wall_id:int}")
async def show_wall(request: Request, door: AtDoor, wall_id: int) -> Response:
    who, context = await door.read("edit_workshop", _wall, wall_id)
    with drawn_for(door.language):
        return page(request, "notes/edit_wall.html", "panel", code=who.code, **context)


@router.post("/walls/{wall_id:int}")
async def edit_wall(request: Request, door: AtDoor, wall_id: int, fields: Fields) -> Response:
    await door.write("edit_workshop", walls.edit, wall_id, fields)
    return done(request, f"/{door.code}/console")


@router.post("/walls/{wall_id:int}/removal")
async def remove_wall(request: Request, door: AtDoor, wall_id: int) -> Response:
    await door.write("edit_workshop", walls.remove, wall_id)
    return done(request, f"/{door.code}/console")


def _write(session: Session, who: Who, item_id: int, fields: dict[str, str]) -> None:
    walls.write(session, who, item_id, fields)


def _item(session: Session, who: Who, item_id: int) -> tuple[Who, object]:
    return who, running_order.item_of(session, who, item_id)


def _wall(session: Session, who: Who, wall_id: int) -> tuple[Who, dict]:
    wall = walls.wall_of(session, who, wall_id)
    if wall.opened_at is not None:
        raise Refused("wall_not_draft")
    return who, {"wall": wall, "item": running_order.item_of(session, who, wall.item_id)}
