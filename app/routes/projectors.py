"""What a projector is told from the console: blank, freeze, language, the way to join."""

from typing import Annotated

from fastapi import Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.domain.agenda import projectors
from app.domain.who import Who
from app.live import catalogue
from app.live.view import Audience
from app.web.forms import AtDoor, done
from app.web.routing import Router

router = Router("/{code}/projectors/{projector_id:int}")

On = Annotated[bool, Form()]


@router.post("/blank")
async def blank_projector(request: Request, door: AtDoor, projector_id: int, on: On) -> Response:
    await door.write("lead", projectors.blank, projector_id, on)
    return done(request, f"/{door.code}/console")


@router.post("/join")
async def show_join(request: Request, door: AtDoor, projector_id: int, on: On) -> Response:
    await door.write("lead", projectors.show_join, projector_id, on)
    return done(request, f"/{door.code}/console")


@router.post("/freeze")
async def freeze_projector(request: Request, door: AtDoor, projector_id: int, on: On) -> Response:
    """Keep what is on this screen now, also across its reload, until it is thawed."""
    if on:
        regions = await door.read("lead", _drawn_now, projector_id)
        await door.write("lead", projectors.freeze, projector_id, regions)
    else:
        await door.write("lead", projectors.thaw, projector_id)
    return done(request, f"/{door.code}/console")


@router.post("/language")
async def choose_language(
    request: Request, door: AtDoor, projector_id: int, language: Annotated[str, Form()]
) -> Response:
    await door.write("lead", projectors.set_language, projector_id, language)
    return done(request, f"/{door.code}/console")


def _drawn_now(session: Session, who: Who, projector_id: int) -> dict[str, str]:
    projector = projectors.projector_of(session, who, projector_id)
    audience = Audience(who.workshop_id, "projector", projector.language, projector_id)
    drawn = catalogue.drawing(session, audience).regions
    return {name: html for name, html in drawn.items() if name in catalogue.FREEZABLE}
