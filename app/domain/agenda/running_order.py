"""The running order as it is led: starting the day, moving on and back, each item's clock, and edits."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from app.domain import log, nouns, texts
from app.domain.agenda import plan
from app.domain.who import Who
from app.errors import Refused
from app.models import Item, Workshop
from app.models.base import moment

# Asked for every drawing, so built once.
OURS = col(Item.workshop_id) == bindparam("workshop_id")
ORDER = select(Item).where(OURS).order_by(col(Item.position))
CURRENT = select(Item).where(OURS, Item.state == "current")


def workshop_of(session: Session, who: Who) -> Workshop:
    """The workshop of the person asking."""
    workshop = session.get(Workshop, who.workshop_id)
    if workshop is None:
        raise Refused("not_found")
    return workshop


def items(session: Session, workshop_id: int) -> list[Item]:
    """The running order."""
    return list(session.exec(ORDER, params={"workshop_id": workshop_id}))


def current(session: Session, workshop_id: int) -> Item | None:
    """The item the room is in, if any."""
    return session.exec(CURRENT, params={"workshop_id": workshop_id}).first()


def item_of(session: Session, who: Who, item_id: int) -> Item:
    """An item of this person's workshop; a stranger's is not found."""
    item = session.get(Item, item_id)
    if item is None or item.workshop_id != who.workshop_id:
        raise Refused("not_found")
    return item


def start(session: Session, who: Who, from_now: bool) -> None:
    """Start the day with its first item: with the plan moved to begin now, or as scheduled (the
    clock of the first item then already stands where the schedule has it)."""
    workshop = workshop_of(session, who)
    if workshop.state != "ahead":
        raise Refused("day_started")
    order = items(session, who.workshop_id)
    if not order:
        raise Refused("agenda_empty")
    now, first = moment(), order[0]
    scheduled = plan.running_order(workshop, order)[first.id].start
    workshop.state, workshop.started_at = "running", now
    if from_now:
        workshop.shift_seconds += round((now - scheduled).total_seconds())
    begins = now if from_now else scheduled
    _enter(first, now, begins + plan.length(first, workshop))
    log.record(session, who, "day started", workshop, first, undoable=True)


def close(session: Session, who: Who) -> None:
    """Close the day: the current item ends, phones say goodbye, the record stands."""
    workshop = _running(session, who)
    now, item = moment(), current(session, who.workshop_id)
    workshop.state, workshop.closed_at = "closed", now
    if item is not None:
        _leave(item, now)
    log.record(session, who, "day closed", workshop, *([item] if item else []), undoable=True)


def reopen(session: Session, who: Who) -> None:
    """Open a closed day again, at the item it was closed in."""
    workshop = workshop_of(session, who)
    if workshop.state != "closed":
        raise Refused("day_not_closed")
    workshop.state, workshop.closed_at = "running", None
    done = [item for item in items(session, who.workshop_id) if item.state == "done"]
    last = max(done, key=lambda item: item.ended_at or item.started_at or moment()) if done else None
    if last is not None:
        _return_to(session, who, last, moment())
    log.record(session, who, "day reopened", workshop, *([last] if last else []), undoable=True)


def move_on(session: Session, who: Who, from_id: int, to_id: int | None = None) -> Item:
    """End the item `from_id` and enter the next one (or `to_id`); returns the entered one.

    Refused when the room has already left `from_id`: a double tap never skips an item.
    """
    _running(session, who)
    leaving = _leaving(session, who, from_id)
    order = items(session, who.workshop_id)
    entering = item_of(session, who, to_id) if to_id else _after(order, leaving)
    if entering is None:
        raise Refused("last_item")
    _switch(session, who, leaving, entering, "moved on")
    return entering


def move_back(session: Session, who: Who, from_id: int) -> Item:
    """Return to the item before `from_id`, with its clock at the value it had; nothing is lost."""
    _running(session, who)
    leaving = _leaving(session, who, from_id)
    order = items(session, who.workshop_id)
    place = order.index(leaving)
    if place == 0:
        raise Refused("first_item")
    _switch(session, who, leaving, order[place - 1], "moved back")
    return order[place - 1]


def vacate(session: Session, workshop_id: int) -> None:
    """Let no item be current in the database, so that another may become it whatever the order
    in which the changed rows are written (at most one is, by a constraint)."""
    statement = update(Item).where(col(Item.workshop_id) == workshop_id, col(Item.state) == "current")
    session.connection().execute(statement.values(state="done"))


def _make_way(session: Session, item: Item, before: nouns.Columns) -> nouns.Columns:
    if before.get("state") == "current":
        vacate(session, item.workshop_id)
    return before


nouns.register(Workshop, "agenda", nouns.Undoing())
nouns.register(Item, "agenda", nouns.Undoing(restored=_make_way))


def start_clock(session: Session, who: Who, item_id: int) -> None:
    """Start or resume the clock; harmless when it runs."""
    item, workshop, now = *_clock_of(session, who, item_id), moment()
    if item.clock_state == "running":
        return
    _run(item, now + plan.left(item, workshop, now))
    log.record(session, who, "clock started", item, undoable=True, topic="clocks")


def pause_clock(session: Session, who: Who, item_id: int) -> None:
    """Hold the clock at what remains; harmless when it does not run."""
    item, workshop = _clock_of(session, who, item_id)
    if item.clock_state != "running":
        return
    _hold(item, plan.left(item, workshop, moment()))
    log.record(session, who, "clock paused", item, undoable=True, topic="clocks")


def add_time(session: Session, who: Who, item_id: int, minutes: int) -> None:
    """Add minutes (negative: take away) to what remains; a rehearsal's minutes are shorter."""
    if minutes not in (-1, 1, 5):
        raise Refused("bad_request")
    item, workshop = _clock_of(session, who, item_id)
    now = moment()
    remaining = plan.left(item, workshop, now) + timedelta(seconds=minutes * 60 / workshop.speed)
    if item.clock_state == "running":
        _run(item, now + remaining)
    else:
        _hold(item, remaining)
    log.record(session, who, "clock changed", item, undoable=True, topic="clocks")


def edit(session: Session, who: Who, item_id: int, fields: dict[str, str]) -> None:
    """Change an item's titles, instructions, minutes and locked start."""
    item = item_of(session, who, item_id)
    item.title_en = texts.required(fields.get("title_en", item.title_en), 120)
    item.title_cy = texts.optional(fields.get("title_cy", item.title_cy), 120)
    item.instruction_en = texts.optional(fields.get("instruction_en", item.instruction_en), 1200, lines=True)
    item.instruction_cy = texts.optional(fields.get("instruction_cy", item.instruction_cy), 1200, lines=True)
    item.minutes = _minutes(fields.get("minutes", str(item.minutes)))
    item.locked_start = _clock_time(fields.get("locked_start", item.locked_start or ""))
    log.record(session, who, "item edited", item, undoable=True)


def running(session: Session, who: Who) -> Workshop:
    """The workshop, refused unless its day is running."""
    return _running(session, who)


def _running(session: Session, who: Who) -> Workshop:
    workshop = workshop_of(session, who)
    if workshop.state != "running":
        raise Refused("day_closed" if workshop.state == "closed" else "day_not_started")
    return workshop


def _leaving(session: Session, who: Who, from_id: int) -> Item:
    leaving = current(session, who.workshop_id)
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
    vacate(session, who.workshop_id)
    _leave(leaving, now)
    if entering.started_at is None:
        workshop = workshop_of(session, who)
        _enter(entering, now, now + plan.length(entering, workshop))
    else:
        _return_to(session, who, entering, now)
    log.record(session, who, what, leaving, entering, undoable=True)


def _enter(item: Item, now: datetime, ends: datetime) -> None:
    item.state, item.started_at, item.ended_at = "current", now, None
    _run(item, ends)


def _return_to(session: Session, who: Who, item: Item, now: datetime) -> None:
    item.state, item.ended_at = "current", None
    _run(item, now + plan.left(item, workshop_of(session, who), now))


def _leave(item: Item, now: datetime) -> None:
    item.state, item.ended_at = "done", now
    if item.clock_state == "running" and item.clock_ends_at:
        _hold(item, item.clock_ends_at - now)


def _run(item: Item, ends: datetime) -> None:
    item.clock_state, item.clock_ends_at, item.clock_left_ms = "running", ends, None


def _hold(item: Item, remaining: timedelta) -> None:
    item.clock_state, item.clock_ends_at = "paused", None
    item.clock_left_ms = round(remaining.total_seconds() * 1000)


def _clock_of(session: Session, who: Who, item_id: int) -> tuple[Item, Workshop]:
    workshop = _running(session, who)
    item = item_of(session, who, item_id)
    if item.state != "current":
        raise Refused("room_moved_on")
    return item, workshop


def _minutes(text: str) -> int:
    try:
        minutes = int(text)
    except ValueError:
        raise Refused("bad_minutes") from None
    if not 0 <= minutes <= 600:
        raise Refused("bad_minutes")
    return minutes


def _clock_time(text: str) -> str | None:
    text = text.strip()
    if not text:
        return None
    try:
        return datetime.strptime(text[:5], "%H:%M").strftime("%H:%M")
    except ValueError:
        raise Refused("bad_time") from None
