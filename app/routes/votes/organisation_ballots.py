"""Organisations that answer: who speaks for one, and what becomes of answers that differ."""

from typing import Annotated

from fastapi import Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.domain.stage import phone_task
from app.domain.stage.phone_task import PhoneTask
from app.domain.votes.ballots import conflicts, name_spokesperson, personal_answers
from app.domain.who import Who
from app.errors import Refused
from app.web.forms import LATEST, AtDoor, Fields, done, is_htmx, number_in
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router("/{code}")


@router.get("/votes/{vote_id:int}/organisation-answer")
async def show_organisation_answer(request: Request, door: AtDoor, vote_id: int) -> Response:
    """How the answer of my organisation stands: its card on the phone, without the ballot below."""
    who, own = await door.read("see_phone", _own_organisation, vote_id)
    with drawn_for(who.language, who.zone):
        return page(request, "votes/ballots/_organisation_answer.html", code=who.code, phone_task=own)


@router.get("/votes/{vote_id:int}/conflicts")
async def show_conflicts(request: Request, door: AtDoor, vote_id: int) -> Response:
    """The answers that differ, on this console only; that they were looked at is logged."""
    differing = await door.write("lead", conflicts.of_vote, vote_id)
    with drawn_for(door.language):
        return page(request, "votes/ballots/conflicts.html", "panel", code=door.code, conflicts=differing)


@router.post("/votes/{vote_id:int}/conflicts/{elector_id:int}")
async def settle_conflict(
    request: Request, door: AtDoor, vote_id: int, elector_id: int, fields: Fields
) -> Response:
    """Back to the list while other organisations wait to be settled."""
    chosen, seen = number_in(fields, "choose", LATEST), number_in(fields, "seen", LATEST)
    await door.write("lead", conflicts.choose, vote_id, elector_id, chosen, seen)
    if not await door.read("lead", _unsettled, vote_id):
        return done(request, f"/{door.code}/console")
    if not is_htmx(request):
        return done(request, f"/{door.code}/votes/{vote_id}/conflicts")
    return await show_conflicts(request, door, vote_id)


@router.post("/organisations/{organisation_id:int}/spokesperson")
async def choose_spokesperson(
    request: Request, door: AtDoor, organisation_id: int, participant: Annotated[str, Form()] = ""
) -> Response:
    """Name the participant with this id, or nobody."""
    if participant and not (participant.isascii() and participant.isdecimal() and len(participant) < 10):
        raise Refused("bad_request")
    named = int(participant) if participant else None
    await door.write("manage_people", name_spokesperson.for_organisation, organisation_id, named)
    return done(request, f"/{door.code}/console")


def _unsettled(session: Session, who: Who, vote_id: int) -> int:
    """How many organisations of this vote still wait to be settled."""
    return conflicts.counts(session, [vote_id]).get(vote_id, 0)


def _own_organisation(session: Session, who: Who, vote_id: int) -> tuple[Who, PhoneTask]:
    answered = personal_answers.answer_of_person(session, who, vote_id)
    if answered.organisation is None:
        raise Refused("not_found")
    return who, phone_task.for_vote(who, answered, f"vote-{vote_id}-{answered.vote.turn}")
