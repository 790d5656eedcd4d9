"""Paper: entering a ballot or a table's count sheet, from the console and from a pad, and taking it back."""

import secrets
from collections.abc import Callable
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.access.door import Door
from app.access.rate_limit import tries_left, wrong_code
from app.domain.people import tables
from app.domain.submissions import Stamp
from app.domain.votes import lookup
from app.domain.votes.ballots import count_sheets, electorates, paper_ballots, paper_trail
from app.domain.votes.ballots.paper_ballots import Entered
from app.domain.who import Who
from app.errors import Refused
from app.web.forms import AtDoor, Fields
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.submission_fields import Stamped, content_of
from app.web.templating import page

WRITTEN_ANEW = frozenset({"on_conflict", "sequence", "written_at"})

router = Router("/{code}")

PAD = "/pad/{link_id:int}"  # the same for the console and, behind the pad's own address, for its scribe


@router.get("/votes/{vote_id:int}/paper")
@router.get(PAD + "/votes/{vote_id:int}/paper")
async def new_paper(request: Request, door: AtDoor, vote_id: int) -> Response:
    return _draw(request, door, "paper", await door.read("enter_paper", _about, vote_id))


@router.post("/votes/{vote_id:int}/paper")
@router.post(PAD + "/votes/{vote_id:int}/paper")
async def enter_paper(
    request: Request, door: AtDoor, vote_id: int, fields: Fields, stamped: Stamped
) -> Response:
    """A paper ballot; answers with the form for the next one, or with the question a collision asks."""
    browser, address = str(sorted(door.passes.values())), request.client.host if request.client else ""
    tries_left(door.code, browser, address)
    stamp = stamped.of(vote_id, "paper", *content_of(fields))
    try:
        entered, about = await door.write("enter_paper", _enter, paper_ballots.enter, vote_id, fields, stamp)
    except Refused as refused:
        if refused.code == "paper_code_unknown":
            wrong_code(door.code, browser, address)
        raise
    return _answer(request, door, "paper", fields, entered, about)


@router.get("/votes/{vote_id:int}/sheet")
@router.get(PAD + "/votes/{vote_id:int}/sheet")
async def new_sheet(request: Request, door: AtDoor, vote_id: int) -> Response:
    return _draw(request, door, "sheet", await door.read("enter_paper", _about, vote_id))


@router.post("/votes/{vote_id:int}/sheet")
@router.post(PAD + "/votes/{vote_id:int}/sheet")
async def enter_sheet(
    request: Request, door: AtDoor, vote_id: int, fields: Fields, stamped: Stamped
) -> Response:
    """A table's count sheet; answers as a paper ballot does."""
    stamp = stamped.of(vote_id, "sheet", *content_of(fields))
    entered, about = await door.write("enter_paper", _enter, count_sheets.enter, vote_id, fields, stamp)
    return _answer(request, door, "sheet", fields, entered, about)


@router.get("/votes/{vote_id:int}/papers")
@router.get(PAD + "/votes/{vote_id:int}/papers")
async def list_papers(request: Request, door: AtDoor, vote_id: int) -> Response:
    """What was entered so far, by whom and when."""
    return _draw(request, door, "papers", await door.read("enter_paper", _about, vote_id))


@router.post("/votes/{vote_id:int}/papers/{ballot_id:ballot}/withdrawal")
@router.post(PAD + "/votes/{vote_id:int}/papers/{ballot_id:ballot}/withdrawal")
async def withdraw_paper(request: Request, door: AtDoor, vote_id: int, ballot_id: int) -> Response:
    about = await door.write("enter_paper", _withdraw, paper_ballots.withdraw, vote_id, ballot_id)
    return _draw(request, door, "papers", about)


@router.post("/votes/{vote_id:int}/sheets/{sheet_id:int}/withdrawal")
@router.post(PAD + "/votes/{vote_id:int}/sheets/{sheet_id:int}/withdrawal")
async def withdraw_sheet(request: Request, door: AtDoor, vote_id: int, sheet_id: int) -> Response:
    about = await door.write("enter_paper", _withdraw, count_sheets.withdraw, vote_id, sheet_id)
    return _draw(request, door, "papers", about)


def _enter(
    session: Session,
    who: Who,
    act: Callable[[Session, Who, int, dict[str, str], Stamp], Entered],
    vote_id: int,
    fields: dict[str, str],
    stamp: Stamp,
) -> tuple[Entered, dict[str, Any]]:
    entered = act(session, who, vote_id, fields, stamp)
    return entered, _about(session, who, vote_id)


def _withdraw(
    session: Session, who: Who, act: Callable[[Session, Who, int, int], None], vote_id: int, row_id: int
) -> dict[str, Any]:
    act(session, who, vote_id, row_id)
    return _about(session, who, vote_id)


def _about(session: Session, who: Who, vote_id: int) -> dict[str, Any]:
    vote = lookup.vote_of(session, who, vote_id)
    numbers = tables.numbers(session, who.workshop_id).items()
    own = who.table_id if who.role == "scribe" else None
    return {
        "who": who,
        "vote": vote,
        "question": lookup.question_of(session, vote),
        "trail": paper_trail.of_vote(session, who, vote),
        "organisations": electorates.organisations(session, vote_id),
        "numbers": [number for table_id, number in numbers if own in (None, table_id)],
    }


def _answer(
    request: Request,
    door: Door,
    panel: str,
    fields: dict[str, str],
    entered: Entered,
    about: dict[str, Any],
) -> Response:
    """The question a collision asks carries what was typed, and the same key: it is still one submission."""
    if entered.outcome != "asks":
        return _draw(request, door, panel, about, entered=entered)
    typed = {name: value for name, value in fields.items() if name not in WRITTEN_ANEW}
    return _draw(request, door, "paper_conflict", about, entered=entered, typed=typed, panel=panel)


def _draw(request: Request, door: Door, name: str, about: dict[str, Any], **more: Any) -> Response:
    who = about["who"]
    base = f"/{who.code}" if door.link_id is None else f"/{who.code}/pad/{door.link_id}"
    home = f"/{who.code}/pad/{who.link_id}" if who.role == "scribe" else f"/{who.code}/console"
    context = {
        **about,
        "code": who.code,
        "base_url": f"{base}/votes/{about['vote'].id}",
        "panel_back": home,
        "key": secrets.token_hex(16),
        "entered": None,
        **more,
    }
    with drawn_for(door.language, who.zone):
        return page(request, f"votes/ballots/{name}.html", "panel", **context)
