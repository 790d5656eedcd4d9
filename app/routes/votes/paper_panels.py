"""The panels of paper, for the console and a pad: what ballots and count sheets have in common."""

import secrets
from collections.abc import Callable

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.access.door import Door
from app.domain.people import tables
from app.domain.submissions import Stamp
from app.domain.votes import lookup
from app.domain.votes.ballots import paper_trail, paper_units
from app.domain.votes.ballots.paper_entries import EntryOutcome
from app.domain.who import Who
from app.web.language import drawn_for
from app.web.templating import Context, page

REPLACED_FIELDS = frozenset({"on_conflict", "sequence", "written_at"})
PAD_PREFIX = "/pad/{link_id:int}"  # what a scribe's addresses have before a console's


def after_entry(
    session: Session,
    who: Who,
    act: Callable[[Session, Who, int, dict[str, str], Stamp], EntryOutcome],
    vote_id: int,
    fields: dict[str, str],
    stamp: Stamp,
) -> tuple[EntryOutcome, Context]:
    """What came of an entry by this function of the domain, and the panel's context as it is then."""
    entered = act(session, who, vote_id, fields, stamp)
    return entered, paper_context(session, who, vote_id)


def after_withdrawal(
    session: Session, who: Who, act: Callable[[Session, Who, int, int], None], vote_id: int, row_id: int
) -> Context:
    """The panel's context after something was taken back by this function of the domain."""
    act(session, who, vote_id, row_id)
    return paper_context(session, who, vote_id)


def paper_context(session: Session, who: Who, vote_id: int) -> Context:
    """What every panel of paper draws: the vote, what was entered, whom it can be for, at which tables."""
    vote = lookup.vote_of(session, who, vote_id)
    numbers = tables.numbers_by_id(session, who.workshop_id).items()
    own = who.table_id if who.role == "scribe" else None
    return {
        "who": who,
        "vote": vote,
        "question": lookup.question_of(session, vote),
        "trail": paper_trail.trail_of_vote(session, who, vote),
        "organisations": paper_units.organisations_of(session, vote_id),
        "numbers": [number for table_id, number in numbers if own in (None, table_id)],
    }


def draw_outcome(
    request: Request,
    door: Door,
    panel: str,
    fields: dict[str, str],
    entered: EntryOutcome,
    context: Context,
) -> Response:
    """The panel after an entry. The question a collision asks carries what was typed, and the same key: it is
    still one submission."""
    if entered.outcome != "asks":
        return draw(request, door, panel, context, entered=entered)
    typed = {name: value for name, value in fields.items() if name not in REPLACED_FIELDS}
    return draw(request, door, "paper_conflict", context, entered=entered, typed=typed, panel=panel)


def draw(request: Request, door: Door, name: str, context: Context, **more: object) -> Response:
    """A panel of paper with its addresses: a pad's, where the door is a pad's."""
    who = context["who"]
    base = f"/{who.code}" if door.link_id is None else f"/{who.code}/pad/{door.link_id}"
    home = f"/{who.code}/pad/{who.link_id}" if who.role == "scribe" else f"/{who.code}/console"
    context = {
        **context,
        "code": who.code,
        "base_url": f"{base}/votes/{context['vote'].id}",
        "panel_back": home,
        "key": secrets.token_hex(16),
        "entered": None,
        **more,
    }
    with drawn_for(door.language, who.zone):
        return page(request, f"votes/ballots/{name}.html", "panel", **context)
