"""Joining, and choosing a language."""

from contextlib import suppress

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.access.admission import guest
from app.access.door import Door, language_of
from app.domain.people import joining, participants
from app.domain.people.joining import PersonalCredentials
from app.errors import Refused
from app.models.base import LANGUAGES
from app.routes.people import devices
from app.storage.database import database
from app.web.cookies import set_cookie
from app.web.forms import AtDoor, Text, redirect, table_number
from app.web.routing import Router

router = Router("/{code}")


@router.post("/participants")
async def join(
    request: Request,
    door: AtDoor,
    name: Text = "",
    organisation: Text = "",
    table: Text = "",
    role: Text = "",
    language: Text = "",
) -> Response:
    """Join, unless this browser is somebody here already."""
    if bool(door.me) and await database.read(joining.is_present, door.code, door.me):
        return redirect(request, f"/{door.code}")
    chosen = language if language in LANGUAGES else language_of(request)
    joined = await database.write(_join, door, name, organisation, table_number(table), chosen, role)
    answer = devices.remember_person(redirect(request, f"/{door.code}"), door.code, joined)
    set_cookie(answer, "language", chosen, "/")
    return answer


@router.post("/language")
async def choose_language(request: Request, door: AtDoor, language: Text, back: Text = "") -> Response:
    """Choose a language; remembered by the browser, and by the person if they have joined. `back` is
    the page of this workshop on which it was chosen."""
    if language not in LANGUAGES:
        raise Refused("bad_request")
    if door.me:
        with suppress(Refused):  # the browser remembers it all the same
            await door.write("change_own_details", participants.set_language, language)
    home = f"/{door.code}"
    answer = redirect(request, back if back.startswith(f"{home}/") and "\\" not in back else home)
    set_cookie(answer, "language", language, "/")
    return answer


def _join(
    session: Session,
    door: Door,
    name: str,
    organisation: str,
    table: int | None,
    language: str,
    role: str,
) -> PersonalCredentials:
    return joining.join(session, guest(session, door), name, organisation, table, language, role)
