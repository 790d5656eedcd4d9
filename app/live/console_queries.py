"""What the regions of the console are drawn with, beside those a projector has too: one function per
region."""

from app.domain import pads, undo
from app.domain.agenda import projectors
from app.domain.notes import notes, walls
from app.domain.people import attendance, links, tables
from app.domain.stage import next_step, stage
from app.domain.votes.ballots import conflicts
from app.domain.votes.confirmations import confirmations
from app.domain.votes.life import day_end, electors, repeat_status, votes
from app.domain.votes.results import breakdowns
from app.domain.votes.time import time_requests
from app.live.snapshot import Context, Snapshot, join_url


def written(snapshot: Snapshot) -> Context:
    found = snapshot.stage.wall
    count, writers = notes.counts(snapshot.session, found.id) if found else (0, 0)
    return {"wall": found, "written": count, "writers": writers}


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
