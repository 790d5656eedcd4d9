"""From item to item: moving the room on and back, each item's clock going with it."""

from datetime import datetime

from sqlmodel import Session

from app.domain import log
from app.domain.agenda import clocks, plan, running_order, time_control
from app.domain.who import Who
from app.errors import Refused
from app.models import Item
from app.models.base import moment


def move_on(session: Session, who: Who, from_id: int, to_id: int | None = None) -> Item:
    """End the item `from_id` and enter the next one (or `to_id`); returns the entered one.

    Refused("room_moved_on") when the room has already left `from_id`: a double tap never skips an item.
    Refused("last_item") when nothing follows, Refused("day_not_started") and Refused("day_closed") when no
    day runs.
    """
    running_order.running_workshop(session, who)
    leaving = _leaving(session, who, from_id)
    order = running_order.items(session, who.workshop_id)
    entering = running_order.item_of(session, who, to_id) if to_id else _after(order, leaving)
    if entering is None:
        raise Refused("last_item")
    _switch(session, who, leaving, entering, "moved on")
    return entering


def move_back(session: Session, who: Who, from_id: int) -> Item:
    """Return to the item before `from_id`, with its clock at the value it had; nothing is lost.

    Refused("first_item") when nothing precedes it, Refused("room_moved_on") when the room is no longer there,
    and as `running_workshop` says.
    """
    running_order.running_workshop(session, who)
    leaving = _leaving(session, who, from_id)
    order = running_order.items(session, who.workshop_id)
    place = order.index(leaving)
    if place == 0:
        raise Refused("first_item")
    _switch(session, who, leaving, order[place - 1], "moved back")
    return order[place - 1]


def _leaving(session: Session, who: Who, from_id: int) -> Item:
    leaving = running_order.current_item(session, who.workshop_id)
    if leaving is None or leaving.id != from_id:
        raise Refused("room_moved_on")
    return leaving


def _after(order: list[Item], item: Item) -> Item | None:
    place = order.index(item) + 1
    return order[place] if place < len(order) else None


def _switch(session: Session, who: Who, leaving: Item, entering: Item, what: str) -> None:
    if entering.id == leaving.id:
        raise Refused("room_moved_on")
    now = moment()
    running_order.vacate(session, who.workshop_id)
    leave(leaving, now)
    if entering.started_at is None:
        workshop = running_order.workshop_of(session, who)
        enter(entering, now, now + plan.planned_length(entering, workshop))
    else:
        return_to(session, who, entering, now)
    log.record(session, who, what, leaving, entering, undoable=True)


def enter(item: Item, now: datetime, ends: datetime) -> None:
    """Make an item the current one for the first time; its clock runs until `ends`."""
    item.state, item.started_at, item.ended_at = "current", now, None
    time_control.run_clock(item, ends)


def return_to(session: Session, who: Who, item: Item, now: datetime) -> None:
    """Make an item the current one again; its clock runs on with what was left of it."""
    item.state, item.ended_at = "current", None
    time_control.run_clock(item, now + clocks.time_left(item, running_order.workshop_of(session, who), now))


def leave(item: Item, now: datetime) -> None:
    """End an item; a running clock is held at what is left of it."""
    item.state, item.ended_at = "done", now
    if item.clock_state == "running" and item.clock_ends_at:
        time_control.hold_clock(item, item.clock_ends_at - now)
