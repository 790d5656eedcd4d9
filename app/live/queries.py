"""What the regions of phone, projector and pad are drawn with: one function per region."""

from app.domain import pads
from app.domain.agenda import running_order
from app.domain.notes import boards
from app.domain.people import tables
from app.domain.stage import stage, turnouts
from app.domain.votes.ballots import conflicts
from app.domain.votes.forms import repeats
from app.domain.votes.results import results, text_notes, unanswered
from app.live.snapshot import Context, Snapshot, join_url
from app.models import Link, Projector


def phone_now(snapshot: Snapshot) -> Context:
    now = snapshot.stage
    return {
        "stage": now,
        "cards": snapshot.cards,
        "tally": results.of_revealed(snapshot.session, now.vote),
        "round_label": repeats.round_label(snapshot.session, now.vote),
    }


def clock(snapshot: Snapshot) -> Context:
    return {"item": snapshot.stage.item}


def closing(snapshot: Snapshot) -> Context:
    return {"vote": snapshot.stage.vote}


def on_stage(snapshot: Snapshot) -> Context:
    now = snapshot.stage
    return {
        "stage": now,
        "cards": snapshot.cards,
        "question": stage.question_of(snapshot.session, now.vote),
        "round_label": repeats.round_label(snapshot.session, now.vote),
    }


def turnout(snapshot: Snapshot) -> Context:
    found = turnouts.turnout_of(snapshot.session, snapshot.stage)
    if found is None or snapshot.audience.screen != "console" or found.vote.state not in ("open", "closed"):
        return {"turnout": found, "unanswered": [], "contested": 0}
    contested = conflicts.counts(snapshot.session, [found.vote.id]).get(found.vote.id, 0)
    missing = unanswered.by_table(snapshot.session, found.vote)
    return {"turnout": found, "unanswered": missing, "contested": contested}


def tally(snapshot: Snapshot) -> Context:
    found = results.of_revealed(snapshot.session, snapshot.stage.vote)
    answers_wall = (
        text_notes.wall_of(snapshot.session, found.vote) if found and found.vote.type == "text" else None
    )
    return {"tally": found, "answers_wall": answers_wall}


def wall(snapshot: Snapshot) -> Context:
    found = snapshot.stage.wall
    return {"board": boards.board_of(snapshot.session, found) if found else None}


def cover(snapshot: Snapshot) -> Context:
    return {
        "projector": snapshot.session.get(Projector, snapshot.audience.channel),
        "workshop": snapshot.stage.workshop,
        "join_url": join_url(snapshot.stage.workshop.code),
    }


def pad_now(snapshot: Snapshot) -> Context:
    return {"stage": snapshot.stage, "table": _table_number(snapshot), "link_id": snapshot.audience.channel}


def entries(snapshot: Snapshot) -> Context:
    link = snapshot.session.get(Link, snapshot.audience.channel)
    table_id = link.table_id if link else None
    return {
        "stage": snapshot.stage,
        "written": pads.entries_by_item(snapshot.session, table_id) if table_id else {},
        "items": running_order.items(snapshot.session, snapshot.audience.workshop_id),
        "link_id": snapshot.audience.channel,
    }


def _table_number(snapshot: Snapshot) -> int | None:
    link = snapshot.session.get(Link, snapshot.audience.channel)
    numbers = tables.numbers_by_id(snapshot.session, snapshot.audience.workshop_id)
    return numbers.get(link.table_id or 0) if link else None
