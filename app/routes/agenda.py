"""Moving the room on and back, the item's clock, and edits of an item."""

from typing import Annotated

from fastapi import Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.domain.agenda import cards, items, moving_on, running_order, time_control
from app.domain.notes import walls
from app.domain.votes.life import votes
from app.domain.who import Who
from app.web.forms import LARGEST, AtDoor, Fields, done
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router("/{code}/items/{item_id:int}")


@router.post("/leaving")
async def move_on(
    request: Request, door: AtDoor, item_id: int, to: Annotated[int | None, Form(le=LARGEST)] = None
) -> Response:
    """The room leaves this item for the next (or for `to`)."""
    await door.write("lead", moving_on.move_on, item_id, to)
    return done(request, f"/{door.code}/console")


@router.post("/return")
async def move_back(request: Request, door: AtDoor, item_id: int) -> Response:
    """The room leaves this item for the one before it."""
    await door.write("lead", moving_on.move_back, item_id)
    return done(request, f"/{door.code}/console")


@router.post("/clock/start")
async def start_clock(request: Request, door: AtDoor, item_id: int) -> Response:
    await door.write("lead", time_control.start_clock, item_id)
    return done(request, f"/{door.code}/console")


@router.post("/clock/pause")
async def pause_clock(request: Request, door: AtDoor, item_id: int) -> Response:
    await door.write("lead", time_control.pause_clock, item_id)
    return done(request, f"/{door.code}/console")


@router.post("/clock/minutes")
async def add_time(request: Request, door: AtDoor, item_id: int, minutes: Annotated[int, Form()]) -> Response:
    await door.write("lead", time_control.add_time, item_id, minutes)
    return done(request, f"/{door.code}/console")


@router.get("")
async def show_item(request: Request, door: AtDoor, item_id: int) -> Response:
    """The item's form: titles, minutes, instruction, its votes and walls, and the facilitator's guide."""
    who, context = await door.read("edit_workshop", _item, item_id)
    with drawn_for(door.language):
        return page(request, "agenda/edit.html", "panel", code=who.code, **context)


@router.post("")
async def edit_item(request: Request, door: AtDoor, item_id: int, fields: Fields) -> Response:
    await door.write("edit_workshop", items.edit, item_id, fields)
    return done(request, f"/{door.code}/console")


def _item(session: Session, who: Who, item_id: int) -> tuple[Who, dict]:
    item = running_order.item_of(session, who, item_id)
    return who, {
        "item": item,
        "current": running_order.current_item(session, who.workshop_id),
        "workshop": running_order.workshop_of(session, who),
        "votes": votes.of_item(session, item_id),
        "walls": walls.walls_of_item(session, item_id),
        "cards": cards.cards_of_item(session, item_id),
    }
