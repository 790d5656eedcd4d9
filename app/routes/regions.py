"""How the regions of a screen reach it after its page: by its websocket, or by polling."""

from fastapi import WebSocket
from sqlmodel import Session
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocketDisconnect

from app.access.rights import Right
from app.domain.who import Who
from app.domain.workshops import workshops
from app.errors import Refused
from app.live import catalogue, wire
from app.live.view import Audience, Drawing, envelope_of
from app.models import Projector
from app.web.forms import AtDoor
from app.web.routing import Router

router = Router()

RIGHT_TO_SEE: dict[str, Right] = {
    "phone": "see_phone",
    "pad": "see_pad",
    "console": "see_console",
    "projector": "see_projector",
}


def audience_of(session: Session, who: Who, screen: str) -> Audience:
    """Everybody who sees what this person's screen shows."""
    language = who.language
    if screen == "projector":
        projector = session.get(Projector, who.link_id)
        language = projector.language if projector else language
    channel = who.link_id if screen in ("pad", "projector") else None
    return Audience(who.workshop_id, screen, language, channel)


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
        who, audience = await door.read(_right(screen), _with_audience, screen)
    except Refused as refused:
        await socket.close(wire.MOVED if refused.code == "moved_elsewhere" else wire.REJOIN)
        return
    hub, connection = socket.app.state.hub, socket.scope["extensions"][wire.EXTENSION]
    hub.connect(
        connection, audience, who.socket, int(version) if version.isdecimal() and len(version) < 19 else None
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
    return who, audience_of(session, who, screen)


def _newer(session: Session, who: Who, screen: str, version: int) -> Drawing | None:
    workshop = workshops.by_code(session, who.code)
    if workshop is not None and workshop.version == version:
        return None
    return catalogue.latest(session, audience_of(session, who, screen))
