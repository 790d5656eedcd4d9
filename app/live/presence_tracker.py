"""Who is connected, by person and not by screen. Changes are gathered before they are reported: a phone that
reloads has not left."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger(__name__)

GATHER = 2.0  # seconds over which comings and goings are reported together
REFRESH = 30.0

ReportPresence = Callable[[int, set[str], set[str]], Awaitable[None]]
RefreshPresence = Callable[[int, set[str]], Awaitable[None]]


@dataclass(slots=True, eq=False)
class Presence:
    """The persons of one workshop: on how many screens each, and who of them has been reported."""

    screens: Counter[str] = field(default_factory=Counter)
    reported: set[str] = field(default_factory=set)
    reporting: asyncio.Task | None = None


class PresenceTracker:
    """`report(workshop_id, arrived, left)` hears of persons gathered over `gather` seconds, and again when it
    raised; `refresh(workshop_id, persons)` of all present, every `refresh_every`. `spawn` starts a task."""

    def __init__(
        self,
        report: ReportPresence | None,
        refresh: RefreshPresence | None,
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task],
        gather: float,
        refresh_every: float,
    ) -> None:
        self.report, self.refresh, self.spawn = report, refresh, spawn
        self.gather, self.refresh_every = gather, refresh_every
        self.workshops: dict[int, Presence] = {}
        self.reporting = False

    def start(self) -> None:
        """Begin to report, in the running loop."""
        self.reporting = True
        if self.refresh is not None:
            self.spawn(self._refresh(self.refresh))

    def stop(self) -> None:
        """Report nobody any more: it is the server that goes."""
        self.reporting = False

    def here(self, workshop_id: int) -> set[str]:
        """Who is connected, on however many screens."""
        presence = self.workshops.get(workshop_id)
        return set(presence.screens) if presence else set()

    def arrived(self, workshop_id: int, person: str) -> None:
        """One more screen of this person."""
        presence = self.workshops.setdefault(workshop_id, Presence())
        presence.screens[person] += 1
        self._report_soon(workshop_id, presence)

    def left(self, workshop_id: int, person: str) -> None:
        """One screen less."""
        presence = self.workshops[workshop_id]
        presence.screens[person] -= 1
        if not presence.screens[person]:
            del presence.screens[person]
        self._report_soon(workshop_id, presence)

    def _report_soon(self, workshop_id: int, presence: Presence) -> None:
        if self.reporting and self.report is not None and presence.reporting is None:
            presence.reporting = self.spawn(self._report(workshop_id, presence, self.report))
        self._forget(workshop_id, presence)

    async def _report(self, workshop_id: int, presence: Presence, report: ReportPresence) -> None:
        try:
            while True:
                await asyncio.sleep(self.gather)
                here = set(presence.screens)
                arrived, left = here - presence.reported, presence.reported - here
                if not arrived and not left:
                    break
                try:
                    await report(workshop_id, arrived, left)
                except Exception:
                    log.exception("presence in workshop %s was not reported", workshop_id)
                else:
                    presence.reported = here
        finally:
            presence.reporting = None
            self._forget(workshop_id, presence)

    async def _refresh(self, refresh: RefreshPresence) -> None:
        while True:
            await asyncio.sleep(self.refresh_every)
            for workshop_id in tuple(self.workshops):
                try:
                    await refresh(workshop_id, self.here(workshop_id))
                except Exception:
                    log.exception("presence in workshop %s was not refreshed", workshop_id)

    def _forget(self, workshop_id: int, presence: Presence) -> None:
        unused = not presence.screens and presence.reporting is None
        if unused and self.workshops.get(workshop_id) is presence:
            del self.workshops[workshop_id]
