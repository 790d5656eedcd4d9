"""Writing a vote: its form, drawn anew when its type changes, beside what the room would see of it."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.access.door import Door
from app.domain.agenda import running_order
from app.domain.votes import lookup
from app.domain.votes.forms import vote_forms, vote_settings
from app.domain.votes.forms.form_reader import Problems
from app.domain.votes.forms.vote_settings import VoteSettings
from app.domain.votes.life import drafts
from app.domain.who import Who
from app.errors import Refused
from app.routes.votes.vote_form_page import Typed, draw_form, form_context, preview_of
from app.web.forms import LARGEST, AtDoor, Fields, done, number_in
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import Context, page

router = Router("/{code}")


@router.get("/items/{item_id:int}/votes/new")
async def new_vote(
    request: Request,
    door: AtDoor,
    item_id: int,
    kind: Annotated[str, Query(alias="type")] = "",
    source: Annotated[int | None, Query(alias="from", le=LARGEST)] = None,
    again: Annotated[str, Query(alias="as")] = "",
) -> Response:
    """An empty form; or one filled in from another vote, as a vote of its own or to ask that one again."""
    context = await door.read("edit_workshop", _new_form, item_id, source, again)
    typed = context.pop("typed") or vote_forms.blank(kind or "single")
    return draw_form(request, door, context, typed)


@router.post("/items/{item_id:int}/votes")
async def write_vote(request: Request, door: AtDoor, item_id: int, fields: Fields) -> Response:
    settings, problems = vote_settings.read_with_problems(fields)
    if not problems:
        problems = await _write_or_problem(door, _write, item_id, settings)
    return await _answer(request, door, fields, problems, item_id, None)


@router.get("/votes/{vote_id:int}")
async def show_vote(request: Request, door: AtDoor, vote_id: int) -> Response:
    """The form of a draft; of a vote that has been opened, what was settled about it."""
    context = await door.read("edit_workshop", _present_form, vote_id)
    typed = context.pop("typed")
    if context["vote"].electorate_size is None:
        return draw_form(request, door, context, typed)
    with drawn_for(door.language):
        context |= {"code": door.code, "shown_in": door.language, "preview": preview_of(typed, door.language)}
        return page(request, "votes/forms/settings.html", "panel", **context)


@router.post("/votes/{vote_id:int}")
async def edit_vote(request: Request, door: AtDoor, vote_id: int, fields: Fields) -> Response:
    settings, problems = vote_settings.read_with_problems(fields)
    if not problems:
        problems = await _write_or_problem(door, drafts.edit, vote_id, settings)
    return await _answer(request, door, fields, problems, None, vote_id)


@router.post("/votes/form")
async def redraw_form(request: Request, door: AtDoor, fields: Fields) -> Response:
    """The form with everything that has been typed, and the settings of the type now chosen."""
    context = await door.read("edit_workshop", form_context, *_subject(fields))
    return draw_form(request, door, context, vote_forms.change_type(fields))


@router.post("/votes/preview")
async def preview_form(request: Request, door: AtDoor, fields: Fields) -> Response:
    """What the room would see of a vote with these settings; nothing is kept."""
    context = await door.read("edit_workshop", form_context, *_subject(fields))
    return draw_form(request, door, context, vote_forms.change_type(fields), block="preview")


@router.post("/votes/{vote_id:int}/copy")
async def copy_vote(request: Request, door: AtDoor, vote_id: int, fields: Fields) -> Response:
    """A draft with the same settings, in the item `to`."""
    await door.write("edit_workshop", _copy, vote_id, number_in(fields, "to"))
    return done(request, f"/{door.code}/console")


async def _write_or_problem(
    door: Door, act: Callable[[Session, Who, int, VoteSettings], object], number: int, settings: VoteSettings
) -> Problems:
    try:
        await door.write("edit_workshop", act, number, settings)
    except Refused as refused:
        if refused.code != "repeat_unlike":
            raise
        return {"type": refused}
    return {}


async def _answer(
    request: Request,
    door: Door,
    fields: Typed,
    problems: Problems,
    item_id: int | None,
    vote_id: int | None,
) -> Response:
    """Done; or the form again with everything that was typed, and what has to be mended."""
    if not problems:
        return done(request, f"/{door.code}/console")
    context = await door.read("edit_workshop", form_context, item_id, vote_id, number_in(fields, "repeats"))
    return draw_form(request, door, context, fields, problems, 422)


def _subject(fields: Typed) -> tuple[int | None, int | None, int]:
    """Which item, vote and repeated vote a form that is being written is about."""
    return (
        number_in(fields, "item") or None,
        number_in(fields, "vote") or None,
        number_in(fields, "repeats"),
    )


def _new_form(session: Session, who: Who, item_id: int, source: int | None, again: str) -> Context:
    context = form_context(session, who, item_id, None, source if source and again else 0)
    if not source:
        return {**context, "typed": None}
    first = lookup.vote_of(session, who, source)
    link = {"repeats": str(first.id), "repeats_as": again} if again else {"repeats": "", "repeats_as": ""}
    return {**context, "typed": {**vote_forms.of_vote(first, lookup.question_of(session, first)), **link}}


def _present_form(session: Session, who: Who, vote_id: int) -> Context:
    vote = lookup.vote_of(session, who, vote_id)
    return {
        **form_context(session, who, None, vote_id, vote.repeats_id or 0),
        "items": running_order.items(session, who.workshop_id),
        "typed": vote_forms.of_vote(vote, lookup.question_of(session, vote)),
    }


def _write(session: Session, who: Who, item_id: int, settings: VoteSettings) -> None:
    drafts.write(session, who, item_id, settings)


def _copy(session: Session, who: Who, vote_id: int, item_id: int) -> None:
    drafts.copy(session, who, vote_id, item_id)
