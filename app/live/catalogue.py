"""THE CATALOGUE: every region of every screen, its partial, its query, who sees it, what it depends on."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlmodel import Session, select

from app.announce import Topic
from app.live import console_queries, queries
from app.live.snapshot import Context, Snapshot
from app.live.view import Audience, Drawing
from app.models import Projector, Workshop
from app.storage.database import database
from app.web.language import drawn_for
from app.web.templating import fragment

log = logging.getLogger(__name__)

SHARED_SECONDS = 2.0
MOST_RECENT = 200
_recent: WeakKeyDictionary[Any, dict[Audience, tuple[float, Drawing]]] = WeakKeyDictionary()  # by database


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a screen that is drawn once per audience. `partial` has one root whose id is `name`;
    `query(snapshot)` gives its context; it is drawn again when one of `topics` is announced."""

    name: str
    partial: str
    query: Callable[[Snapshot], Context]
    screens: frozenset[str]
    topics: frozenset[Topic]


PHONE, PROJECTOR, CONSOLE, PAD = ("phone", "projector", "console", "pad")
STAGE_TOPICS: set[Topic] = {"agenda", "votes", "walls"}


def _region(
    name: str, partial: str, query: Callable[[Snapshot], Context], screens: set[str], topics: set[Topic]
) -> Region:
    return Region(name, partial, query, frozenset(screens), frozenset(topics))


REGIONS = (
    _region("now", "participants/_now.html", queries.phone_now, {PHONE}, STAGE_TOPICS),
    _region("clock", "participants/_clock.html", queries.clock, {PHONE}, {"agenda", "clocks"}),
    _region("closing", "votes/time/_closing.html", queries.closing, {PHONE}, {"agenda", "votes", "closings"}),
    _region("stage", "agenda/_stage.html", queries.on_stage, {PROJECTOR}, STAGE_TOPICS | {"clocks"}),
    _region(
        "turnout",
        "votes/_turnout.html",
        queries.turnout,
        {PROJECTOR, CONSOLE},
        {"agenda", "votes", "ballots", "closings"},
    ),
    _region("tally", "votes/_tally.html", queries.tally, {PROJECTOR, CONSOLE}, {"agenda", "votes"}),
    _region("wall", "notes/_wall.html", queries.wall, {PROJECTOR}, STAGE_TOPICS | {"notes"}),
    _region("foot", "projectors/_foot.html", queries.cover, {PROJECTOR}, {"projectors", "agenda"}),
    _region("cover", "projectors/_cover.html", queries.cover, {PROJECTOR}, {"projectors", "agenda"}),
    _region(
        "order", "agenda/_order.html", console_queries.planned_order, {CONSOLE}, STAGE_TOPICS | {"clocks"}
    ),
    _region(
        "controls",
        "agenda/_controls.html",
        console_queries.controls,
        {CONSOLE},
        STAGE_TOPICS | {"clocks", "participants", "closings"},
    ),
    _region("written", "notes/_written.html", console_queries.written, {CONSOLE}, STAGE_TOPICS | {"notes"}),
    _region("board", "notes/_board.html", queries.wall, {CONSOLE}, STAGE_TOPICS | {"notes"}),
    _region(
        "room",
        "participants/_room.html",
        console_queries.room,
        {CONSOLE},
        {"participants", "links", "projectors", "pads", "agenda"},
    ),
    _region("undo", "undo/_undo.html", console_queries.undoable, {CONSOLE}, {"undo"}),
    _region("now", "pads/_now.html", queries.pad_now, {PAD}, STAGE_TOPICS | {"clocks"}),
    _region("entries", "pads/_entries.html", queries.entries, {PAD}, {"pads", "agenda"}),
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


def drawing(session: Session, audience: Audience, topics: frozenset[str] | None = None) -> Drawing:
    """Draw an audience's regions from one snapshot of the database. A region that cannot be drawn is
    left out and the fault logged: one broken item does not blank the room."""
    snapshot = Snapshot(session, audience)
    workshop = snapshot.stage.workshop
    frozen, topics = _frozen(session, audience, topics)
    drawn: dict[str, str] = {}
    with drawn_for(_language(session, audience), workshop.time_zone):
        for region in of_screen(audience.screen, topics):
            if region.name in frozen:
                drawn[region.name] = frozen[region.name]
                continue
            try:
                drawn[region.name] = fragment(
                    region.partial, **region.query(snapshot), screen=audience.screen, code=workshop.code
                )
            except Exception:
                log.exception("region %s could not be drawn for %s", region.name, audience)
    return Drawing(workshop.version, drawn)


def latest(session: Session, audience: Audience) -> Drawing:
    """All regions of an audience for one who comes or asks: the whole room does so at once after a restart,
    so a drawing serves everybody who asks at the same version within SHARED_SECONDS seconds."""
    query = select(Workshop.version).where(Workshop.id == audience.workshop_id)
    recent, version = _recent.setdefault(session.get_bind(), {}), session.exec(query).one()
    at, drawn = recent.get(audience, (0.0, None))
    if drawn is None or drawn.version != version or time.monotonic() - at > SHARED_SECONDS:
        if len(recent) >= MOST_RECENT:
            recent.clear()
        drawn = drawing(session, audience)
        recent[audience] = (time.monotonic(), drawn)
    return drawn


def _language(session: Session, audience: Audience) -> str:
    # A projector may be told another language while it is connected.
    projector = session.get(Projector, audience.channel) if audience.screen == PROJECTOR else None
    return projector.language if projector else audience.language


def _frozen(
    session: Session, audience: Audience, topics: frozenset[str] | None
) -> tuple[dict[str, str], frozenset[str] | None]:
    # When a projector thaws, everything it missed is due, whatever the topic.
    if audience.screen != PROJECTOR:
        return {}, topics
    projector = session.get(Projector, audience.channel)
    regions = projector.frozen if projector and projector.frozen else {}
    return regions, None if topics and "projectors" in topics else topics


async def draw(audience: Audience, topics: frozenset[str] | None = None) -> Drawing:
    """What the hub draws with."""
    return await database.read(drawing, audience, topics)
