"""Who is watching what, and what each of them has yet to be shown.

A signal makes the views of a workshop (see view.py) due; they are drawn at once, and what comes
meanwhile waits for the tick.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from typing import Any

from app.live.presence_tracker import GATHER, REFRESH, PresenceTracker, RefreshPresence, ReportPresence
from app.live.room import Room, Statistics, in_chunks
from app.live.view import Audience, Connection, Drawing, View

log = logging.getLogger(__name__)

TICK = 0.1  # seconds between two fan-outs to one workshop, at least
SHARE = 2  # … and at least this many times as long as the last one took, so that the loop is free for POSTs
HEARTBEAT = 5.0
RETRY = (1.0, 30.0)  # seconds until a drawing that failed is tried again: the first time, the longest

COME_BACK = 1012

Draw = Callable[[Audience, frozenset[str] | None], Awaitable[Drawing]]
WriteEach = Callable[[Iterable[Any], Any], list[Any]]


class Hub:
    """One per process, used from one event loop.

    `draw(audience, topics)` draws the regions that depend on the topics (None: all) from a snapshot of the
    database; `pack(text)` makes a frame; `write_each(connections, frame)` writes it and returns those that
    could not take it. `report_presence` and `refresh_presence` hear who is here (see presence_tracker.py);
    `heard(workshop_id, topics)` hears of every signal for a workshop somebody watches.
    """

    def __init__(
        self,
        draw: Draw,
        pack: Callable[[str], Any],
        write_each: WriteEach,
        report_presence: ReportPresence | None = None,
        refresh_presence: RefreshPresence | None = None,
        heard: Callable[[int, set[str] | None], None] | None = None,
        *,
        tick: float = TICK,
        heartbeat: float = HEARTBEAT,
        gather: float = GATHER,
        refresh_every: float = REFRESH,
        retry: tuple[float, float] = RETRY,
    ) -> None:
        self.draw, self.pack, self.write_each = draw, pack, write_each
        self.heard = heard
        self.presence = PresenceTracker(report_presence, refresh_presence, self._spawn, gather, refresh_every)
        self.tick, self.heartbeat, self.retry = tick, heartbeat, retry
        self.statistics = Statistics()
        self.rooms: dict[int, Room] = {}
        self.where: dict[Connection, View] = {}
        self.tasks: set[asyncio.Task] = set()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.on_drained = self._drained  # one object for all connections

    # Life

    def start(self) -> None:
        """Start in the running loop."""
        self.loop = asyncio.get_running_loop()
        self._spawn(self._beat())
        self.presence.start()

    async def stop(self) -> None:
        """Close every socket with "come back", and end."""
        self.loop = None
        self.presence.stop()
        for connection in tuple(self.where):
            connection.close(COME_BACK, "restarting")
        tasks = tuple(self.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # Who

    def connect(
        self,
        connection: Connection,
        audience: Audience,
        person: str | None = None,
        version: int | None = None,
    ) -> None:
        """Show an accepted connection what its audience sees: now, unless its page was drawn at this very
        `version` of the workshop, and from now on."""
        room = self.rooms.get(audience.workshop_id)
        if room is None:
            room = self.rooms[audience.workshop_id] = Room(audience.workshop_id)
        view = room.views.get(audience)
        if view is None:
            view = room.views[audience] = View(audience, self.pack)
            self._spawn(self._show(room, view))  # not waiting for the tick
        view.connections[connection] = person
        self.where[connection] = view
        view.behind[connection] = version
        connection.drained = self.on_drained
        self._drained(connection)
        if person is not None:
            self.presence.arrived(audience.workshop_id, person)

    def disconnect(self, connection: Connection) -> None:
        """Forget a connection, and its view with the last one. Harmless when unknown."""
        view = self.where.pop(connection, None)
        if view is None:
            return
        connection.drained = None
        room = self.rooms[view.audience.workshop_id]
        person = view.connections.pop(connection)
        view.behind.pop(connection, None)
        if not view.connections:
            del room.views[view.audience]
        if person is not None:
            self.presence.left(room.workshop_id, person)
        self._forget(room)

    def close(self, workshop_id: int, person: str | None, code: int, reason: str = "") -> None:
        """Close all sockets of a person, or of the whole workshop when `person` is None."""
        for view in self._views(workshop_id):
            for connection, who in tuple(view.connections.items()):
                if person is None or who == person:
                    connection.close(code, reason)

    # What

    def signal(self, workshop_id: int, topics: Iterable[str] | None = None) -> None:
        """Topics of a workshop changed (None: anything may have). In the loop's thread, after the commit."""
        room = self.rooms.get(workshop_id)
        if room is not None and room.views:
            topics = None if topics is None else set(topics)
            if self.heard is not None:
                self.heard(workshop_id, topics)
            for view in room.views.values():
                view.mark_due(topics)
            self._wake(room)

    def signal_all(self) -> None:
        """Anything may have changed anywhere: redraw everything."""
        for workshop_id in tuple(self.rooms):
            self.signal(workshop_id)

    def signal_threadsafe(self, announced: Mapping[int, Iterable[str]]) -> None:
        """`signal` for each workshop, from any thread; nothing when the hub is not running."""
        loop = self.loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._signal_each, announced)

    def _signal_each(self, announced: Mapping[int, Iterable[str]]) -> None:
        for workshop_id, topics in announced.items():
            self.signal(workshop_id, topics)

    def _wake(self, room: Room) -> None:
        if room.ticking is None and self.loop is not None:
            room.ticking = self._spawn(self._tick(room))

    async def _tick(self, room: Room) -> None:
        try:
            while due := [view for view in room.views.values() if view.is_due()]:
                began = time.perf_counter()
                await asyncio.gather(*(self._show(room, view) for view in due))
                took = self.statistics.seconds = time.perf_counter() - began
                await asyncio.sleep(max(self.tick, SHARE * took))
        finally:
            room.ticking = None
            self._forget(room)

    async def _show(self, room: Room, view: View) -> None:
        async with view.drawing:
            if not view.connections or not view.is_due():
                return
            topics = view.take_due()
            try:
                frame = view.update(await self.draw(view.audience, topics))
                self.statistics.draws += 1
            except Exception:
                log.exception("drawing for %s failed", view.audience)
                self._try_again(room, view, topics)
                return
            await self._deliver(view, frame)

    def _try_again(self, room: Room, view: View, topics: frozenset[str] | None) -> None:
        first, longest = self.retry
        pause = min(longest, first * 2**view.failures)
        view.failures += 1

        def again() -> None:
            view.mark_due(topics)
            self._wake(room)

        asyncio.get_running_loop().call_later(pause, again)

    async def _deliver(self, view: View, frame: Any) -> None:
        behind = view.behind
        if frame is not None:
            everyone = view.connections
            async for chunk in in_chunks([each for each in everyone if each not in behind]):
                missed = self.write_each(chunk, frame)
                behind.update((each, None) for each in missed if each in everyone)
                self.statistics.deliveries += len(chunk) - len(missed)
        async for chunk in in_chunks(behind):
            for connection in chunk:
                self._drained(connection)

    def _drained(self, connection: Connection) -> None:
        view = self.where.get(connection)
        if view is not None and connection in view.behind:
            try:
                self.statistics.deliveries += view.catch_up(connection)
            except Exception:  # one broken socket is not to keep anything from the others
                log.exception("a frame could not be written")

    # All the time

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self.heartbeat)
            frame = self.pack(json.dumps({"hb": time.time_ns() // 1_000_000}))
            async for chunk in in_chunks(self.where):
                self.write_each(chunk, frame)

    # Bookkeeping

    def _views(self, workshop_id: int) -> tuple[View, ...]:
        room = self.rooms.get(workshop_id)
        return tuple(room.views.values()) if room else ()

    def _forget(self, room: Room) -> None:
        empty = not room.views and room.ticking is None
        if empty and self.rooms.get(room.workshop_id) is room:
            del self.rooms[room.workshop_id]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a task of the hub ended", exc_info=error)
