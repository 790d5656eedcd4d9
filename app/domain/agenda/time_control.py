"""The clock of the current item: started, paused, given more minutes."""

from datetime import datetime, timedelta

from sqlmodel import Session

from app.domain import log
from app.domain.agenda import clocks, running_order
from app.domain.who import Who
from app.errors import Refused
from app.models import Item, Workshop
from app.models.base import moment


def start_clock(session: Session, who: Who, item_id: int) -> None:
    """Start or resume the clock; harmless when it runs. Refused("room_moved_on") for another item's."""
    item, workshop, now = *_clock_of(session, who, item_id), moment()
    if item.clock_state == "running":
        return
    run_clock(item, now + clocks.time_left(item, workshop, now))
    log.record(session, who, "clock started", item, undoable=True, topic="clocks")


def pause_clock(session: Session, who: Who, item_id: int) -> None:
    """Hold the clock at what remains; harmless when it does not run. Refused("room_moved_on") for another
    item's."""
    item, workshop = _clock_of(session, who, item_id)
    if item.clock_state != "running":
        return
    hold_clock(item, clocks.time_left(item, workshop, moment()))
    log.record(session, who, "clock paused", item, undoable=True, topic="clocks")


def add_time(session: Session, who: Who, item_id: int, minutes: int) -> None:
    """Add minutes (negative: take away) to what remains; a rehearsal's minutes are shorter.

    Refused("bad_request") unless they are -1, 1 or 5, Refused("room_moved_on") for another item's clock.
    """
    if minutes not in (-1, 1, 5):
        raise Refused("bad_request")
    item, workshop = _clock_of(session, who, item_id)
    now = moment()
    remaining = clocks.time_left(item, workshop, now) + timedelta(seconds=minutes * 60 / workshop.speed)
    if item.clock_state == "running":
        run_clock(item, now + remaining)
    else:
        hold_clock(item, remaining)
    log.record(session, who, "clock changed", item, undoable=True, topic="clocks")


def run_clock(item: Item, ends: datetime) -> None:
    """Let an item's clock run until the instant `ends`."""
    item.clock_state, item.clock_ends_at, item.clock_left_ms = "running", ends, None


def hold_clock(item: Item, remaining: timedelta) -> None:
    """Hold an item's clock at what remains (negative once over-run)."""
    item.clock_state, item.clock_ends_at = "paused", None
    item.clock_left_ms = round(remaining.total_seconds() * 1000)


def _clock_of(session: Session, who: Who, item_id: int) -> tuple[Item, Workshop]:
    workshop = running_order.running_workshop(session, who)
    item = running_order.item_of(session, who, item_id)
    if item.state != "current":
        raise Refused("room_moved_on")
    return item, workshop
