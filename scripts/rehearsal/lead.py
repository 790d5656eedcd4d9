"""The lead facilitator, who presses the console's one next step when its time has come, and the projector."""

import asyncio
import contextlib
import random
import re
from collections import defaultdict
from collections.abc import Awaitable
from functools import partial
from html import unescape
from typing import NamedTuple

from scripts.rehearsal.account import Shown, figure, turnout
from scripts.rehearsal.browser import Answer
from scripts.rehearsal.markup import Page
from scripts.rehearsal.outbox import insist
from scripts.rehearsal.people import ENDS, Person, Room
from scripts.rehearsal.screen import Stuck

PATIENCE = 60.0  # seconds until a console that does not show the next step counts as stuck
WAITING = 60.0  # seconds a lead waits for a room that does not answer

# When each step is pressed, as a share of the time the item's clock has left when the step is first offered.
MOMENTS = (
    (re.compile(r"/day/start$"), 0.0),
    (re.compile(r"/(votes|walls)/\d+/opening$"), 0.05),
    (re.compile(r"/votes/\d+/closing$"), 0.75),
    (re.compile(r"/votes/\d+/reveal$"), 0.3),
    (re.compile(r"/walls/\d+/release$"), 0.6),
    (re.compile(r"/walls/\d+/closing$"), 0.7),
    (re.compile(r"/items/\d+/leaving$"), 1.0),
    (re.compile(r"/day/closing$"), 1.0),
)
CURRENT = re.compile(r'<li[^>]*\bid="item-(\d+)"[^>]*aria-current="step"[^>]*>(.*?)</li>', re.S)
TITLE = re.compile(r'class="order__title"[^>]*>(.*?)</span>', re.S)
NOTE = re.compile(r'data-move-url="([^"]+)"')


class Place(NamedTuple):
    """Where the room is: the item's number in the running order, of how many, its id and title."""

    number: int
    of: int
    item: str
    title: str


class Lead(Person):
    """Leads the copy's day from its console."""

    def __init__(self, room: Room, token: str) -> None:
        super().__init__(room, "lead")
        self.token = token

    async def begin(self, group: asyncio.TaskGroup) -> None:
        """Keep the console up to date; `lead` does the rest."""
        await self.enter(self.token, "console")
        await self.screen.follow()

    async def lead(self, arrived: Awaitable[None]) -> None:
        """From before the day to its close; nothing is asked before all have `arrived`. Raises Stuck."""
        pressed, waiting = "", asyncio.ensure_future(arrived)
        while not pressed.endswith("/day/closing"):
            step = await self.screen.until(partial(self._step, pressed), "The console's next step", PATIENCE)
            await self._moment(step)
            if not step.endswith("/day/start"):
                await waiting
            if opened := re.search(r"/votes/(\d+)/opening$", step):
                self.room.vote = f"vote {opened[1]}"
            if "/walls/" in step and step.endswith("/closing"):
                await self._cluster(step)
            await self.press(step)
            pressed = step

    async def further_link(self) -> str:
        """A fresh one-time link to this console, as a path."""
        fields = {"role": "lead", "name": "After the rehearsal"}
        answer = await self.press(f"/{self.room.code}/links", fields)
        found = re.search(r"/enter/[\w-]+", answer.text)
        return found[0] if found else ""

    def place(self) -> Place | None:
        """Where the console says the room is."""
        order = self.screen.regions.get("order", "")
        found = CURRENT.search(order)
        if found is None:
            return None
        items = re.findall(r'<li[^>]*\bid="item-(\d+)"', order)
        title = TITLE.search(found[2])
        words = unescape(re.sub(r"<[^>]+>", " ", title[1] if title else ""))
        return Place(items.index(found[1]) + 1, len(items), found[1], " ".join(words.split()))

    async def press(self, address: str, fields: dict[str, str] | None = None) -> Answer:
        """Press a button of the console. Raises Stuck when it is refused."""
        errors = self.room.ledger.errors
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await insist(self.browser, self.room.ledger, address, fields or {})
        except TimeoutError:
            raise Stuck(f"The console’s {address} had no answer within {PATIENCE:.0f} seconds.") from None
        # 409 after a lost answer says that an earlier press got through
        if answer.status >= 300 and (answer.status != 409 or errors == self.room.ledger.errors):
            raise Stuck(f"The console’s {address} was refused (answer {answer.status}).")
        return answer

    def _half_answered(self) -> bool:
        answered, of = turnout(self.screen.regions.get("turnout", "")) or (0, 1)
        return 2 * answered >= of

    def _somebody_wrote(self) -> bool:
        return bool(figure(self.screen.regions.get("written", "")))

    def _step(self, but: str) -> str:
        page = Page(self.screen.regions.get("controls", ""))
        address = page.of("next-step").get("hx-post", "")
        return "" if address == but else address

    async def _moment(self, step: str) -> None:
        share = next((share for pattern, share in MOMENTS if pattern.search(step)), 0.0)
        ends = ENDS.search(self.screen.regions.get("controls", ""))
        if share and ends:
            left = int(ends[1]) / 1000 - self.outbox.now() / 1000
            await asyncio.sleep(max(0.0, share * left))
        with contextlib.suppress(Stuck):  # a room that is silent for so long has nothing to say
            if "/votes/" in step and step.endswith("/closing"):
                await self.screen.until(self._half_answered, "An answer from half the room", WAITING)
            if "/walls/" in step and step.endswith("/release"):
                await self.screen.until(self._somebody_wrote, "A note", WAITING)

    async def _cluster(self, step: str) -> None:
        """Put some notes together, name the cluster, show identical notes once."""
        notes = NOTE.findall(self.screen.regions.get("board", ""))
        if notes:
            first, *others = random.sample(notes, min(4, len(notes)))
            await self.press(first, {"cluster": "new"})
            cluster = await self.screen.until(self._cluster_made, "The new cluster", PATIENCE)
            for address in others:
                await self.press(address, {"cluster": cluster})
            await self.press(f"/{self.room.code}/clusters/{cluster}/title", {"title": "Rehearsed together"})
        await self.press(re.sub(r"closing$", "merging", step))

    def _cluster_made(self) -> str:
        found = re.search(r'data-cluster="(\d+)"', self.screen.regions.get("board", ""))
        return found[1] if found else ""


class Projector(Person):
    """The screen at the front: notes when it shows which turnout of which vote."""

    def __init__(self, room: Room, token: str) -> None:
        super().__init__(room, "projector")
        self.token = token
        self.counts: defaultdict[str, list[Shown]] = defaultdict(list)
        self.screen.came = self._seen

    async def begin(self, group: asyncio.TaskGroup) -> None:
        await self.enter(self.token, "projector")
        await self.screen.follow()

    def _seen(self, region: str, html: str, at: float) -> None:
        count = figure(html) if region == "turnout" else None
        if count is not None and self.room.vote:
            self.counts[self.room.vote].append(Shown(count, at))
