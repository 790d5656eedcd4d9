"""What each region of the catalogue is drawn with: one function per region."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlmodel import Session

from app.domain import pads, undo
from app.domain.agenda import cards, projectors, running_order
from app.domain.agenda.cards import CardShown
from app.domain.notes import notes, walls
from app.domain.people import attendance, links, tables
from app.domain.stage import next_step, stage
from app.domain.stage.stage import Stage
from app.domain.votes.ballots import conflicts
from app.domain.votes.confirmations import confirmations
from app.domain.votes.forms import repeats
from app.domain.votes.life import day_end, electors, repeat_status, votes
from app.domain.votes.results import breakdowns, results, text_notes, unanswered
from app.domain.votes.time import time_requests
from app.live.view import Audience
from app.models import Link, Projector
from app.settings import settings

Context = dict[str, Any]


@dataclass
class Snapshot:
    """The database at one moment, for one audience: what several of its regions need is read once."""

    session: Session
    audience: Audience

    @cached_property
    def stage(self) -> Stage:
        return stage.glance(self.session, self.audience.workshop_id)

    @cached_property
    def cards(self) -> list[CardShown]:
        """Those of the current item."""
        item = self.stage.item
        return cards.of_item(self.session, item.id) if item else []


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
    found = stage.turnout(snapshot.session, snapshot.stage)
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
    return {"board": notes.board(snapshot.session, found) if found else None}


def written(snapshot: Snapshot) -> Context:
    found = snapshot.stage.wall
    count, writers = notes.counts(snapshot.session, found.id) if found else (0, 0)
    return {"wall": found, "written": count, "writers": writers}


def cover(snapshot: Snapshot) -> Context:
    return {
        "projector": snapshot.session.get(Projector, snapshot.audience.channel),
        "workshop": snapshot.stage.workshop,
        "join_url": join_url(snapshot.stage.workshop.code),
    }


def planned_order(snapshot: Snapshot) -> Context:
    return {"order": stage.planned_order(snapshot.session, snapshot.audience.workshop_id)}


def controls(snapshot: Snapshot) -> Context:
    session, now = snapshot.session, snapshot.stage
    item_id = now.item.id if now.item else None
    item_votes = votes.of_item(session, item_id) if item_id else []
    item_walls = walls.of_item(session, item_id) if item_id else []
    elsewhere = votes.open_elsewhere(session, snapshot.audience.workshop_id, item_id)
    return {
        "stage": now,
        "cards": snapshot.cards,
        "votes": item_votes,
        "repeats": repeat_status.of_votes(session, item_votes),
        "contested": conflicts.counts(session, [vote.id for vote in item_votes]),
        "with_breakdown": {vote.id for vote in item_votes if breakdowns.is_possible(vote)},
        "secret_votes": day_end.secret_votes(session, now.workshop)
        if now.workshop.state == "closed"
        else None,
        "commitments": confirmations.votes_of(session, snapshot.audience.workshop_id),
        "walls": item_walls,
        "step": next_step.next_step(now, item_votes, item_walls),
        "question": stage.question_of(session, now.vote),
        "open_elsewhere": elsewhere,
        "asking": time_requests.standing(session, [*item_votes, *elsewhere]),
        "late": electors.late_units(session, now.vote) if now.vote and now.vote.state == "open" else 0,
    }


def room(snapshot: Snapshot) -> Context:
    session, now, workshop_id = snapshot.session, snapshot.stage, snapshot.audience.workshop_id
    joined, online = attendance.counts(session, workshop_id)
    return {
        "tables": attendance.here(session, workshop_id),
        "numbers": tables.numbers(session, workshop_id),
        "entries": pads.counts(session, now.item.id) if now.item else {},
        "joined": joined,
        "online": online,
        "projectors": projectors.listed(session, workshop_id),
        "links": links.listed(session, workshop_id),
        "workshop": now.workshop,
        "join_url": join_url(now.workshop.code),
    }


def undoable(snapshot: Snapshot) -> Context:
    return {
        "undo": undo.latest(snapshot.session, snapshot.audience.workshop_id),
        "offered_ms": undo.OFFERED.total_seconds() * 1000,
    }


def pad_now(snapshot: Snapshot) -> Context:
    return {"stage": snapshot.stage, "table": _table_number(snapshot), "link_id": snapshot.audience.channel}


def entries(snapshot: Snapshot) -> Context:
    link = snapshot.session.get(Link, snapshot.audience.channel)
    table_id = link.table_id if link else None
    return {
        "stage": snapshot.stage,
        "written": pads.written(snapshot.session, table_id) if table_id else {},
        "items": running_order.items(snapshot.session, snapshot.audience.workshop_id),
        "link_id": snapshot.audience.channel,
    }


def join_url(code: str) -> str:
    """The address people type, as shown: without the scheme."""
    return f"{settings().public_url.partition('://')[2].rstrip('/')}/{code}"


def _table_number(snapshot: Snapshot) -> int | None:
    link = snapshot.session.get(Link, snapshot.audience.channel)
    numbers = tables.numbers(snapshot.session, snapshot.audience.workshop_id)
    return numbers.get(link.table_id or 0) if link else None
