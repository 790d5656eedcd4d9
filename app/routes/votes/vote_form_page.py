"""How a vote's form is drawn: with what was typed, what is wrong with it, and what the room would see."""

from markupsafe import Markup
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.access.door import Door
from app.domain.agenda import running_order
from app.domain.votes import lookup
from app.domain.votes.forms import form_fields, vote_forms, vote_settings
from app.domain.votes.forms.form_reader import Problems
from app.domain.votes.life import repeat_status, votes
from app.domain.votes.types import registry
from app.domain.who import Who
from app.errors import N_
from app.models import Vote
from app.models.base import LANGUAGES
from app.web.language import drawn_for, local_time, translate
from app.web.templating import Context, fragment, page

Typed = dict[str, str]  # the fields of a form, as they were sent
QUESTION_PLACEHOLDER = N_("Your question")
LINE_PLACEHOLDERS = {"option": N_("Option %(n)s"), "criterion": N_("Criterion %(n)s")}


def draw_form(
    request: Request,
    door: Door,
    context: Context,
    typed: Typed,
    problems: Problems | None = None,
    status: int = 200,
    block: str = "panel",
) -> Response:
    """The form as it was `typed`, beside what the room would see of it; `about` is its form_context."""
    kind = typed.get("type") or "single"
    shown_in = typed.get("shown_in", "")
    shown_in = shown_in if shown_in in LANGUAGES else door.language
    with drawn_for(door.language):
        context |= {
            "code": door.code,
            "typed": typed,
            "kind": kind,
            "vote_types": [registry.type_of(name) for name in registry.names()],
            "vote_type": registry.type_of(kind),
            "setting_names": form_fields.setting_names(kind),
            "other_fields": form_fields.fields_of_other_types(typed),
            "problems": _sentences(problems or {}),
            "shown_in": shown_in,
            "preview": preview_of(typed, shown_in),
        }
        return page(request, "votes/forms/edit.html", block, status, **context)


def preview_of(typed: Typed, language: str) -> Context:
    """The vote on a phone and on the projector, as far as it can be drawn, and what it is missing."""
    _, missing = vote_settings.read_with_problems(typed)
    preview: Context = {"missing": _sentences(missing), "phone": "", "wall": ""}
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


def form_context(
    session: Session, who: Who, item_id: int | None, vote_id: int | None, first_id: int = 0
) -> Context:
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
