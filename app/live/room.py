"""The views of one workshop that somebody watches now, and what the hub counts while it serves them."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

from app.live.view import Audience, Connection, View

CHUNK = 250  # frames written before the rest of the loop gets its turn


async def in_chunks(connections: Iterable[Connection]) -> AsyncIterator[tuple[Connection, ...]]:
    """Those connected now, a chunk at a time, so that the loop can serve others in between."""
    now = tuple(connections)
    for start in range(0, len(now), CHUNK):
        yield now[start : start + CHUNK]
        await asyncio.sleep(0)


@dataclass(slots=True, eq=False)
class Room:
    """The views of one workshop."""

    workshop_id: int
    views: dict[Audience, View] = field(default_factory=dict)
    ticking: asyncio.Task | None = None


@dataclass(slots=True)
class Statistics:
    """States (whole or in part) written and drawings made since the start; seconds the last round took."""

    deliveries: int = 0
    draws: int = 0
    seconds: float = 0.0
