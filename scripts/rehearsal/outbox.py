"""How a simulated contribution gets off the thumb: as outbox.js, queue.js and sending.js do it; and what
the ledger says of it."""

import asyncio
import itertools
import random
import secrets
import time
from dataclasses import dataclass, field

from scripts.rehearsal.browser import NETWORK, Answer, Browser

LOST = 0.05  # share of the answers that get lost on the way, so that the submission is delivered again
LONGEST = 15.0


@dataclass(slots=True, eq=False)
class Submission:
    """One contribution: `place` is "vote 12", "wall 3" or "table 5"; times are of time.perf_counter.

    `status` is that of the answer, None while none has come.
    """

    place: str
    who: str
    content: str
    sequence: int
    tapped: float
    answered: float = 0.0
    status: int | None = None

    @property
    def received(self) -> bool:
        return self.status is not None and self.status < 300

    @property
    def refused(self) -> bool:
        return self.status is not None and self.status >= 300


@dataclass(slots=True)
class Ledger:
    """Everything the simulated people did, and what went wrong on the way."""

    submissions: list[Submission] = field(default_factory=list)
    repeated: int = 0
    errors: int = 0
    joined: int = 0
    reconnected: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def pending(self) -> list[Submission]:
        """What has had no answer yet."""
        return [each for each in self.submissions if each.status is None]

    def fault(self, sentence: str) -> None:
        """Something a real person would have stumbled over; the rehearsal fails."""
        if sentence not in self.faults:
            self.faults.append(sentence)


class Outbox:
    """One person's contributions, delivered one after the other until the server has answered."""

    def __init__(self, browser: Browser, ledger: Ledger, who: str) -> None:
        self.browser, self.ledger, self.who = browser, ledger, who
        self.ahead = float("-inf")  # milliseconds the server's clock is ahead of ours, at least
        self._last = 0
        self._busy = asyncio.Lock()

    def hear(self, server_ms: float) -> None:
        """The server said what time it is; the way here only makes that look older."""
        self.ahead = max(self.ahead, server_ms - time.time() * 1000)

    def now(self) -> float:
        """The server's time in epoch milliseconds."""
        return time.time() * 1000 + (0 if self.ahead == float("-inf") else self.ahead)

    async def submit(
        self, place: str, url: str, fields: dict[str, str], content: str, unit: str = ""
    ) -> Answer:
        """Tap, and wait for the answer. Network trouble and 408, 425, 429 and 5xx are tried again. `unit` is
        the organisation this person answers for, if any."""
        now = round(self.now())
        self._last = max(self._last + 1, now)
        stamp = {"key": secrets.token_hex(16), "sequence": str(self._last), "written_at": str(now)}
        entry = Submission(place, unit or self.who, content, self._last, time.perf_counter())
        self.ledger.submissions.append(entry)
        async with self._busy:
            answer = await insist(self.browser, self.ledger, url, {**fields, **stamp})
            entry.answered, entry.status = time.perf_counter(), answer.status
            if entry.received and random.random() < LOST:
                await self._again(url, {**fields, **stamp})
        return answer

    async def _again(self, url: str, fields: dict[str, str]) -> None:
        self.ledger.repeated += 1
        answer = await insist(self.browser, self.ledger, url, fields)
        if answer.status >= 300:
            self.ledger.fault(f"What had been received was refused when sent again ({answer.status}, {url}).")


async def insist(
    browser: Browser, ledger: Ledger, url: str, fields: dict[str, str], piece: bool = True
) -> Answer:
    """Post until there is an answer that will not change by asking again."""
    for misses in itertools.count():
        try:
            answer = await browser.post(url, fields, piece)
        except NETWORK:
            ledger.errors += 1
        else:
            if answer.status < 500 and answer.status not in (408, 425, 429):
                return answer
            ledger.errors += 1
        await asyncio.sleep(min(LONGEST, 2.0**misses) * random.uniform(0.5, 1.5))
    raise AssertionError("unreachable")
