"""The arithmetic of the day: planned times from minutes and locked starts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from app.domain.select_rows import Readable
from app.models import Item, Workshop
from app.models.base import moment


@dataclass(frozen=True, slots=True)
class PlannedTime:
    """When an item is planned to start and end; `gap` is free time before a locked start,
    `clash` how far the item before it reaches past that start."""

    start: datetime
    end: datetime
    gap: timedelta
    clash: timedelta


def instant_of(day: date, clock: str, zone: str) -> datetime:
    """The instant of HH:MM on `day` in `zone`, in UTC."""
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)).astimezone(UTC)


def planned_length(item: Readable[Item], workshop: Readable[Workshop]) -> timedelta:
    """The planned length of an item; a rehearsal runs `speed` times as fast."""
    return timedelta(seconds=item.minutes * 60 / workshop.speed)


def planned_times(workshop: Readable[Workshop], items: Iterable[Readable[Item]]) -> Mapping[int, PlannedTime]:
    """The planned times by item id: start = previous start + minutes unless locked; the whole
    plan is moved by the workshop's shift. A rehearsal's locked starts shrink with its minutes."""
    lines = tuple((item.id, item.minutes, item.locked_start) for item in items)
    return _planned(workshop.day, workshop.time_zone, workshop.speed, workshop.shift_seconds, lines)


@lru_cache(maxsize=200)  # every drawing asks, and the plan seldom changes
def _planned(
    day: date, zone: str, speed: float, shift_seconds: int, lines: tuple[tuple[int, int, str | None], ...]
) -> Mapping[int, PlannedTime]:
    planned: dict[int, PlannedTime] = {}
    shift, zero = timedelta(seconds=shift_seconds), timedelta()
    first = instant_of(day, "09:30", zone)
    upcoming: datetime | None = None
    for position, (item_id, minutes, locked_start) in enumerate(lines):
        locked = instant_of(day, locked_start, zone) if locked_start else None
        if position == 0:
            first = locked or first
            start = first + shift
        elif locked:
            start = first + shift + (locked - first) / speed
        else:
            start = upcoming or first
        slack = start - upcoming if upcoming else zero
        end = start + timedelta(seconds=minutes * 60 / speed)
        planned[item_id] = PlannedTime(start, end, max(slack, zero), max(-slack, zero))
        upcoming = end
    return MappingProxyType(planned)


def local_time(instant: datetime, zone: str) -> datetime:
    """The instant as the workshop's wall clock shows it."""
    return instant.astimezone(ZoneInfo(zone))


def today(zone: str, now: datetime | None = None) -> date:
    """The date it is in `zone`."""
    return (now or moment()).astimezone(ZoneInfo(zone)).date()
