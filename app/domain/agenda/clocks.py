"""What is left on an item's clock, and what that means for the rest of the day."""

from datetime import datetime, timedelta

from app.domain.agenda import plan
from app.domain.agenda.plan import PlannedTime
from app.domain.select_rows import Readable
from app.models import Item, Workshop


def time_left(item: Readable[Item], workshop: Readable[Workshop], now: datetime) -> timedelta:
    """What remains on an item's clock; negative once over-run. An idle clock has all its minutes."""
    if item.clock_state == "running" and item.clock_ends_at:
        return item.clock_ends_at - now
    if item.clock_state == "paused":
        return timedelta(milliseconds=item.clock_left_ms or 0)
    return plan.planned_length(item, workshop)


def time_behind(
    workshop: Readable[Workshop], item: Readable[Item], planned: PlannedTime, now: datetime
) -> timedelta:
    """How far the day runs behind the plan (negative: ahead): the later of what the item's clock
    still needs beyond its planned end, and how long past that end it is already."""
    ends = now + max(time_left(item, workshop, now), timedelta())
    return ends - planned.end


def expected_start(
    workshop: Readable[Workshop],
    item: Readable[Item],
    then: Readable[Item],
    planned: PlannedTime,
    now: datetime,
) -> datetime:
    """When the item after this one is to be expected, by the clock as it is now; `planned` is that
    item's plan. A locked start is waited for."""
    ends = now + max(time_left(item, workshop, now), timedelta())
    return max(ends, planned.start) if then.locked_start else ends
