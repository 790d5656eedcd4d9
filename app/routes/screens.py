"""The pages of the four faces: phone, pad, console and projector."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access.door import Door, language_of
from app.domain import codes
from app.domain.people import joining, tables
from app.domain.stage import phone_task, stage
from app.domain.who import Who
from app.errors import Refused
from app.live import catalogue
from app.live.view import Audience, Drawing
from app.models import Link
from app.models.pads import ENTRY_KINDS
from app.routes.regions import RIGHT_TO_SEE, audience_of
from app.storage.database import database
from app.web.forms import AtDoor
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import Context, page

router = Router()


def _whole_screen(session: Session, who: Who, screen: str) -> tuple[Who, Audience, Drawing, Context]:
    """A whole screen: its regions as the hub draws them, and what its page needs besides."""
    audience = audience_of(session, who, screen)
    now = stage.read_stage_with_agenda(session, who.workshop_id)
    link = session.get(Link, who.link_id) if who.link_id else None
    context: Context = {"workshop": now.workshop, "link": link, "stage": now, "screen": screen}
    if screen == "phone":
        context["phone_task"] = phone_task.for_participant(session, who, now)
    if screen in ("phone", "pad"):
        context["table"] = tables.numbers_by_id(session, who.workshop_id).get(who.table_id or 0)
        context["items"] = now.agenda_items
        context["kinds"] = ENTRY_KINDS
    return who, audience, catalogue.latest(session, audience), context


async def show_screen(request: Request, door: Door, screen: str, base: str) -> Response:
    """Draw the page of a screen whose addresses begin with `base`."""
    who, audience, drawn, context = await door.read(RIGHT_TO_SEE[screen], _whole_screen, screen)
    with drawn_for(audience.language, context["workshop"].time_zone):
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
