"""Coming in by a link."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access.door import language_of
from app.domain.people import link_secrets
from app.domain.people.link_secrets import OpenedLink
from app.errors import Refused
from app.storage.database import database
from app.web.cookies import set_cookie
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


def screen_of(opened: OpenedLink) -> str:
    """The screen a link leads to."""
    screen = SCREEN.get(opened.role, "console")
    return f"/{opened.code}/{screen}" + ("" if screen == "console" else f"/{opened.link_id}")
