"""A workshop's day: started, closed and opened again."""

from sqlmodel import Session

from app.domain import log
from app.domain.agenda import moving_on, plan, running_order
from app.domain.who import Who
from app.errors import Refused
from app.models.base import moment


def start(session: Session, who: Who, from_now: bool) -> None:
    """Start the day with its first item: with the plan moved to begin now, or as scheduled (the
    clock of the first item then already shows what the schedule leaves of it).

    Refused("day_started") unless it is ahead, Refused("agenda_empty") without items.
    """
    workshop = running_order.workshop_of(session, who)
    if workshop.state != "ahead":
        raise Refused("day_started")
    order = running_order.items(session, who.workshop_id)
    if not order:
        raise Refused("agenda_empty")
    now, first = moment(), order[0]
    scheduled = plan.planned_times(workshop, order)[first.id].start
    workshop.state, workshop.started_at = "running", now
    if from_now:
        workshop.shift_seconds += round((now - scheduled).total_seconds())
    begins = now if from_now else scheduled
    moving_on.enter(first, now, begins + plan.planned_length(first, workshop))
    log.record(session, who, "day started", workshop, first, undoable=True)


def close(session: Session, who: Who) -> None:
    """Close the day: the current item ends, phones say goodbye, the record is complete.

    Refused("day_not_started") or Refused("day_closed") unless it runs.
    """
    workshop = running_order.running_workshop(session, who)
    now, item = moment(), running_order.current_item(session, who.workshop_id)
    workshop.state, workshop.closed_at = "closed", now
    if item is not None:
        moving_on.leave(item, now)
    log.record(session, who, "day closed", workshop, *([item] if item else []), undoable=True)


def reopen(session: Session, who: Who) -> None:
    """Open a closed day again, at the item it was closed in; Refused("day_not_closed") unless it is."""
    workshop = running_order.workshop_of(session, who)
    if workshop.state != "closed":
        raise Refused("day_not_closed")
    workshop.state, workshop.closed_at = "running", None
    done = [item for item in running_order.items(session, who.workshop_id) if item.state == "done"]
    last = max(done, key=lambda item: item.ended_at or item.started_at or moment()) if done else None
    if last is not None:
        moving_on.return_to(session, who, last, moment())
    log.record(session, who, "day reopened", workshop, *([last] if last else []), undoable=True)
