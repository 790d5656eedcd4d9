"""Who sees to it that votes close in time: a task of each process, asleep until the next moment of a vote."""

import asyncio
import logging
from collections.abc import Mapping

from app.announce import Topic
from app.domain.votes.time import automatic_closing
from app.models.base import moment
from app.storage.database import database

log = logging.getLogger(__name__)

TOPICS: set[Topic] = {"votes", "closings"}  # what may bring the next moment nearer
PATROL = 10.0  # seconds between two checks at most: another worker may have set a moment, and died
RETRY = 1.0


class Timekeeper:
    """One per process, in the event loop of its hub. Starting checks at once, so that what came due while no
    server ran is done then."""

    def __init__(self, patrol: float = PATROL) -> None:
        self.patrol = patrol
        self.woken = asyncio.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.task: asyncio.Task | None = None

    def start(self) -> None:
        """Start in the running loop."""
        self.loop = asyncio.get_running_loop()
        self.task = self.loop.create_task(self._work())

    async def stop(self) -> None:
        self.loop = None
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    def on_commit(self, announced: Mapping[int, set[str]]) -> None:
        """Look again where a commit announced what may bring the next moment nearer; from any thread."""
        loop = self.loop
        moved = any(topics & TOPICS for topics in announced.values())
        if moved and loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.woken.set)

    async def _work(self) -> None:
        while True:
            self.woken.clear()
            try:
                pause = await self._close_due_votes()
            except Exception:
                log.exception("votes that are due could not be closed")
                pause = RETRY
            try:
                await asyncio.wait_for(self.woken.wait(), pause)
            except TimeoutError:
                continue

    async def _close_due_votes(self) -> float:
        """Do what is due; how many seconds nothing will be."""
        due = await database.read(automatic_closing.next_due)
        if due is not None and due <= moment():
            await database.write(automatic_closing.close_due_votes)
            due = await database.read(automatic_closing.next_due)
        if due is None:
            return self.patrol
        return min(self.patrol, max(0.0, (due - moment()).total_seconds()))
