"""Before any workshop: where the event code is typed, a language, and whether the server is well."""

from typing import Annotated

from fastapi import Form
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.access.door import language_of
from app.access.rate_limit import tries_left, wrong_code
from app.domain import codes
from app.domain.workshops import versions, workshops
from app.errors import Refused
from app.models.base import LANGUAGES
from app.storage.database import database
from app.web.cookies import set_cookie
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
    wanted = codes.normalised(code)
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
    found = await database.read(versions.versions_by_id)
    return JSONResponse({"ok": True, "workshops": len(found)})
