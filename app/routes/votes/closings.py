"""Votes that close by themselves: asking for more time, giving it, and closing by hand after all."""

from typing import Annotated

from fastapi import Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.domain.submissions import Stamp
from app.domain.votes.ballots import personal_answers
from app.domain.votes.time import closings, time_requests
from app.domain.votes.time.time_requests import TimeRequestView
from app.domain.who import Who
from app.web.forms import AtDoor, done, is_htmx
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.submission_fields import Stamped
from app.web.templating import page

router = Router("/{code}/votes/{vote_id:int}")


@router.get("/time-requests")
async def show_request(request: Request, door: AtDoor, vote_id: int) -> Response:
    """How my request for more time stands."""
    return _request_card(request, *await door.read("see_phone", _own_request, vote_id))


@router.post("/time-requests")
async def ask_for_time(request: Request, door: AtDoor, vote_id: int, stamped: Stamped) -> Response:
    """I need more time; what comes back says that the lead knows."""
    found = await door.write("ask_for_time", _ask, vote_id, stamped.of(vote_id))
    return _request_card(request, *found) if is_htmx(request) else RedirectResponse(f"/{door.code}", 303)


@router.post("/closing/minutes")
async def add_time(request: Request, door: AtDoor, vote_id: int, minutes: Annotated[int, Form()]) -> Response:
    await door.write("lead", closings.add_time, vote_id, minutes)
    return done(request, f"/{door.code}/console")


@router.post("/closing/hand")
async def close_by_hand(request: Request, door: AtDoor, vote_id: int) -> Response:
    await door.write("lead", closings.switch_to_manual, vote_id)
    return done(request, f"/{door.code}/console")


def _request_card(request: Request, who: Who, time_request: TimeRequestView | None) -> Response:
    with drawn_for(who.language, who.zone):
        return page(request, "votes/time/_more_time.html", code=who.code, time_request=time_request)


def _ask(session: Session, who: Who, vote_id: int, stamp: Stamp) -> tuple[Who, TimeRequestView | None]:
    time_requests.ask(session, who, vote_id, stamp)
    return _own_request(session, who, vote_id)


def _own_request(session: Session, who: Who, vote_id: int) -> tuple[Who, TimeRequestView | None]:
    return who, time_requests.request_of_person(
        session, who, personal_answers.answer_of_person(session, who, vote_id).vote
    )
