"""Votes: casting a ballot, and opening, closing, revealing, staging and writing one."""

from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.domain import agenda, ballots, mine, votes
from app.domain.mine import Mine
from app.domain.submissions import Stamp
from app.domain.who import Who
from app.errors import Refused
from app.routes.answers import Fields, Shown, Stamped, done, is_htmx, whole
from app.templating import drawn_for, page

router = APIRouter(prefix="/{code}")


@router.post("/votes/{vote_id:int}/ballot")
async def cast_ballot(
    request: Request, shown: Shown, vote_id: int, fields: Fields, stamped: Stamped
) -> Response:
    """One person's answer; what comes back says "received", and it is on disk."""
    option = whole(fields, "option")
    stamp = stamped.of(vote_id, option)
    who, own = await shown.write("cast", _cast, vote_id, option, stamp)
    if not is_htmx(request):
        return RedirectResponse(f"/{shown.code}", 303)
    with drawn_for(who.language, who.zone):
        return page(request, "votes/_ballot.html", code=who.code, mine=own)


@router.post("/votes/{vote_id:int}/opening")
async def open_vote(request: Request, shown: Shown, vote_id: int) -> Response:
    await shown.write("lead", votes.open, vote_id)
    return done(request, f"/{shown.code}/console")


@router.post("/votes/{vote_id:int}/closing")
async def close_vote(request: Request, shown: Shown, vote_id: int) -> Response:
    await shown.write("lead", votes.close, vote_id)
    return done(request, f"/{shown.code}/console")


@router.post("/votes/{vote_id:int}/reveal")
async def reveal_vote(request: Request, shown: Shown, vote_id: int) -> Response:
    await shown.write("lead", votes.reveal, vote_id)
    return done(request, f"/{shown.code}/console")


@router.post("/votes/{vote_id:int}/finish")
async def finish_vote(request: Request, shown: Shown, vote_id: int) -> Response:
    await shown.write("lead", votes.finish, vote_id)
    return done(request, f"/{shown.code}/console")


@router.post("/votes/{vote_id:int}/electorate")
async def admit_late(request: Request, shown: Shown, vote_id: int) -> Response:
    """Let those who joined since the opening answer too."""
    await shown.write("lead", votes.admit_late, vote_id)
    return done(request, f"/{shown.code}/console")


@router.post("/votes/{vote_id:int}/stage")
async def stage_vote(request: Request, shown: Shown, vote_id: int, on: Annotated[bool, Form()]) -> Response:
    await shown.write("lead", votes.stage, vote_id, on)
    return done(request, f"/{shown.code}/console")


@router.post("/votes/{vote_id:int}/preview")
async def preview_vote(request: Request, shown: Shown, vote_id: int) -> Response:
    """The running result on this console only; that it was looked at is logged."""
    tally = await shown.write("lead", ballots.preview, vote_id)
    with drawn_for(shown.language):
        return page(request, "votes/preview.html", "panel", code=shown.code, tally=tally)


@router.get("/items/{item_id:int}/votes/new")
async def new_vote(request: Request, shown: Shown, item_id: int) -> Response:
    who, item = await shown.read("edit_workshop", _item, item_id)
    with drawn_for(shown.language):
        return page(request, "votes/edit.html", "panel", code=who.code, item=item, vote=None, options=[])


@router.post("/items/{item_id:int}/votes")
async def write_vote(request: Request, shown: Shown, item_id: int, fields: Fields) -> Response:
    await shown.write("edit_workshop", _write, item_id, fields, _labels(fields))
    return done(request, f"/{shown.code}/console")


@router.get("/votes/{vote_id:int}")
async def show_vote(request: Request, shown: Shown, vote_id: int) -> Response:
    who, about = await shown.read("edit_workshop", _vote, vote_id)
    with drawn_for(shown.language):
        return page(request, "votes/edit.html", "panel", code=who.code, **about)


@router.post("/votes/{vote_id:int}")
async def edit_vote(request: Request, shown: Shown, vote_id: int, fields: Fields) -> Response:
    await shown.write("edit_workshop", votes.edit, vote_id, fields, _labels(fields))
    return done(request, f"/{shown.code}/console")


@router.post("/votes/{vote_id:int}/removal")
async def remove_vote(request: Request, shown: Shown, vote_id: int) -> Response:
    await shown.write("edit_workshop", votes.remove, vote_id)
    return done(request, f"/{shown.code}/console")


def _cast(session: Session, who: Who, vote_id: int, option: int, stamp: Stamp) -> tuple[Who, Mine]:
    answered = ballots.cast(session, who, vote_id, option, stamp)
    return who, mine.of_vote(answered, f"vote-{vote_id}-{answered.vote.turn}")


def _write(session: Session, who: Who, item_id: int, fields: dict, labels: list[dict]) -> None:
    votes.write(session, who, item_id, fields, labels)


def _item(session: Session, who: Who, item_id: int) -> tuple[Who, object]:
    return who, agenda.item_of(session, who, item_id)


def _vote(session: Session, who: Who, vote_id: int) -> tuple[Who, dict]:
    vote = votes.found(session, who, vote_id)
    if vote.electorate_size is not None:
        raise Refused("vote_not_draft")
    options = ballots.options(session, vote_id)
    return who, {"vote": vote, "options": options, "item": agenda.item_of(session, who, vote.item_id)}


def _labels(fields: dict[str, str]) -> list[dict[str, str]]:
    """The options of a form: option_en_1, option_cy_1, option_en_2 …"""
    return [
        {"label_en": fields.get(f"option_en_{n}", ""), "label_cy": fields.get(f"option_cy_{n}", "")}
        for n in range(1, votes.MOST_OPTIONS + 2)
    ]
