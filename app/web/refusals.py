"""How a refusal reaches the person: a sentence in their language, as a page or the piece htmx asked for."""

import logging

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from app.access.door import language_of
from app.errors import Refused
from app.storage.jobs import StorageUnavailable
from app.storage.writer import StorageBusy
from app.web.language import drawn_for, local_time, translate
from app.web.templating import page

log = logging.getLogger(__name__)


def refuse(request: Request, refused: Refused) -> Response:
    """The answer to a request that was refused."""
    with drawn_for(language_of(request), refused.zone or "Europe/London"):
        sentence = refused.sentence(translate, local_time)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"refused": refused.code, "sentence": sentence}, refused.status)
        context = {"sentence": sentence, "refused": refused.code, "code": request.path_params.get("code", "")}
        return page(request, "errors/refusal.html", "refusal", refused.status, **context)


def handle_errors(app: FastAPI) -> None:
    """One handler per kind of failure; each ends in a sentence."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(StorageUnavailable, _storage)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return refuse(request, error)


async def _storage(request: Request, error: Exception) -> Response:
    return refuse(request, Refused("busy" if isinstance(error, StorageBusy) else "storage"))


async def _malformed(request: Request, error: Exception) -> Response:
    return refuse(request, Refused("bad_request"))


async def _http(request: HTTPConnection, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    assert isinstance(request, Request)
    if isinstance(error.__cause__, Refused):  # reading the body was refused while a form was made of it
        return refuse(request, error.__cause__)
    known = {404: "not_found", 405: "not_found", 413: "body_too_large"}
    return refuse(request, Refused(known.get(error.status_code, "bad_request")))


async def _fault(request: Request, error: Exception) -> Response:
    log.error("a fault while answering %s", request.method, exc_info=error)
    return refuse(request, Refused("fault"))
