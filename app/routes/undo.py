"""Taking the last action back."""

from starlette.requests import Request
from starlette.responses import Response

from app.domain import undo
from app.web.forms import AtDoor, done
from app.web.routing import Router

router = Router("/{code}/undo")


@router.post("/{undo_id:int}")
async def take_back(request: Request, door: AtDoor, undo_id: int) -> Response:
    await door.write("lead", undo.take_back, undo_id)
    return done(request, f"/{door.code}/console")
