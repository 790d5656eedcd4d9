"""Votes: casting a ballot, and opening, closing, revealing, staging and writing one."""

from typing import Annotated

from fastapi import Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.background.day_end import clear_files
from app.domain.stage import phone_task
from app.domain.stage.phone_task import PhoneTask
from app.domain.submissions import Stamp
from app.domain.votes.ballots import ballots
from app.domain.votes.life import drafts, make_final, votes
from app.domain.votes.results import tallies
from app.domain.votes.time import closings
from app.domain.who import Who
from app.web.forms import AtDoor, Fields, done, is_htmx
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.submission_fields import Stamped, content_of
from app.web.templating import page

router = Router("/{code}")


@router.post("/votes/{vote_id:int}/ballot")
async def cast_ballot(
    request: Request, door: AtDoor, vote_id: int, fields: Fields, stamped: Stamped
) -> Response:
    """One person's answer; what comes back says "received", and it is on disk."""
    stamp = stamped.of(vote_id, *content_of(fields))
    who, own = await door.write("cast", _cast_for_phone, vote_id, fields, stamp)
    if not is_htmx(request):
        return RedirectResponse(f"/{door.code}", 303)
    with drawn_for(who.language, who.zone):
        return page(request, "votes/_ballot.html", code=who.code, phone_task=own)


@router.post("/votes/{vote_id:int}/opening")
async def open_vote(request: Request, door: AtDoor, vote_id: int) -> Response:
    await door.write("lead", votes.open, vote_id)
    return done(request, f"/{door.code}/console")


@router.post("/votes/{vote_id:int}/closing")
async def close_vote(request: Request, door: AtDoor, vote_id: int) -> Response:
    await door.write("lead", closings.close, vote_id)
    return done(request, f"/{door.code}/console")


@router.post("/votes/{vote_id:int}/reveal")
async def reveal_vote(request: Request, door: AtDoor, vote_id: int) -> Response:
    await door.write("lead", votes.reveal, vote_id)
    return done(request, f"/{door.code}/console")


@router.post("/votes/{vote_id:int}/finish")
async def finish_vote(request: Request, door: AtDoor, vote_id: int) -> Response:
    await door.write("lead", make_final.by_facilitator, vote_id)
    await clear_files()
    return done(request, f"/{door.code}/console")


@router.post("/votes/{vote_id:int}/electorate")
async def admit_late(request: Request, door: AtDoor, vote_id: int) -> Response:
    """Let those who joined since the opening answer too."""
    await door.write("lead", votes.admit_late, vote_id)
    return done(request, f"/{door.code}/console")


@router.post("/votes/{vote_id:int}/stage")
async def stage_vote(request: Request, door: AtDoor, vote_id: int, on: Annotated[bool, Form()]) -> Response:
    await door.write("lead", votes.stage, vote_id, on)
    return done(request, f"/{door.code}/console")


@router.post("/votes/{vote_id:int}/preview")
async def preview_vote(request: Request, door: AtDoor, vote_id: int) -> Response:
    """The running result on this console only; that it was looked at is logged."""
    tally = await door.write("lead", tallies.preview, vote_id)
    with drawn_for(door.language):
        return page(request, "votes/results/so_far.html", "panel", code=door.code, tally=tally)


@router.post("/votes/{vote_id:int}/removal")
async def remove_vote(request: Request, door: AtDoor, vote_id: int) -> Response:
    await door.write("edit_workshop", drafts.remove, vote_id)
    return done(request, f"/{door.code}/console")


def _cast_for_phone(
    session: Session, who: Who, vote_id: int, fields: dict[str, str], stamp: Stamp
) -> tuple[Who, PhoneTask]:
    answered = ballots.cast(session, who, vote_id, fields, stamp)
    return who, phone_task.for_vote(who, answered, f"vote-{vote_id}-{answered.vote.turn}")
