"""Asking a vote again, and who moved where since it was asked before."""

from typing import Annotated

from fastapi import Form, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.domain.votes import lookup
from app.domain.votes.life import rounds
from app.domain.votes.results import opinion_shift
from app.domain.votes.results.opinion_shift import OpinionShift
from app.domain.who import Who
from app.errors import Refused
from app.models import Vote
from app.web.forms import LARGEST, AtDoor, done
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router("/{code}")


@router.post("/votes/{vote_id:int}/again")
async def ask_again(
    request: Request,
    door: AtDoor,
    vote_id: int,
    how: Annotated[str, Form(alias="as", max_length=10)] = "round",
    item: Annotated[int | None, Form(le=LARGEST)] = None,
    tied: Annotated[int | None, Query()] = None,
) -> Response:
    """A draft in the item the room is in (or `item`); of a run-off, `tied` is the place it is for."""
    await door.write("edit_workshop", rounds.again, vote_id, how, item, tied)
    return done(request, f"/{door.code}/console")


@router.get("/votes/{vote_id:int}/shift")
async def show_shift(
    request: Request, door: AtDoor, vote_id: int, paper: Annotated[bool, Query()] = True
) -> Response:
    """Who moved where since the question was asked before; with `paper` 0 without pairs on paper or late."""
    vote, shift = await door.read("see_console", _shift, vote_id, not paper)
    with drawn_for(door.language):
        return page(
            request, "votes/results/opinion_shift.html", "panel", code=door.code, vote=vote, shift=shift
        )


def _shift(session: Session, who: Who, vote_id: int, without: bool) -> tuple[Vote, OpinionShift]:
    vote = lookup.vote_of(session, who, vote_id)
    shift = opinion_shift.towards(session, vote, without)
    if shift is None:
        raise Refused("shift_hidden")
    return vote, shift
