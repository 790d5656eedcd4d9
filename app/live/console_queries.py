"""What the regions of the console are drawn with, besides those a projector has too: one function per
region."""

from app.domain import pads, undo
from app.domain.agenda import projectors
from app.domain.notes import notes, walls
from app.domain.people import attendance, links, tables
from app.domain.stage import agenda_overview, next_step, stage
from app.domain.votes.ballots import conflicts
from app.domain.votes.confirmations import commitments
from app.domain.votes.life import day_end, electors, repeat_status, votes
from app.domain.votes.results import breakdowns
from app.domain.votes.time import time_requests
from app.live.snapshot import Context, Snapshot, join_url


def written(snapshot: Snapshot) -> Context:
    found = snapshot.stage.wall
    count, writers = notes.note_counts(snapshot.session, found.id) if found else (0, 0)
    return {"wall": found, "written": count, "writers": writers}


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
        "repeats": repeat_status.of_votes(session, item_votes),
        "contested": conflicts.counts(session, [vote.id for vote in item_votes]),
        "with_breakdown": {vote.id for vote in item_votes if breakdowns.is_possible(vote)},
        "secret_votes": day_end.secret_votes(session, now.workshop)
        if now.workshop.state == "closed"
        else None,
        "commitments": commitments.confirmable_votes(session, snapshot.audience.workshop_id),
        "walls": item_walls,
        "step": next_step.next_step(now, item_votes, item_walls),
        "question": stage.question_of(session, now.vote),
        "open_elsewhere": elsewhere,
        "time_requests": time_requests.request_counts(session, [*item_votes, *elsewhere]),
        "late": electors.late_units(session, now.vote) if now.vote and now.vote.state == "open" else 0,
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
