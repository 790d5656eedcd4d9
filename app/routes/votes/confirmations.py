"""Confirming a commitment later: its links as consoles and those who answered make them, and the page of the
organisation that follows one."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access.door import Door
from app.domain.votes.confirmations import confirmations
from app.domain.votes.confirmations.confirmations import ConfirmationTask
from app.domain.who import Who
from app.errors import Refused
from app.web.forms import AtDoor, Fields
from app.web.language import drawn_for, local_time, translate
from app.web.routing import Router
from app.web.templating import page

router = Router("/{code}")


@router.get("/confirm/{secret}")
async def show_commitment(request: Request, door: AtDoor, secret: str) -> Response:
    """What an organisation answered, and the form by which it confirms or changes that."""
    return await _commitment_page(request, door)


@router.post("/confirm/{secret}")
async def confirm(request: Request, door: AtDoor, secret: str, fields: Fields) -> Response:
    try:
        await door.write("confirm", confirmations.confirm, fields)
    except Refused as refused:
        if refused.status != 422:
            raise
        return await _commitment_page(request, door, refused, fields.get("reason", ""))
    return RedirectResponse(request.url.path, 303)


async def _commitment_page(
    request: Request, door: Door, problem: Refused | None = None, typed: str | None = None
) -> Response:
    who, task = await door.read("confirm", _confirmation_task)
    with drawn_for(door.language, who.zone):
        return page(
            request,
            "confirmations/confirm.html",
            status=problem.status if problem else 200,
            code=who.code,
            task=task,
            workshop=task.workshop,
            problem=problem.sentence(translate, local_time) if problem else "",
            reason=task.reason if typed is None else typed,
        )


def _confirmation_task(session: Session, who: Who) -> tuple[Who, ConfirmationTask]:
    return who, confirmations.task_of(session, who)
