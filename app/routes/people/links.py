"""The links as the console manages them."""

from typing import Annotated

from fastapi import Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access.door import Door
from app.domain.agenda import running_order
from app.domain.people import link_secrets, links, tables
from app.domain.who import Who
from app.errors import Refused
from app.models.links import LINK_ROLES
from app.settings import settings
from app.web.forms import AtDoor, Fields, is_htmx, table_number
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router()


@router.get("/{code}/links")
async def show_links(request: Request, door: AtDoor) -> Response:
    who, about = await door.read("manage_links", _links)
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


async def _list_again(request: Request, door: Door) -> Response:
    """The list as it is now, in its panel; without JavaScript by way of its address."""
    if is_htmx(request):
        return await show_links(request, door)
    return RedirectResponse(f"/{door.code}/links", 303)


def _show_new_link(request: Request, door: Door, name: str, token: str) -> Response:
    address = f"{settings().public_url}/enter/{token}"
    with drawn_for(door.language):
        return page(request, "links/new_address.html", "panel", code=door.code, name=name, address=address)


def _links(session: Session, who: Who) -> tuple[Who, dict]:
    return who, {
        "workshop": running_order.workshop_of(session, who),
        "links": links.in_force(session, who.workshop_id),
        "browsers": link_secrets.browsers_by_link(session, who.workshop_id),
        "tables": tables.all_tables(session, who.workshop_id),
    }
