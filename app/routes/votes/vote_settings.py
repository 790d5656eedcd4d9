"""Writing a vote: its form, drawn anew when its type changes, beside what the room would see of it."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query
from markupsafe import Markup
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.access.door import Door
from app.domain.agenda import running_order
from app.domain.votes import lookup
from app.domain.votes.forms import form_fields, vote_forms, vote_settings
from app.domain.votes.forms.form_reader import Problems
from app.domain.votes.forms.vote_settings import VoteSettings
from app.domain.votes.life import drafts, repeat_status, votes
from app.domain.votes.types import registry
from app.domain.who import Who
from app.errors import N_, Refused
from app.models import Vote
from app.models.base import LANGUAGES
from app.web.forms import LARGEST, AtDoor, Fields, done, number_in
from app.web.language import drawn_for, local_time, translate
from app.web.routing import Router
from app.web.templating import fragment, page

router = Router("/{code}")

Typed = dict[str, str]
QUESTION_PLACEHOLDER = N_("Your question")
LINE_PLACEHOLDERS = {"option": N_("Option %(n)s"), "criterion": N_("Criterion %(n)s")}


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
    about = await door.read("edit_workshop", _new_form, item_id, source, again)
    typed = about.pop("typed") or vote_forms.blank(kind or "single")
    return _form(request, door, about, typed)


@router.post("/items/{item_id:int}/votes")
async def write_vote(request: Request, door: AtDoor, item_id: int, fields: Fields) -> Response:
    settings, problems = vote_settings.read_with_problems(fields)
    if not problems:
        problems = await _write_or_problem(door, _write, item_id, settings)
    return await _answer(request, door, fields, problems, item_id, None)


@router.get("/votes/{vote_id:int}")
async def show_vote(request: Request, door: AtDoor, vote_id: int) -> Response:
    """The form of a draft; of a vote that has been opened, what was settled about it."""
    about = await door.read("edit_workshop", _present_form, vote_id)
    typed = about.pop("typed")
    if about["vote"].electorate_size is None:
        return _form(request, door, about, typed)
    with drawn_for(door.language):
        about |= {"code": door.code, "shown_in": door.language, "preview": _preview(typed, door.language)}
        return page(request, "votes/forms/settings.html", "panel", **about)


@router.post("/votes/{vote_id:int}")
async def edit_vote(request: Request, door: AtDoor, vote_id: int, fields: Fields) -> Response:
    settings, problems = vote_settings.read_with_problems(fields)
    if not problems:
        problems = await _write_or_problem(door, drafts.edit, vote_id, settings)
    return await _answer(request, door, fields, problems, None, vote_id)


@router.post("/votes/form")
async def redraw_form(request: Request, door: AtDoor, fields: Fields) -> Response:
    """The form with everything that has been typed, and the settings of the type now chosen."""
    about = await door.read("edit_workshop", _context, *_subject(fields))
    return _form(request, door, about, vote_forms.change_type(fields))


@router.post("/votes/preview")
async def preview_form(request: Request, door: AtDoor, fields: Fields) -> Response:
    """What the room would see of a vote with these settings; nothing is kept."""
    about = await door.read("edit_workshop", _context, *_subject(fields))
    return _form(request, door, about, vote_forms.change_type(fields), block="preview")


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
    about = await door.read("edit_workshop", _context, item_id, vote_id, number_in(fields, "repeats"))
    return _form(request, door, about, fields, problems, 422)


def _form(
    request: Request,
    door: Door,
    about: dict[str, Any],
    typed: Typed,
    problems: Problems | None = None,
    status: int = 200,
    block: str = "panel",
) -> Response:
    kind = typed.get("type") or "single"
    shown_in = typed.get("shown_in", "")
    shown_in = shown_in if shown_in in LANGUAGES else door.language
    with drawn_for(door.language):
        about |= {
            "code": door.code,
            "typed": typed,
            "kind": kind,
            "vote_types": [registry.type_of(name) for name in registry.names()],
            "vote_type": registry.type_of(kind),
            "setting_names": form_fields.setting_names(kind),
            "other_fields": form_fields.fields_of_other_types(typed),
            "problems": _sentences(problems or {}),
            "shown_in": shown_in,
            "preview": _preview(typed, shown_in),
        }
        return page(request, "votes/forms/edit.html", block, status, **about)


def _preview(typed: Typed, language: str) -> dict[str, Any]:
    """The vote on a phone and on the projector, as far as it can be drawn, and what it is missing."""
    _, missing = vote_settings.read_with_problems(typed)
    preview: dict[str, Any] = {"missing": _sentences(missing), "phone": "", "wall": ""}
    with drawn_for(language):
        lines = {axis: translate(words) for axis, words in LINE_PLACEHOLDERS.items()}
        complete = vote_forms.with_placeholders(typed, translate(QUESTION_PLACEHOLDER), lines)
        settings, wrong = vote_settings.read_with_problems(complete)
        if wrong:  # without what cannot be read, the rest may still be worth seeing
            legible = {name: value for name, value in complete.items() if name not in wrong}
            settings, wrong = vote_settings.read_with_problems({**legible, "rule": "none"})
        if not wrong:
            vote = Vote(id=0, workshop_id=0, item_id=0, **settings.columns)
            for face in ("phone", "wall"):
                drawn = fragment(f"votes/forms/_preview_{face}.html", vote=vote, question=settings.question)
                preview[face] = Markup(drawn)
    return preview


def _sentences(problems: Problems) -> dict[str, str]:
    return {field: refused.sentence(translate, local_time) for field, refused in problems.items()}


def _subject(fields: Typed) -> tuple[int | None, int | None, int]:
    """Which item, vote and repeated vote a form that is being written is about."""
    return (
        number_in(fields, "item") or None,
        number_in(fields, "vote") or None,
        number_in(fields, "repeats"),
    )


def _context(
    session: Session, who: Who, item_id: int | None, vote_id: int | None, first_id: int = 0
) -> dict[str, Any]:
    """What stands around the form: the item, the vote if there is one yet, the vote it asks again, and the
    others that it could be copied from."""
    vote = lookup.vote_of(session, who, vote_id) if vote_id else None
    others = [] if vote else votes.of_workshop(session, who)
    item = running_order.item_of(session, who, vote.item_id if vote else item_id or 0)
    return {
        "vote": vote,
        "item": item,
        "first": lookup.vote_of(session, who, first_id) if first_id else None,
        "others": others,
        "repeats": repeat_status.of_votes(session, others),
    }


def _new_form(session: Session, who: Who, item_id: int, source: int | None, again: str) -> dict[str, Any]:
    about = _context(session, who, item_id, None, source if source and again else 0)
    if not source:
        return {**about, "typed": None}
    first = lookup.vote_of(session, who, source)
    link = {"repeats": str(first.id), "repeats_as": again} if again else {"repeats": "", "repeats_as": ""}
    return {**about, "typed": {**vote_forms.of_vote(first, lookup.question_of(session, first)), **link}}


def _present_form(session: Session, who: Who, vote_id: int) -> dict[str, Any]:
    vote = lookup.vote_of(session, who, vote_id)
    return {
        **_context(session, who, None, vote_id, vote.repeats_id or 0),
        "items": running_order.items(session, who.workshop_id),
        "typed": vote_forms.of_vote(vote, lookup.question_of(session, vote)),
    }


def _write(session: Session, who: Who, item_id: int, settings: VoteSettings) -> None:
    drafts.write(session, who, item_id, settings)


def _copy(session: Session, who: Who, vote_id: int, item_id: int) -> None:
    drafts.copy(session, who, vote_id, item_id)
