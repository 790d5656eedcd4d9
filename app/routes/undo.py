"""Taking the last action back."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.domain import undo
from app.web.forms import Shown, done

router = APIRouter(prefix="/{code}/undo")


@router.post("/{undo_id:int}")
async def take_back(request: Request, shown: Shown, undo_id: int) -> Response:
    await shown.write("lead", undo.take_back, undo_id)
    return done(request, f"/{shown.code}/console")
