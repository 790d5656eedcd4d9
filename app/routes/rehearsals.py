"""Rehearsing: a bannered copy of the workshop, made and deleted from this machine or the console."""

from typing import Annotated

from fastapi import Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.domain.people import links
from app.domain.who import Who, server
from app.domain.workshops import rehearsals
from app.models import Workshop
from app.web.forms import AtDoor
from app.web.routing import Router

router = Router("/{code}/rehearsals")


@router.post("")
async def make_rehearsal(
    request: Request, door: AtDoor, speed: Annotated[int, Form(ge=1, le=600)] = 1
) -> Response:
    """A copy to rehearse with, and its links: {"id", "code", "links": {"lead": token, …}}."""
    return JSONResponse(await door.write("rehearse", _make, speed))


@router.post("/{rehearsal_id:int}/removal")
async def remove_rehearsal(request: Request, door: AtDoor, rehearsal_id: int) -> Response:
    await door.write("rehearse", rehearsals.end_rehearsal, rehearsal_id)
    return Response(status_code=204)


def _make(session: Session, who: Who, speed: int) -> dict:
    rehearsal_id = rehearsals.rehearse(session, who, speed)
    copy = session.get(Workshop, rehearsal_id)
    assert copy is not None
    made = links.issue_starting_links(session, server(rehearsal_id, copy.code))
    return {"id": rehearsal_id, "code": copy.code, "links": made}
