"""Coming in by a link, and the links as the console manages them."""

from typing import Annotated

from fastapi import Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access.door import Door, language_of
from app.domain.agenda import running_order
from app.domain.people import link_secrets, links, tables
from app.domain.people.link_secrets import OpenedLink
from app.domain.who import Who
from app.errors import Refused
from app.models.links import LINK_ROLES
from app.settings import settings
from app.storage.database import database
from app.web.cookies import set_cookie
from app.web.forms import AtDoor, Fields, is_htmx, table_number
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router()

SCREEN = {"projector": "projector", "scribe": "pad"}


@router.get("/enter/{token}")
async def follow_link(request: Request, token: str) -> Response:
    """A projector's or pad's link opens at once; a one-time link asks first, so that a mail
    scanner or a link preview does not use it up."""
    found = await database.read(link_secrets.find_by_token, token)
    if found is None:
        raise Refused("link_unknown")
    link, secret, code = found
    if not link.one_time:
        return await open_link(request, token)
    if secret.used_at:
        raise Refused("link_used")
    with drawn_for(language_of(request)):
        return page(request, "links/enter.html", token=token, link=link, code=code)


@router.post("/enter/{token}")
async def open_link(request: Request, token: str) -> Response:
    """Let this browser in for good."""
    opened = await database.write(link_secrets.open, token)
    answer = RedirectResponse(screen_of(opened), 303)
    set_cookie(answer, f"as_{opened.link_id}", opened.token, f"/{opened.code}")
    return answer


@router.get("/{code}/links")
async def show_links(request: Request, door: AtDoor) -> Response:
    who, about = await door.read("manage_links", _listed)
    with drawn_for(door.language, about["workshop"].time_zone):
        return page(request, "links/list.html", "panel", code=who.code, who=who, **about)


@router.post("/{code}/links")
async def issue_link(request: Request, door: AtDoor, fields: Fields) -> Response:
    """A new link; its address is shown this once."""
    role, name, table = fields.get("role", ""), fields.get("name", ""), fields.get("table", "")
    if role not in LINK_ROLES:
        raise Refused("bad_request")
    number = table_number(table) if role == "scribe" else None
    _, token = await door.write("manage_links", links.issue, role, name, number)
    return _show_new_link(request, door, name, token)


@router.post("/{code}/links/{managed_id:int}/reissue")
async def reissue_link(request: Request, door: AtDoor, managed_id: int) -> Response:
    token = await door.write("manage_links", links.reissue, managed_id)
    return _show_new_link(request, door, "", token)


@router.post("/{code}/links/{managed_id:int}/name")
async def rename_link(
    request: Request, door: AtDoor, managed_id: int, name: Annotated[str, Form()] = ""
) -> Response:
    await door.write("manage_links", links.rename, managed_id, name)
    return await _list_again(request, door)


@router.post("/{code}/links/{managed_id:int}/revocation")
async def revoke_link(request: Request, door: AtDoor, managed_id: int) -> Response:
    """End a link and every browser that came in by it."""
    await door.write("manage_links", links.revoke, managed_id)
    return await _list_again(request, door)


def screen_of(opened: OpenedLink) -> str:
    """The screen a link leads to."""
    screen = SCREEN.get(opened.role, "console")
    return f"/{opened.code}/{screen}" + ("" if screen == "console" else f"/{opened.link_id}")


async def _list_again(request: Request, door: Door) -> Response:
    """The list as it is now, in its panel; without JavaScript by way of its address."""
    if is_htmx(request):
        return await show_links(request, door)
    return RedirectResponse(f"/{door.code}/links", 303)


def _show_new_link(request: Request, door: Door, name: str, token: str) -> Response:
    address = f"{settings().public_url}/enter/{token}"
    with drawn_for(door.language):
        return page(request, "links/new_address.html", "panel", code=door.code, name=name, address=address)


def _listed(session: Session, who: Who) -> tuple[Who, dict]:
    return who, {
        "workshop": running_order.workshop_of(session, who),
        "links": links.in_force(session, who.workshop_id),
        "browsers": link_secrets.browsers_by_link(session, who.workshop_id),
        "tables": tables.all_tables(session, who.workshop_id),
    }
