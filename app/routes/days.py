"""A workshop's day: started, closed, opened again, and ended for good."""

from starlette.requests import Request
from starlette.responses import Response

from app.background.day_end import clear_files
from app.domain.agenda import days
from app.domain.votes.life import day_end
from app.web.forms import AtDoor, Fields, done
from app.web.routing import Router

router = Router("/{code}")


@router.post("/day/start")
async def start_day(request: Request, door: AtDoor, fields: Fields) -> Response:
    await door.write("lead", days.start, fields.get("from", "now") == "now")
    return done(request, f"/{door.code}/console")


@router.post("/day/closing")
async def close_day(request: Request, door: AtDoor) -> Response:
    await door.write("lead", days.close)
    return done(request, f"/{door.code}/console")


@router.post("/day/opening")
async def reopen_day(request: Request, door: AtDoor) -> Response:
    await door.write("lead", days.reopen)
    return done(request, f"/{door.code}/console")


@router.post("/day/finals")
async def finish_day(request: Request, door: AtDoor) -> Response:
    """Make the secret votes of a closed day final without waiting."""
    await door.write("lead", day_end.make_votes_final_now)
    await clear_files()
    return done(request, f"/{door.code}/console")
