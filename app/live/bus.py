"""How one worker's announcements reach the other workers and hosts: Postgres LISTEN/NOTIFY.

What travels is "workshop 7: votes", never content. It may be lost, with a dropped connection or a killed
process; then everything is signalled again, at the latest when the versions are compared.
"""

import asyncio
import itertools
import json
import logging
import random
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from typing import Any

import psycopg
from psycopg import AsyncConnection, sql

from app.live.missed_signals import MissedSignals

log = logging.getLogger(__name__)

CHANNEL = "plenary"
TICK = 0.1  # seconds between two notifications of the same workshop, at least
LONGEST = 7_900  # bytes of payload; the server refuses 8,000
SILENCE = 30.0  # seconds without a notification until the listener asks whether the link is alive
PATIENCE = 10.0  # seconds for an answer
CHECK = 3.0  # seconds between two comparisons of the versions
THOROUGH = 5  # … and every so many of them also for those of which only some signals may have been lost
BACK_OFF = (0.1, 10.0)

Signal = Callable[[int, Iterable[str] | None], None]
Versions = Callable[[], Awaitable[Mapping[int, int]]]


class Bus:
    """One per process, in the event loop of its hub.

    `signal(workshop_id, topics or None)` and `signal_all()` are the hub's. `versions()` gives the current
    version of each workshop worth watching (those with connections here will do). `url` is one libpq
    understands and leads to the server itself: a pooler in transaction mode loses LISTEN.
    """

    def __init__(
        self,
        url: str,
        signal: Signal,
        signal_all: Callable[[], None],
        versions: Versions,
        *,
        tick: float = TICK,
        check: float = CHECK,
        silence: float = SILENCE,
        back_off: tuple[float, float] = BACK_OFF,
    ) -> None:
        self.url, self.signal, self.signal_all, self.versions = url, signal, signal_all, versions
        self.tick, self.check, self.silence, self.back_off = tick, check, silence, back_off
        self.sender = secrets.token_hex(8)
        self.unsent: dict[int, set[str]] = {}
        self.to_send = asyncio.Event()
        self.listening = asyncio.Event()
        self.missed = MissedSignals()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.tasks: list[asyncio.Task] = []

    def start(self) -> None:
        """Start in the running loop. `listening` is set while the listener is connected."""
        self.loop = asyncio.get_running_loop()
        for work in (self._connected(self._listen), self._connected(self._send), self._compare()):
            task = self.loop.create_task(work)
            task.add_done_callback(ended)
            self.tasks.append(task)

    async def stop(self) -> None:
        """End. What has not been sent yet is found by the others when they compare versions."""
        self.loop = None
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def announce(self, announced: Mapping[int, Iterable[str]]) -> None:
        """Tell the other workers after a commit here, from any thread. The caller signals its own hub."""
        loop = self.loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._queue, announced)

    def _queue(self, announced: Mapping[int, Iterable[str]]) -> None:
        for workshop_id, topics in announced.items():
            self.unsent.setdefault(workshop_id, set()).update(topics)
            self.missed.signalled.add(workshop_id)
        self.to_send.set()

    async def _connected(self, work: Callable[[AsyncConnection], Coroutine[Any, Any, None]]) -> None:
        """Do work that needs a connection of its own, again after every drop."""
        first, longest = self.back_off
        pause, loop = first, asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                connection = await AsyncConnection.connect(
                    self.url, autocommit=True, connect_timeout=int(PATIENCE), application_name="plenary bus"
                )
                async with connection:
                    await work(connection)
            except (psycopg.Error, OSError, TimeoutError) as error:
                log.warning("the bus lost its connection: %s", error)
            except Exception:
                log.exception("the bus failed")
            self.listening.clear()
            if loop.time() - began > longest:
                pause = first
            await asyncio.sleep(pause * random.uniform(0.5, 1))
            pause = min(longest, pause * 2)

    async def _listen(self, connection: AsyncConnection) -> None:
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        self.listening.set()
        self.signal_all()  # whatever was said before this moment was not heard
        while True:
            async for notification in connection.notifies(timeout=self.silence):
                self._hear(notification.payload)
            async with asyncio.timeout(PATIENCE):
                await connection.execute("SELECT 1")

    def _hear(self, payload: str) -> None:
        try:
            message = json.loads(payload)
            workshop_id, topics, sender = message["workshop"], message["topics"], message["from"]
        except (ValueError, KeyError, TypeError):
            log.warning("the bus heard something that is not ours")
            return
        if sender != self.sender:
            self.missed.signalled.add(workshop_id)
            self.signal(workshop_id, topics)

    async def _send(self, connection: AsyncConnection) -> None:
        while True:
            await self.to_send.wait()
            self.to_send.clear()
            batch, self.unsent = self.unsent, {}
            try:
                async with asyncio.timeout(PATIENCE):
                    await connection.execute(
                        "SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload",
                        (CHANNEL, [self._say(workshop_id, topics) for workshop_id, topics in batch.items()]),
                    )
            except BaseException:
                self._queue(batch)
                raise
            await asyncio.sleep(self.tick)

    def _say(self, workshop_id: int, topics: set[str] | None) -> str:
        """The message; "anything" in place of topics too many to be named."""
        message = {"workshop": workshop_id, "topics": sorted(topics) if topics else None, "from": self.sender}
        payload = json.dumps(message)
        return payload if len(payload) <= LONGEST else self._say(workshop_id, None)

    async def _compare(self) -> None:
        for count in itertools.count(1):
            await asyncio.sleep(self.check)
            try:
                current = dict(await self.versions())
            except Exception:
                log.exception("the versions could not be compared")
            else:
                self._resignal(current, thorough=count % THOROUGH == 0)

    def _resignal(self, current: dict[int, int], thorough: bool) -> None:
        for workshop_id in self.missed.find(current, thorough):
            self.signal(workshop_id, None)


def ended(task: asyncio.Task) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a task of the bus ended", exc_info=error)
