"""Joining, and coming back on another device."""

from contextlib import suppress
from dataclasses import replace

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.access.admission import guest
from app.access.door import Door, language_of
from app.access.rate_limit import tries_left, wrong_code
from app.domain import codes
from app.domain.people import participants
from app.domain.people.participants import Credentials
from app.errors import Refused
from app.models import Participant
from app.models.base import LANGUAGES
from app.settings import settings
from app.storage.database import database
from app.web.cookies import set_cookie
from app.web.forms import AtDoor, Text, redirect, table_number
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

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
    if bool(door.me) and await database.read(participants.is_present, door.code, door.me):
        return redirect(request, f"/{door.code}")
    chosen = language if language in LANGUAGES else language_of(request)
    joined = await database.write(_join, door, name, organisation, table_number(table), chosen, role)
    answer = _remember(redirect(request, f"/{door.code}"), door.code, joined)
    set_cookie(answer, "language", chosen, "/")
    return answer


@router.get("/me/{personal}")
async def ask_here(request: Request, door: AtDoor, personal: str) -> Response:
    """ "Use here?": a personal link opened on another device asks before it takes over."""
    person = await _person_with_code(request, door, personal)
    with drawn_for(language_of(request)):
        return page(request, "participants/use_device.html", code=door.code, personal=personal, person=person)


@router.post("/devices")
async def continue_here(request: Request, door: AtDoor, personal: Text) -> Response:
    """Continue as the person with this code; the device used before is told. A language chosen in
    this browser goes before the one chosen there."""
    person = await _person_with_code(request, door, personal)
    chosen = request.cookies.get("language", "")
    language = chosen if chosen in LANGUAGES else person.language
    joined = await database.write(_move, door, personal, language)
    answer = _remember(redirect(request, f"/{door.code}"), door.code, joined)
    set_cookie(answer, "language", language, "/")
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


def personal_link(code: str, personal: str) -> str:
    """The personal link, which asks before the device that opens it takes over."""
    return f"{settings().public_url}/{code}/me/{personal}"


def _remember(answer: Response, code: str, joined: Credentials) -> Response:
    """Let this browser be the person from now on."""
    set_cookie(answer, "me", f"{joined.personal}.{joined.device}", f"/{code}")
    return answer


def _join(
    session: Session,
    door: Door,
    name: str,
    organisation: str,
    table: int | None,
    language: str,
    role: str,
) -> Credentials:
    return participants.join(session, guest(session, door), name, organisation, table, language, role)


def _move(session: Session, door: Door, personal: str, language: str) -> Credentials:
    who = guest(session, door)
    joined = participants.move_device(session, who, personal)
    participants.set_language(session, replace(who, participant_id=joined.participant_id), language)
    return joined


async def _person_with_code(request: Request, door: Door, personal: str) -> Participant:
    address = request.client.host if request.client else ""
    browser = request.headers.get("user-agent", "") + address + request.cookies.get("language", "")
    tries_left(door.code, browser, address)
    person = await database.read(_by_code, door, personal)
    if person is None:
        wrong_code(door.code, browser, address)
        raise Refused("code_unknown")
    return person


def _by_code(session: Session, door: Door, personal: str) -> Participant | None:
    return participants.by_code(session, guest(session, door).workshop_id, codes.normalised(personal))
