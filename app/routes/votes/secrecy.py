"""Secrecy: making a vote more secret, its result by group, and its receipts."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.domain.votes.results import breakdowns
from app.domain.votes.secrecy import receipts, secrecy
from app.domain.who import Who
from app.web.forms import AtDoor, Fields, done, is_htmx
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router("/{code}/votes/{vote_id:int}")


@router.post("/secrecy")
async def change_secrecy(request: Request, door: AtDoor, vote_id: int, fields: Fields) -> Response:
    await door.write("lead", secrecy.change, vote_id, fields.get("to", ""))
    return done(request, f"/{door.code}/console")


@router.get("/breakdown")
async def show_breakdown(request: Request, door: AtDoor, vote_id: int) -> Response:
    """The result by table, by sector or by role, where groups are large enough."""
    context = await door.read("see_console", _breakdown, vote_id)
    with drawn_for(door.language):
        return page(request, "votes/secrecy/breakdown.html", "panel", code=door.code, **context)


@router.post("/breakdown")
async def choose_breakdown(request: Request, door: AtDoor, vote_id: int, fields: Fields) -> Response:
    """By what a result without names is broken down, for good."""
    context = await door.write("lead", _choose, vote_id, fields.get("by", ""))
    if not is_htmx(request):
        return done(request, f"/{door.code}/votes/{vote_id}/breakdown")
    with drawn_for(door.language):
        return page(request, "votes/secrecy/breakdown.html", "panel", code=door.code, **context)


@router.get("/receipts")
async def show_receipts(request: Request, door: AtDoor, vote_id: int) -> Response:
    """The published list: under each receipt what its ballot says."""
    who, found = await door.read("see_receipts", _receipts, vote_id)
    back = f"/{who.code}" if who.participant_id else f"/{who.code}/console"
    with drawn_for(who.language):
        return page(
            request, "votes/secrecy/receipts.html", "panel", code=who.code, found=found, panel_back=back
        )


def _breakdown(session: Session, who: Who, vote_id: int) -> dict:
    vote, found, kinds = breakdowns.for_console(session, who, vote_id)
    return {"vote": vote, "found": found, "kinds": kinds}


def _choose(session: Session, who: Who, vote_id: int, kind: str) -> dict:
    breakdowns.choose(session, who, vote_id, kind)
    return _breakdown(session, who, vote_id)


def _receipts(session: Session, who: Who, vote_id: int) -> tuple[Who, receipts.Receipts]:
    return who, receipts.published(session, who, vote_id)
