"""Who is connected, by person and not by screen, and how others hear of it: gathered, as a phone that reloads
has not left."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger(__name__)

GATHER = 2.0  # seconds over which comings and goings are told together
REFRESH = 30.0

Tell = Callable[[int, set[str], set[str]], Awaitable[None]]
Refresh = Callable[[int, set[str]], Awaitable[None]]


@dataclass(slots=True, eq=False)
class Company:
    """The persons of one workshop: on how many screens each, and who of them has been told of."""

    screens: Counter[str] = field(default_factory=Counter)
    told: set[str] = field(default_factory=set)
    telling: asyncio.Task | None = None


class People:
    """`tell(workshop_id, came, went)` hears of persons gathered over `gather` seconds, and again when it
    raised; `refresh(workshop_id, persons)` of all present, every `refresh_every`. `spawn` starts a task."""

    def __init__(
        self,
        tell: Tell | None,
        refresh: Refresh | None,
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task],
        gather: float,
        refresh_every: float,
    ) -> None:
        self.tell, self.refresh, self.spawn = tell, refresh, spawn
        self.gather, self.refresh_every = gather, refresh_every
        self.companies: dict[int, Company] = {}
        self.telling = False

    def start(self) -> None:
        """Begin to tell, in the running loop."""
        self.telling = True
        if self.refresh is not None:
            self.spawn(self._refresh(self.refresh))

    def stop(self) -> None:
        """Tell nobody of those who go from now on: it is the server that goes."""
        self.telling = False

    def here(self, workshop_id: int) -> set[str]:
        """Who is connected, on however many screens."""
        company = self.companies.get(workshop_id)
        return set(company.screens) if company else set()

    def came(self, workshop_id: int, person: str) -> None:
        """One more screen of this person."""
        company = self.companies.setdefault(workshop_id, Company())
        company.screens[person] += 1
        self._tell_soon(workshop_id, company)

    def went(self, workshop_id: int, person: str) -> None:
        """One screen less."""
        company = self.companies[workshop_id]
        company.screens[person] -= 1
        if not company.screens[person]:
            del company.screens[person]
        self._tell_soon(workshop_id, company)

    def _tell_soon(self, workshop_id: int, company: Company) -> None:
        if self.telling and self.tell is not None and company.telling is None:
            company.telling = self.spawn(self._tell(workshop_id, company, self.tell))
        self._forget(workshop_id, company)

    async def _tell(self, workshop_id: int, company: Company, tell: Tell) -> None:
        try:
            while True:
                await asyncio.sleep(self.gather)
                here = set(company.screens)
                came, went = here - company.told, company.told - here
                if not came and not went:
                    break
                try:
                    await tell(workshop_id, came, went)
                except Exception:
                    log.exception("presence in workshop %s was not told", workshop_id)
                else:
                    company.told = here
        finally:
            company.telling = None
            self._forget(workshop_id, company)

    async def _refresh(self, refresh: Refresh) -> None:
        while True:
            await asyncio.sleep(self.refresh_every)
            for workshop_id in tuple(self.companies):
                try:
                    await refresh(workshop_id, self.here(workshop_id))
                except Exception:
                    log.exception("presence in workshop %s was not refreshed", workshop_id)

    def _forget(self, workshop_id: int, company: Company) -> None:
        gone = not company.screens and company.telling is None
        if gone and self.companies.get(workshop_id) is company:
            del self.companies[workshop_id]
