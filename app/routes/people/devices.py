"""Coming back on another device with the personal code."""

from dataclasses import replace

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.access.admission import guest
from app.access.door import Door, language_of
from app.access.rate_limit import tries_left, wrong_code
from app.domain import codes
from app.domain.people import joining, participants
from app.domain.people.joining import PersonalCredentials
from app.errors import Refused
from app.models import Participant
from app.models.base import LANGUAGES
from app.settings import settings
from app.storage.database import database
from app.web.cookies import set_cookie
from app.web.forms import AtDoor, Text, redirect
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router("/{code}")


@router.get("/me/{personal}")
async def ask_to_use_device(request: Request, door: AtDoor, personal: str) -> Response:
    """ "Use here?": a personal link opened on another device asks before it takes over."""
    person = await _person_with_code(request, door, personal)
    with drawn_for(language_of(request)):
        return page(request, "participants/use_device.html", code=door.code, personal=personal, person=person)


@router.post("/devices")
async def use_device(request: Request, door: AtDoor, personal: Text) -> Response:
    """Continue as the person with this code; the device used before is told. A language chosen in
    this browser goes before the one chosen there."""
    person = await _person_with_code(request, door, personal)
    chosen = request.cookies.get("language", "")
    language = chosen if chosen in LANGUAGES else person.language
    joined = await database.write(_move, door, personal, language)
    answer = remember_person(redirect(request, f"/{door.code}"), door.code, joined)
    set_cookie(answer, "language", language, "/")
    return answer


def personal_link(code: str, personal: str) -> str:
    """The personal link, which asks before the device that opens it takes over."""
    return f"{settings().public_url}/{code}/me/{personal}"


def remember_person(answer: Response, code: str, joined: PersonalCredentials) -> Response:
    """Let this browser be the person from now on."""
    set_cookie(answer, "me", f"{joined.personal_code}.{joined.device_token}", f"/{code}")
    return answer


def _move(session: Session, door: Door, personal: str, language: str) -> PersonalCredentials:
    who = guest(session, door)
    joined = joining.move_device(session, who, personal)
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
    return joining.by_code(session, guest(session, door).workshop_id, codes.normalised(personal))
