"""THE CATALOGUE: every region of every screen, its partial, its query, who sees it, what it depends on."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlmodel import Session, select

from app import db
from app.domain import (
    agenda,
    breakdowns,
    conflicts,
    finals,
    links,
    notes,
    pads,
    participants,
    projectors,
    results,
    rounds,
    stage,
    steps,
    tables,
    undo,
    votes,
    walls,
)
from app.live.hub import Audience, Drawn
from app.models import Link, Projector, Workshop
from app.settings import settings
from app.templating import drawn_for, fragment

log = logging.getLogger(__name__)

SHARED = 2.0
MOST_KEPT = 200
_kept: WeakKeyDictionary[Any, dict[Audience, tuple[float, Drawn]]] = WeakKeyDictionary()  # by database

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a screen that is drawn once per audience. `partial` has one root whose id is `name`;
    `query(session, audience)` gives its context; it is drawn again when one of `topics` is announced."""

    name: str
    partial: str
    query: Callable[[Session, Audience], Context]
    screens: frozenset[str]
    topics: frozenset[str]


def _stage(session: Session, seen: Audience) -> Context:
    now = stage.current(session, seen.workshop_id)
    return {"stage": now, "ask": stage.asked(session, now.vote), "mark": rounds.mark(session, now.vote)}


def _clock(session: Session, seen: Audience) -> Context:
    return {"item": agenda.current(session, seen.workshop_id)}


def _now(session: Session, seen: Audience) -> Context:
    now = stage.current(session, seen.workshop_id)
    return {
        "stage": now,
        "tally": results.shown(session, now.vote),
        "mark": rounds.mark(session, now.vote),
        "spread": stage.room_size(session, seen.workshop_id),
    }


def _turnout(session: Session, seen: Audience) -> Context:
    found = stage.turnout(session, seen.workshop_id)
    if found is None or seen.screen != CONSOLE or found.vote.state not in ("open", "closed"):
        return {"turnout": found, "missing": []}
    return {"turnout": found, "missing": breakdowns.not_answered(session, found.vote)}


def _tally(session: Session, seen: Audience) -> Context:
    return {"tally": stage.result(session, seen.workshop_id)}


def _wall(session: Session, seen: Audience) -> Context:
    return {"board": stage.wall(session, seen.workshop_id)}


def _written(session: Session, seen: Audience) -> Context:
    now = stage.current(session, seen.workshop_id)
    written, writers = notes.counts(session, now.wall.id) if now.wall and now.wall.id else (0, 0)
    return {"wall": now.wall, "written": written, "writers": writers}


def _cover(session: Session, seen: Audience) -> Context:
    workshop = session.get(Workshop, seen.workshop_id)
    assert workshop is not None, "screens exist only for workshops"
    return {
        "projector": session.get(Projector, seen.channel),
        "workshop": workshop,
        "join_url": join_url(workshop.code),
    }


def _running_order(session: Session, seen: Audience) -> Context:
    return {"order": stage.running_order(session, seen.workshop_id)}


def _controls(session: Session, seen: Audience) -> Context:
    now = stage.current(session, seen.workshop_id)
    item_id = now.item.id if now.item else None
    of_item = (
        votes.of_item(session, item_id) if item_id else [],
        walls.of_item(session, item_id) if item_id else [],
    )
    return {
        "stage": now,
        "votes": of_item[0],
        "marks": rounds.marks(session, of_item[0]),
        "contested": conflicts.counts(session, [vote.id for vote in of_item[0]]),
        "comparable": {vote.id for vote in of_item[0] if breakdowns.possible(vote)},
        "walls": of_item[1],
        "step": steps.next_step(now, *of_item),
        "first": stage.planned_start(session, seen.workshop_id),
        "ask": stage.asked(session, now.vote),
        "open_elsewhere": votes.open_elsewhere(session, seen.workshop_id, item_id),
        "keys": finals.keys(session, now.workshop) if now.workshop.state == "closed" else None,
        "late": votes.late_units(session, now.vote) if now.vote and now.vote.state == "open" else 0,
    }


def _room(session: Session, seen: Audience) -> Context:
    now = stage.current(session, seen.workshop_id)
    joined, online = participants.counts(session, seen.workshop_id)
    return {
        "tables": participants.here(session, seen.workshop_id),
        "numbers": tables.numbers(session, seen.workshop_id),
        "entries": pads.counts(session, now.item.id) if now.item and now.item.id else {},
        "joined": joined,
        "online": online,
        "projectors": projectors.listed(session, seen.workshop_id),
        "links": links.listed(session, seen.workshop_id),
        "workshop": now.workshop,
        "join_url": join_url(now.workshop.code),
    }


def _undo(session: Session, seen: Audience) -> Context:
    return {"undo": undo.latest(session, seen.workshop_id), "offered_ms": undo.OFFERED.total_seconds() * 1000}


def _pad_now(session: Session, seen: Audience) -> Context:
    return {
        "stage": stage.current(session, seen.workshop_id),
        "table": _table_number(session, seen),
        "link_id": seen.channel,
    }


def _entries(session: Session, seen: Audience) -> Context:
    now = stage.current(session, seen.workshop_id)
    link = session.get(Link, seen.channel)
    table_id = link.table_id if link else None
    return {
        "stage": now,
        "written": pads.written(session, table_id) if table_id else {},
        "items": agenda.items(session, seen.workshop_id),
        "link_id": seen.channel,
    }


def _table_number(session: Session, seen: Audience) -> int | None:
    link = session.get(Link, seen.channel)
    return tables.numbers(session, seen.workshop_id).get(link.table_id or 0) if link else None


PHONE, PROJECTOR, CONSOLE, PAD = ("phone", "projector", "console", "pad")
STAGE_TOPICS = {"agenda", "votes", "walls"}


def _region(
    name: str, partial: str, query: Callable[..., Context], screens: set[str], topics: set[str]
) -> Region:
    return Region(name, partial, query, frozenset(screens), frozenset(topics))


REGIONS = (
    _region("now", "participants/_now.html", _now, {PHONE}, STAGE_TOPICS),
    _region("clock", "participants/_clock.html", _clock, {PHONE}, {"agenda", "clocks"}),
    _region("stage", "agenda/_stage.html", _stage, {PROJECTOR}, STAGE_TOPICS | {"clocks"}),
    _region("turnout", "votes/_turnout.html", _turnout, {PROJECTOR, CONSOLE}, {"agenda", "votes", "ballots"}),
    _region("tally", "votes/_tally.html", _tally, {PROJECTOR, CONSOLE}, {"agenda", "votes"}),
    _region("wall", "notes/_wall.html", _wall, {PROJECTOR}, STAGE_TOPICS | {"notes"}),
    _region("foot", "projectors/_foot.html", _cover, {PROJECTOR}, {"projectors", "agenda"}),
    _region("cover", "projectors/_cover.html", _cover, {PROJECTOR}, {"projectors", "agenda"}),
    _region("order", "agenda/_order.html", _running_order, {CONSOLE}, STAGE_TOPICS | {"clocks"}),
    _region(
        "controls",
        "agenda/_controls.html",
        _controls,
        {CONSOLE},
        STAGE_TOPICS | {"clocks", "participants"},
    ),
    _region("written", "notes/_written.html", _written, {CONSOLE}, STAGE_TOPICS | {"notes"}),
    _region("board", "notes/_board.html", _wall, {CONSOLE}, STAGE_TOPICS | {"notes"}),
    _region(
        "room",
        "participants/_room.html",
        _room,
        {CONSOLE},
        {"participants", "links", "projectors", "pads", "agenda"},
    ),
    _region("undo", "undo/_undo.html", _undo, {CONSOLE}, {"undo"}),
    _region("now", "pads/_now.html", _pad_now, {PAD}, STAGE_TOPICS | {"clocks"}),
    _region("entries", "pads/_entries.html", _entries, {PAD}, {"pads", "agenda"}),
)

# What a frozen projector keeps; its cover (blank, the way to join) still follows the console.
FREEZABLE = frozenset({"stage", "turnout", "tally", "wall"})


def of_screen(screen: str, topics: frozenset[str] | None = None) -> list[Region]:
    """The regions of a screen that depend on `topics` (None: all of them)."""
    return [
        region
        for region in REGIONS
        if screen in region.screens and (topics is None or region.topics & topics)
    ]


def drawing(session: Session, seen: Audience, topics: frozenset[str] | None = None) -> Drawn:
    """Draw an audience's regions from one snapshot of the database. A region that cannot be drawn is
    left out and the fault logged: one broken item does not blank the room."""
    workshop = session.get(Workshop, seen.workshop_id)
    assert workshop is not None, "screens exist only for workshops"
    frozen, topics = _frozen(session, seen, topics)
    drawn: dict[str, str] = {}
    with drawn_for(_language(session, seen), workshop.time_zone):
        for region in of_screen(seen.screen, topics):
            if region.name in frozen:
                drawn[region.name] = frozen[region.name]
                continue
            try:
                drawn[region.name] = fragment(
                    region.partial, **region.query(session, seen), screen=seen.screen, code=workshop.code
                )
            except Exception:
                log.exception("region %s could not be drawn for %s", region.name, seen)
    return Drawn(workshop.version, drawn)


def latest(session: Session, seen: Audience) -> Drawn:
    """All regions of an audience for one who comes or asks: the whole room does so at once after a restart,
    so a drawing serves everybody who asks at the same version within SHARED seconds."""
    query = select(Workshop.version).where(Workshop.id == seen.workshop_id)
    kept, version = _kept.setdefault(session.get_bind(), {}), session.exec(query).one()
    at, drawn = kept.get(seen, (0.0, None))
    if drawn is None or drawn.version != version or time.monotonic() - at > SHARED:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        drawn = drawing(session, seen)
        kept[seen] = (time.monotonic(), drawn)
    return drawn


def _language(session: Session, seen: Audience) -> str:
    # A projector may be told another language while it is connected.
    projector = session.get(Projector, seen.channel) if seen.screen == PROJECTOR else None
    return projector.language if projector else seen.language


def _frozen(
    session: Session, seen: Audience, topics: frozenset[str] | None
) -> tuple[dict[str, str], frozenset[str] | None]:
    # When a projector thaws, everything it missed is due, whatever the topic.
    if seen.screen != PROJECTOR:
        return {}, topics
    projector = session.get(Projector, seen.channel)
    kept = projector.frozen if projector and projector.frozen else {}
    return kept, None if topics and "projectors" in topics else topics


async def draw(seen: Audience, topics: frozenset[str] | None = None) -> Drawn:
    """What the hub draws with."""
    return await db.read(drawing, seen, topics)


def join_url(code: str) -> str:
    """The address people type, as shown: without the scheme."""
    return f"{settings().public_url.partition('://')[2].rstrip('/')}/{code}"
