"""Count sheets: entering a table's, from the console and from a pad, and taking it back."""

from starlette.requests import Request
from starlette.responses import Response

from app.domain.votes.ballots import count_sheets
from app.routes.votes import paper_panels
from app.routes.votes.paper_panels import PAD_PREFIX
from app.web.forms import AtDoor, Fields
from app.web.routing import Router
from app.web.submission_fields import Stamped, content_of

router = Router("/{code}")


@router.get("/votes/{vote_id:int}/sheet")
@router.get(PAD_PREFIX + "/votes/{vote_id:int}/sheet")
async def new_sheet(request: Request, door: AtDoor, vote_id: int) -> Response:
    context = await door.read("enter_paper", paper_panels.paper_context, vote_id)
    return paper_panels.draw(request, door, "sheet", context)


@router.post("/votes/{vote_id:int}/sheet")
@router.post(PAD_PREFIX + "/votes/{vote_id:int}/sheet")
async def enter_sheet(
    request: Request, door: AtDoor, vote_id: int, fields: Fields, stamped: Stamped
) -> Response:
    """A table's count sheet; answers as a paper ballot does."""
    stamp = stamped.of(vote_id, "sheet", *content_of(fields))
    entered, context = await door.write(
        "enter_paper", paper_panels.after_entry, count_sheets.enter, vote_id, fields, stamp
    )
    return paper_panels.draw_outcome(request, door, "sheet", fields, entered, context)


@router.post("/votes/{vote_id:int}/sheets/{sheet_id:int}/withdrawal")
@router.post(PAD_PREFIX + "/votes/{vote_id:int}/sheets/{sheet_id:int}/withdrawal")
async def withdraw_sheet(request: Request, door: AtDoor, vote_id: int, sheet_id: int) -> Response:
    context = await door.write(
        "enter_paper", paper_panels.after_withdrawal, count_sheets.withdraw, vote_id, sheet_id
    )
    return paper_panels.draw(request, door, "papers", context)
