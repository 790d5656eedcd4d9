"""The links by which organisations confirm later, as consoles and those who answered make them."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access.door import Door
from app.domain.agenda import running_order
from app.domain.votes.confirmations import commitment_list, confirm_links, own_confirm_links
from app.domain.votes.confirmations.commitment_list import Commitments
from app.domain.votes.confirmations.confirm_links import IssuedLink
from app.domain.who import Who
from app.settings import settings
from app.web.forms import AtDoor, Fields, is_htmx
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import Context, page

router = Router("/{code}")


@router.get("/votes/{vote_id:int}/confirmations")
async def show_confirmations(request: Request, door: AtDoor, vote_id: int) -> Response:
    """The organisations of a vote: what they answered, their links, what they said later."""
    who, listed = await door.read("manage_confirm_links", _commitments, vote_id)
    with drawn_for(door.language, who.zone):
        return page(request, "confirmations/list.html", "panel", code=door.code, commitments=listed)


@router.post("/votes/{vote_id:int}/confirmations/{elector_id:int}")
async def issue_link(
    request: Request, door: AtDoor, vote_id: int, elector_id: int, fields: Fields
) -> Response:
    """A new link for one organisation; its address is shown this once."""
    until = fields.get("until", "")
    issued = await door.write("manage_confirm_links", confirm_links.issue, vote_id, elector_id, until)
    return _show_new_link(request, door, issued, f"/{door.code}/votes/{vote_id}/confirmations", door.language)


@router.post("/votes/{vote_id:int}/confirmations/{elector_id:int}/expiry")
async def extend_link(
    request: Request, door: AtDoor, vote_id: int, elector_id: int, fields: Fields
) -> Response:
    until = fields.get("until", "")
    await door.write("manage_confirm_links", confirm_links.extend, vote_id, elector_id, until)
    return await _list_again(request, door, vote_id)


@router.post("/votes/{vote_id:int}/confirmations/{elector_id:int}/revocation")
async def revoke_link(request: Request, door: AtDoor, vote_id: int, elector_id: int) -> Response:
    await door.write("manage_confirm_links", confirm_links.revoke, vote_id, elector_id)
    return await _list_again(request, door, vote_id)


@router.get("/votes/{vote_id:int}/confirmation")
async def show_own_link(request: Request, door: AtDoor, vote_id: int) -> Response:
    """Whether there is a link for my own organisation, and a button that makes one."""
    who, context = await door.read("ask_confirm_link", _own_link, vote_id)
    with drawn_for(who.language, who.zone):
        return page(request, "confirmations/own_link.html", "panel", code=who.code, who=who, **context)


@router.post("/votes/{vote_id:int}/confirmation")
async def issue_own_link(request: Request, door: AtDoor, vote_id: int) -> Response:
    """The link of my own organisation, shown this once."""
    who, issued = await door.write("ask_confirm_link", _issue_own, vote_id)
    return _show_new_link(request, door, issued, f"/{door.code}/votes/{vote_id}/confirmation", who.language)


async def _list_again(request: Request, door: Door, vote_id: int) -> Response:
    """The list as it is now, in its panel; without JavaScript by way of its address."""
    if is_htmx(request):
        return await show_confirmations(request, door, vote_id)
    return RedirectResponse(f"/{door.code}/votes/{vote_id}/confirmations", 303)


def _show_new_link(request: Request, door: Door, issued: IssuedLink, back: str, language: str) -> Response:
    address = f"{settings().public_url}/{door.code}/confirm/{issued.token}"
    context: Context = {"issued": issued, "address": address, "panel_back": back}
    with drawn_for(language):
        return page(request, "confirmations/new_link.html", "panel", code=door.code, **context)


def _commitments(session: Session, who: Who, vote_id: int) -> tuple[Who, Commitments]:
    return who, commitment_list.commitments_of(session, who, vote_id)


def _own_link(session: Session, who: Who, vote_id: int) -> tuple[Who, dict]:
    vote, link, until = own_confirm_links.own_link(session, who, vote_id)
    workshop = running_order.workshop_of(session, who)
    return who, {"vote": vote, "link": link, "until": until, "workshop": workshop}


def _issue_own(session: Session, who: Who, vote_id: int) -> tuple[Who, IssuedLink]:
    return who, own_confirm_links.issue(session, who, vote_id)
