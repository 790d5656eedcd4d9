"""The way in by code, and the day itself: its start, its end, its title, date and remit."""

from typing import Annotated

from fastapi import Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.access.admission import guest
from app.access.door import Door, language_of
from app.access.rate_limit import tries_left, wrong_code
from app.background.day_end import clear_files
from app.domain import codes
from app.domain.agenda import running_order
from app.domain.people import roles
from app.domain.stage import stage
from app.domain.votes.life import day_end
from app.domain.who import Who
from app.domain.workshops import workshops
from app.errors import Refused
from app.models.base import LANGUAGES
from app.storage.database import database
from app.web.cookies import set_cookie
from app.web.forms import AtDoor, Fields, done
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router()


@router.get("/")
async def show_landing(request: Request, code: str = "") -> Response:
    """Where a person types the event code."""
    if code:
        return await enter_code(request, code)
    with drawn_for(language_of(request)):
        return page(request, "workshops/landing.html")


@router.post("/")
async def enter_code(request: Request, code: Annotated[str, Form(max_length=100)] = "") -> Response:
    """To the workshop with this code; wrong codes are counted."""
    wanted = codes.typed(code)
    address = request.client.host if request.client else ""
    browser = request.headers.get("user-agent", "") + address
    tries_left("", browser, address)
    found = await database.read(workshops.by_code, wanted) if codes.is_workshop_code(wanted) else None
    if not found:
        wrong_code("", browser, address)
        with drawn_for(language_of(request)):
            return page(request, "workshops/landing.html", status=404, wrong=code)
    return RedirectResponse(f"/{wanted}", 303)


@router.post("/language")
async def choose_language(
    request: Request,
    language: Annotated[str, Form(max_length=5)],
    back: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Choose a language before any workshop; `back` may be the page of a link that was followed."""
    if language not in LANGUAGES:
        raise Refused("bad_request")
    answer = RedirectResponse(back if back.startswith("/enter/") and "\\" not in back else "/", 303)
    set_cookie(answer, "language", language, "/")
    return answer


@router.get("/healthz")
async def show_health() -> Response:
    """Whether the database answers: how many workshops there are."""
    versions = await database.read(workshops.versions)
    return JSONResponse({"ok": True, "workshops": len(versions)})


@router.post("/{code}/day/start")
async def start_day(request: Request, door: AtDoor, fields: Fields) -> Response:
    await door.write("lead", running_order.start, fields.get("from", "now") == "now")
    return done(request, f"/{door.code}/console")


@router.post("/{code}/day/closing")
async def close_day(request: Request, door: AtDoor) -> Response:
    await door.write("lead", running_order.close)
    return done(request, f"/{door.code}/console")


@router.post("/{code}/day/opening")
async def reopen_day(request: Request, door: AtDoor) -> Response:
    await door.write("lead", running_order.reopen)
    return done(request, f"/{door.code}/console")


@router.post("/{code}/day/finals")
async def finish_day(request: Request, door: AtDoor) -> Response:
    """Make the secret votes of a closed day final without waiting."""
    await door.write("lead", day_end.make_votes_final_now)
    await clear_files()
    return done(request, f"/{door.code}/console")


@router.get("/{code}/remit")
async def show_remit(request: Request, door: AtDoor) -> Response:
    """The remit and the day's programme, one tap away from everywhere."""
    about = await database.read(_remit, door)
    with drawn_for(language_of(request), about["order"].workshop.time_zone):
        return page(request, "workshops/remit.html", "panel", code=door.code, **about)


@router.get("/{code}/edit")
async def show_workshop(request: Request, door: AtDoor) -> Response:
    who, about = await door.read("edit_workshop", _workshop)
    with drawn_for(door.language):
        return page(request, "workshops/edit.html", "panel", code=who.code, **about)


@router.post("/{code}/edit")
async def edit_workshop(request: Request, door: AtDoor, fields: Fields) -> Response:
    await door.write("edit_workshop", workshops.edit, fields)
    return done(request, f"/{door.code}/console")


def _remit(session: Session, door: Door) -> dict:
    return {"order": stage.planned_order(session, guest(session, door).workshop_id)}


def _workshop(session: Session, who: Who) -> tuple[Who, dict]:
    asked = roles.listed(session, who.workshop_id)
    return who, {
        "workshop": running_order.workshop_of(session, who),
        "roles": asked,
        "most_roles": roles.MOST,
    }
