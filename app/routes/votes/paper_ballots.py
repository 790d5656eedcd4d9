"""Paper ballots: entering one, from the console and from a pad, what was entered, and taking it back."""

from starlette.requests import Request
from starlette.responses import Response

from app.access.rate_limit import tries_left, wrong_code
from app.domain.votes.ballots import paper_ballots
from app.errors import Refused
from app.routes.votes import paper_panels
from app.routes.votes.paper_panels import PAD_PREFIX
from app.web.forms import AtDoor, Fields
from app.web.routing import Router
from app.web.submission_fields import Stamped, content_of

router = Router("/{code}")


@router.get("/votes/{vote_id:int}/paper")
@router.get(PAD_PREFIX + "/votes/{vote_id:int}/paper")
async def new_paper(request: Request, door: AtDoor, vote_id: int) -> Response:
    context = await door.read("enter_paper", paper_panels.paper_context, vote_id)
    return paper_panels.draw(request, door, "paper", context)


@router.post("/votes/{vote_id:int}/paper")
@router.post(PAD_PREFIX + "/votes/{vote_id:int}/paper")
async def enter_paper(
    request: Request, door: AtDoor, vote_id: int, fields: Fields, stamped: Stamped
) -> Response:
    """A paper ballot; answers with the form for the next one, or with the question a collision asks."""
    browser, address = str(sorted(door.passes.values())), request.client.host if request.client else ""
    tries_left(door.code, browser, address)
    stamp = stamped.of(vote_id, "paper", *content_of(fields))
    try:
        entered, context = await door.write(
            "enter_paper", paper_panels.after_entry, paper_ballots.enter, vote_id, fields, stamp
        )
    except Refused as refused:
        if refused.code == "paper_code_unknown":
            wrong_code(door.code, browser, address)
        raise
    return paper_panels.draw_outcome(request, door, "paper", fields, entered, context)


@router.get("/votes/{vote_id:int}/papers")
@router.get(PAD_PREFIX + "/votes/{vote_id:int}/papers")
async def list_papers(request: Request, door: AtDoor, vote_id: int) -> Response:
    """What was entered so far, by whom and when."""
    context = await door.read("enter_paper", paper_panels.paper_context, vote_id)
    return paper_panels.draw(request, door, "papers", context)


@router.post("/votes/{vote_id:int}/papers/{ballot_id:ballot}/withdrawal")
@router.post(PAD_PREFIX + "/votes/{vote_id:int}/papers/{ballot_id:ballot}/withdrawal")
async def withdraw_paper(request: Request, door: AtDoor, vote_id: int, ballot_id: int) -> Response:
    context = await door.write(
        "enter_paper", paper_panels.after_withdrawal, paper_ballots.withdraw, vote_id, ballot_id
    )
    return paper_panels.draw(request, door, "papers", context)
