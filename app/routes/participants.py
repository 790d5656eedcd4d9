"""Joining, the personal slot, coming back on another device, and the people as the console manages them."""

from contextlib import suppress
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.access import Door, guest, language_of, tries_left, wrong_code
from app.domain import codes
from app.domain.agenda import running_order
from app.domain.people import participants, roles, tables
from app.domain.people.participants import Joined
from app.domain.stage import phone_task, stage
from app.domain.votes.ballots import organisation_ballots
from app.domain.votes.confirmations import confirm_links
from app.domain.who import Who
from app.errors import Refused
from app.models import Participant
from app.models.base import LANGUAGES
from app.settings import settings
from app.storage.database import database
from app.web.forms import Fields, Shown, done, go, table_number
from app.web.templating import drawn_for, page

router = APIRouter()

Text = Annotated[str, Form(max_length=400)]
LONG = 400 * 24 * 3600


def keep(answer: Response, code: str, joined: Joined) -> Response:
    """Let this browser be the person from now on."""
    set_cookie(answer, "me", f"{joined.personal}.{joined.device}", f"/{code}")
    return answer


def set_cookie(answer: Response, name: str, value: str, path: str) -> None:
    """A cookie no script can read and no other site can send along with a form."""
    answer.set_cookie(
        name, value, max_age=LONG, path=path, httponly=True, samesite="lax", secure=settings().is_secure
    )


@router.post("/{code}/participants")
async def join(
    request: Request,
    shown: Shown,
    name: Text = "",
    organisation: Text = "",
    table: Text = "",
    role: Text = "",
    language: Text = "",
) -> Response:
    """Join, unless this browser is somebody here already."""
    if bool(shown.me) and await database.read(participants.is_here, shown.code, shown.me):
        return go(request, f"/{shown.code}")
    chosen = language if language in LANGUAGES else language_of(request)
    joined = await database.write(_join, shown, name, organisation, table_number(table), chosen, role)
    answer = keep(go(request, f"/{shown.code}"), shown.code, joined)
    set_cookie(answer, "language", chosen, "/")
    return answer


@router.get("/{code}/me/{personal}")
async def ask_here(request: Request, shown: Shown, personal: str) -> Response:
    """ "Use here?": a personal link opened on another device asks before it takes over."""
    person = await _found(request, shown, personal)
    with drawn_for(language_of(request)):
        return page(request, "participants/here.html", code=shown.code, personal=personal, person=person)


@router.post("/{code}/devices")
async def continue_here(request: Request, shown: Shown, personal: Text) -> Response:
    """Continue as the person with this code; the device used before is told. A language chosen in
    this browser goes before the one chosen there."""
    person = await _found(request, shown, personal)
    chosen = request.cookies.get("language", "")
    language = chosen if chosen in LANGUAGES else person.language
    joined = await database.write(_move, shown, personal, language)
    answer = keep(go(request, f"/{shown.code}"), shown.code, joined)
    set_cookie(answer, "language", language, "/")
    return answer


@router.get("/{code}/phone/mine")
async def show_mine(request: Request, shown: Shown) -> Response:
    """The personal slot of the phone, and the smaller one beside the time that is left."""
    who, about = await shown.read("see_phone", _mine)
    with drawn_for(who.language, about["stage"].workshop.time_zone):
        return page(request, "participants/_slots.html", code=who.code, who=who, **about)


@router.get("/{code}/me")
async def show_me(request: Request, shown: Shown) -> Response:
    """My code, my link for another device, my details."""
    who, about = await shown.read("see_phone", _about)
    with drawn_for(who.language):
        return page(
            request,
            "participants/me.html",
            "panel",
            code=who.code,
            personal=shown.me.partition(".")[0],
            link=_link(who.code, shown.me.partition(".")[0]),
            who=who,
            **about,
        )


@router.post("/{code}/me")
async def change_me(
    request: Request,
    shown: Shown,
    name: Text = "",
    organisation: Text = "",
    table: Text = "",
    role: Text = "",
) -> Response:
    given = (name, organisation, table_number(table), role)
    await shown.write("change_own_details", participants.set_details, *given)
    return go(request, f"/{shown.code}")


@router.post("/{code}/language")
async def choose_language(request: Request, shown: Shown, language: Text, back: Text = "") -> Response:
    """Choose a language; remembered by the browser, and by the person if they have joined. `back` is
    the page of this workshop on which it was chosen."""
    if language not in LANGUAGES:
        raise Refused("bad_request")
    if shown.me:
        with suppress(Refused):  # the browser remembers it all the same
            await shown.write("change_own_details", participants.set_language, language)
    home = f"/{shown.code}"
    answer = go(request, back if back.startswith(f"{home}/") and "\\" not in back else home)
    set_cookie(answer, "language", language, "/")
    return answer


@router.get("/{code}/remit")
async def show_remit(request: Request, shown: Shown) -> Response:
    """The remit and the day's programme, one tap away from everywhere."""
    about = await database.read(_remit, shown)
    with drawn_for(language_of(request), about["order"].workshop.time_zone):
        return page(request, "workshops/remit.html", "panel", code=shown.code, **about)


@router.get("/{code}/participants/{participant_id:int}")
async def show_participant(request: Request, shown: Shown, participant_id: int) -> Response:
    who, about = await shown.read("manage_people", _person, participant_id)
    with drawn_for(shown.language):
        return page(request, "participants/edit.html", "panel", code=who.code, **about)


@router.post("/{code}/participants/{participant_id:int}/name")
async def rename_participant(request: Request, shown: Shown, participant_id: int, fields: Fields) -> Response:
    await shown.write("manage_people", participants.rename, participant_id, fields.get("name", ""))
    return done(request, f"/{shown.code}/console")


@router.post("/{code}/participants/{participant_id:int}/table")
async def seat_participant(request: Request, shown: Shown, participant_id: int, fields: Fields) -> Response:
    """To the table with this number; without one, to none."""
    table = table_number(fields.get("table", ""))
    await shown.write("manage_people", participants.seat, participant_id, table)
    return done(request, f"/{shown.code}/console")


@router.post("/{code}/participants/{participant_id:int}/code")
async def issue_code(request: Request, shown: Shown, participant_id: int) -> Response:
    """A new personal code and link for somebody whose phone is lost, shown this once."""
    personal = await shown.write("manage_people", participants.new_code, participant_id)
    with drawn_for(shown.language):
        return page(
            request,
            "participants/fresh.html",
            "panel",
            code=shown.code,
            personal=personal,
            link=_link(shown.code, personal),
        )


@router.post("/{code}/participants/{participant_id:int}/removal")
async def remove_participant(request: Request, shown: Shown, participant_id: int) -> Response:
    await shown.write("manage_people", participants.remove, participant_id)
    return done(request, f"/{shown.code}/console")


def _join(
    session: Session,
    shown: Door,
    name: str,
    organisation: str,
    table: int | None,
    language: str,
    role: str,
) -> Joined:
    return participants.join(session, guest(session, shown), name, organisation, table, language, role)


def _move(session: Session, shown: Door, personal: str, language: str) -> Joined:
    who = guest(session, shown)
    joined = participants.move_device(session, who, personal)
    participants.set_language(session, replace(who, participant_id=joined.participant_id), language)
    return joined


def _mine(session: Session, who: Who) -> tuple[Who, dict]:
    now = stage.current(session, who.workshop_id)
    return who, {
        "mine": phone_task.of(session, who, now),
        "stage": now,
        "table": tables.numbers(session, who.workshop_id).get(who.table_id or 0),
    }


def _about(session: Session, who: Who) -> tuple[Who, dict]:
    person = participants.of(session, who, who.participant_id or 0)
    return who, {
        "person": person,
        "workshop": running_order.workshop_of(session, who),
        "organisation": participants.organisation_name(session, person),
        "organisations": participants.organisations(session, who.workshop_id),
        "tables": tables.listed(session, who.workshop_id),
        "roles": roles.listed(session, who.workshop_id),
        "commitments": [vote for vote, *_ in confirm_links.own(session, who)],
    }


def _remit(session: Session, shown: Door) -> dict:
    return {"order": stage.planned_order(session, guest(session, shown).workshop_id)}


def _person(session: Session, who: Who, participant_id: int) -> tuple[Who, dict]:
    person = participants.of(session, who, participant_id)
    organisation, speaker = organisation_ballots.of_person(session, person)
    return who, {
        "person": person,
        "organisation": organisation,
        "speaker": speaker,
        "tables": tables.listed(session, who.workshop_id),
    }


def _link(code: str, personal: str) -> str:
    """The personal link, which asks before the device that opens it takes over."""
    return f"{settings().public_url}/{code}/me/{personal}"


async def _found(request: Request, shown: Door, personal: str) -> Participant:
    address = request.client.host if request.client else ""
    browser = request.headers.get("user-agent", "") + address + request.cookies.get("language", "")
    tries_left(shown.code, browser, address)
    person = await database.read(_by_code, shown, personal)
    if person is None:
        wrong_code(shown.code, browser, address)
        raise Refused("code_unknown")
    return person


def _by_code(session: Session, shown: Door, personal: str) -> Participant | None:
    return participants.by_code(session, guest(session, shown).workshop_id, codes.typed(personal))
