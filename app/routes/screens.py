"""The pages of the four faces, their websocket, and the same regions by polling."""

from typing import Any

from fastapi import WebSocket
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.websockets import WebSocketDisconnect

from app.access.door import Door, language_of
from app.access.rights import Right
from app.domain import codes
from app.domain.people import joining, tables
from app.domain.stage import phone_task, stage
from app.domain.who import Who
from app.domain.workshops import workshops
from app.errors import Refused
from app.live import catalogue, wire
from app.live.view import Audience, Drawing, envelope_of
from app.models import Link, Projector
from app.models.pads import ENTRY_KINDS
from app.storage.database import database
from app.web.forms import AtDoor
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router()

RIGHT_TO_SEE: dict[str, Right] = {
    "phone": "see_phone",
    "pad": "see_pad",
    "console": "see_console",
    "projector": "see_projector",
}


def audience(session: Session, who: Who, screen: str) -> Audience:
    """Everybody who sees what this person's screen shows."""
    language = who.language
    if screen == "projector":
        projector = session.get(Projector, who.link_id)
        language = projector.language if projector else language
    channel = who.link_id if screen in ("pad", "projector") else None
    return Audience(who.workshop_id, screen, language, channel)


def whole_screen(session: Session, who: Who, screen: str) -> tuple[Who, Audience, Drawing, dict[str, Any]]:
    """A whole screen: its regions as the hub draws them, and what its page needs besides."""
    seen = audience(session, who, screen)
    now = stage.read_stage_with_agenda(session, who.workshop_id)
    link = session.get(Link, who.link_id) if who.link_id else None
    context: dict[str, Any] = {"workshop": now.workshop, "link": link, "stage": now, "screen": screen}
    if screen == "phone":
        context["phone_task"] = phone_task.for_participant(session, who, now)
    if screen in ("phone", "pad"):
        context["table"] = tables.numbers_by_id(session, who.workshop_id).get(who.table_id or 0)
        context["items"] = now.agenda_items
        context["kinds"] = ENTRY_KINDS
    return who, seen, catalogue.latest(session, seen), context


async def show_screen(request: Request, door: Door, screen: str, base: str) -> Response:
    """Draw the page of a screen whose addresses begin with `base`."""
    who, seen, drawn, context = await door.read(RIGHT_TO_SEE[screen], whole_screen, screen)
    with drawn_for(seen.language, context["workshop"].time_zone):
        return page(
            request,
            f"screens/{screen}.html",
            regions=drawn.regions,
            version=drawn.version,
            base=base,
            who=who,
            code=who.code,
            personal=door.me.partition(".")[0],
            **context,
        )


@router.get("/{code}")
async def show_phone(request: Request, door: AtDoor) -> Response:
    """The phone of someone who has joined; for others the way to join."""
    if not codes.is_workshop_code(door.code):
        wanted = codes.normalised(door.code)
        if not codes.is_workshop_code(wanted):
            raise Refused("not_found")
        return RedirectResponse(f"/{wanted}", 307)
    try:
        return await show_screen(request, door, "phone", f"/{door.code}/phone")
    except Refused as refused:
        if refused.code not in ("not_found", "not_allowed", "moved_elsewhere", "removed"):
            raise
        context = await database.read(joining.welcome, door.code)
        with drawn_for(language_of(request), context["workshop"].time_zone):
            return page(
                request,
                "participants/join.html",
                code=door.code,
                turned_away=refused.code if refused.code in ("moved_elsewhere", "removed") else "",
                **context,
            )


@router.get("/{code}/console")
async def show_console(request: Request, door: AtDoor) -> Response:
    return await show_screen(request, door, "console", f"/{door.code}/console")


@router.get("/{code}/projector/{link_id:int}")
async def show_projector(request: Request, door: AtDoor, link_id: int) -> Response:
    return await show_screen(request, door, "projector", f"/{door.code}/projector/{link_id}")


@router.get("/{code}/pad/{link_id:int}")
async def show_pad(request: Request, door: AtDoor, link_id: int) -> Response:
    return await show_screen(request, door, "pad", f"/{door.code}/pad/{link_id}")


@router.get("/{code}/{screen}/regions")
@router.get("/{code}/{screen}/{link_id:int}/regions")
async def poll_regions(door: AtDoor, screen: str, v: int = -1) -> Response:
    """The same regions for a screen that cannot hold a websocket; 204 when nothing changed since `v`."""
    drawn = await door.read(_right(screen), _newer, screen, v)
    if drawn is None:
        return Response(status_code=204)
    return JSONResponse(envelope_of(drawn), headers={"Cache-Control": "no-store"})


@router.websocket("/{code}/{screen}/live")
@router.websocket("/{code}/{screen}/{link_id:int}/live")
async def live(socket: WebSocket, door: AtDoor, screen: str) -> None:
    """A screen's socket. It carries nothing upward; what it shows follows from who connects, and `v` says of
    which version their page is."""
    version = socket.query_params.get("v", "")
    await socket.accept()
    try:
        who, seen = await door.read(_right(screen), _with_audience, screen)
    except Refused as refused:
        await socket.close(wire.MOVED if refused.code == "moved_elsewhere" else wire.REJOIN)
        return
    hub, connection = socket.app.state.hub, socket.scope["extensions"][wire.EXTENSION]
    hub.connect(
        connection, seen, who.socket, int(version) if version.isdecimal() and len(version) < 19 else None
    )
    try:
        while (await socket.receive())["type"] != "websocket.disconnect":
            continue
    except WebSocketDisconnect:
        pass
    finally:
        hub.disconnect(connection)


def _right(screen: str) -> Right:
    if screen not in RIGHT_TO_SEE:
        raise Refused("not_found")
    return RIGHT_TO_SEE[screen]


def _with_audience(session: Session, who: Who, screen: str) -> tuple[Who, Audience]:
    return who, audience(session, who, screen)


def _newer(session: Session, who: Who, screen: str, version: int) -> Drawing | None:
    workshop = workshops.by_code(session, who.code)
    if workshop is not None and workshop.version == version:
        return None
    return catalogue.latest(session, audience(session, who, screen))
