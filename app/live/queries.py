"""What each region of the catalogue is drawn with: one function per region."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlmodel import Session

from app.domain import pads, undo
from app.domain.agenda import cards, projectors, running_order
from app.domain.agenda.cards import CardWithFacts
from app.domain.notes import boards, notes, walls
from app.domain.people import attendance, links, tables
from app.domain.stage import agenda_overview, next_step, stage, turnouts
from app.domain.stage.stage import Stage
from app.domain.votes.ballots import conflicts
from app.domain.votes.confirmations import commitments
from app.domain.votes.forms import repeats
from app.domain.votes.life import day_end, rounds, votes
from app.domain.votes.results import breakdowns, results, text_notes
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
        return stage.read_stage(self.session, self.audience.workshop_id)

    @cached_property
    def cards(self) -> list[CardWithFacts]:
        """Those of the current item."""
        item = self.stage.item
        return cards.cards_of_item(self.session, item.id) if item else []


def phone_now(snapshot: Snapshot) -> Context:
    now = snapshot.stage
    return {
        "stage": now,
        "cards": snapshot.cards,
        "tally": results.shown(snapshot.session, now.vote),
        "mark": repeats.mark(snapshot.session, now.vote),
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
        "mark": repeats.mark(snapshot.session, now.vote),
    }


def turnout(snapshot: Snapshot) -> Context:
    found = turnouts.turnout_of(snapshot.session, snapshot.stage)
    if found is None or snapshot.audience.screen != "console" or found.vote.state not in ("open", "closed"):
        return {"turnout": found, "missing": [], "contested": 0}
    contested = conflicts.counts(snapshot.session, [found.vote.id]).get(found.vote.id, 0)
    missing = breakdowns.not_answered(snapshot.session, found.vote)
    return {"turnout": found, "missing": missing, "contested": contested}


def tally(snapshot: Snapshot) -> Context:
    found = results.shown(snapshot.session, snapshot.stage.vote)
    put_up = text_notes.wall_of(snapshot.session, found.vote) if found and found.vote.type == "text" else None
    return {"tally": found, "put_up": put_up}


def wall(snapshot: Snapshot) -> Context:
    found = snapshot.stage.wall
    return {"board": boards.board_of(snapshot.session, found) if found else None}


def written(snapshot: Snapshot) -> Context:
    found = snapshot.stage.wall
    count, writers = notes.note_counts(snapshot.session, found.id) if found else (0, 0)
    return {"wall": found, "written": count, "writers": writers}


def cover(snapshot: Snapshot) -> Context:
    return {
        "projector": snapshot.session.get(Projector, snapshot.audience.channel),
        "workshop": snapshot.stage.workshop,
        "join_url": join_url(snapshot.stage.workshop.code),
    }


def planned_order(snapshot: Snapshot) -> Context:
    return {"order": agenda_overview.read(snapshot.session, snapshot.audience.workshop_id)}


def controls(snapshot: Snapshot) -> Context:
    session, now = snapshot.session, snapshot.stage
    item_id = now.item.id if now.item else None
    item_votes = votes.of_item(session, item_id) if item_id else []
    item_walls = walls.walls_of_item(session, item_id) if item_id else []
    elsewhere = votes.open_elsewhere(session, snapshot.audience.workshop_id, item_id)
    return {
        "stage": now,
        "cards": snapshot.cards,
        "votes": item_votes,
        "marks": rounds.marks(session, item_votes),
        "contested": conflicts.counts(session, [vote.id for vote in item_votes]),
        "comparable": {vote.id for vote in item_votes if breakdowns.possible(vote)},
        "keys": day_end.keys(session, now.workshop) if now.workshop.state == "closed" else None,
        "commitments": commitments.confirmable_votes(session, snapshot.audience.workshop_id),
        "walls": item_walls,
        "step": next_step.next_step(now, item_votes, item_walls),
        "question": stage.question_of(session, now.vote),
        "open_elsewhere": elsewhere,
        "time_requests": time_requests.request_counts(session, [*item_votes, *elsewhere]),
        "late": votes.late_units(session, now.vote) if now.vote and now.vote.state == "open" else 0,
    }


def room(snapshot: Snapshot) -> Context:
    session, now, workshop_id = snapshot.session, snapshot.stage, snapshot.audience.workshop_id
    joined, online = attendance.joined_and_online(session, workshop_id)
    return {
        "tables": attendance.by_table(session, workshop_id),
        "numbers": tables.numbers_by_id(session, workshop_id),
        "entries": pads.entry_counts_by_table(session, now.item.id) if now.item else {},
        "joined": joined,
        "online": online,
        "projectors": projectors.projectors_with_links(session, workshop_id),
        "links": links.in_force(session, workshop_id),
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
        "written": pads.entries_by_item(snapshot.session, table_id) if table_id else {},
        "items": running_order.items(snapshot.session, snapshot.audience.workshop_id),
        "link_id": snapshot.audience.channel,
    }


def join_url(code: str) -> str:
    """The address people type, as shown: without the scheme."""
    return f"{settings().public_url.partition('://')[2].rstrip('/')}/{code}"


def _table_number(snapshot: Snapshot) -> int | None:
    link = snapshot.session.get(Link, snapshot.audience.channel)
    numbers = tables.numbers_by_id(snapshot.session, snapshot.audience.workshop_id)
    return numbers.get(link.table_id or 0) if link else None
