"""The people of a rehearsal: participants with phones and scribes with pads, each with a browser."""

import asyncio
import contextlib
import csv
import itertools
import random
import re
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from app.models.notes import NOTE_LENGTH
from app.models.pads import ENTRY_LENGTH
from scripts.rehearsal.ballots import as_one, filled, said
from scripts.rehearsal.browser import NETWORK, Browser
from scripts.rehearsal.markup import Form, Page
from scripts.rehearsal.outbox import Ledger, Outbox, insist
from scripts.rehearsal.screen import Screen, Stuck

ROOT = Path(__file__).resolve().parent.parent.parent
COMMENTS = ROOT / "tests" / "data" / "polis" / "london.youth.policing" / "comments.csv"

NAMES = ("Alys", "Ben", "Carys", "Dev", "Elin", "Farah", "Gwyn", "Huw", "Ines", "Jo", "Kofi", "Lowri")
ORGANISATIONS = ("Cyngor Dyffryn", "Harbour Health Board", "Open Wales", "Prifysgol y Bryn", "Tai Glan")
WELSH = 5  # every fifth participant reads Welsh
CHANGES = 0.1  # share of the voters who change their mind
CROWD, EACH = 100, 0.002  # from so many screens on, so many seconds for each (personal-slot.js)
NOTES = 3  # notes a participant writes on a wall, at most
ENTRIES = 3  # entries a scribe types in an item
TASK = re.compile(r'data-task="([^"]+)"')
AT_TABLES = re.compile(r'data-item="(\d+)" data-kind="table"')
ENDS = re.compile(r'data-ends-at="(\d+)"')


@dataclass(slots=True)
class Room:
    """Where the day takes place: the copy of the workshop, and what is known of all its people."""

    url: str
    code: str
    speed: int
    tables: int
    sentences: list[str]
    vote: str = ""  # the one opened last, in the words of the ledger
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def haste(self) -> float:
        """People think at their own pace up to sixty times the real speed, and faster beyond it."""
        return min(1.0, 60 / self.speed)


class Person(ABC):
    """Someone with a browser, who comes in by a link and keeps a screen open."""

    def __init__(self, room: Room, who: str, language: str = "en") -> None:
        self.room, self.who = room, who
        self.browser = Browser(room.url, language)
        self.outbox = Outbox(self.browser, room.ledger, who)
        self.screen = Screen(self.browser, self.outbox, room.ledger)

    async def enter(self, token: str, face: str) -> Page:
        """Follow a link: to its screen, or first to the question whether to sign in here."""
        path = f"/enter/{token}"
        answer = await self.browser.get(path)
        if answer.status == 200:
            answer = await insist(self.browser, self.room.ledger, path, {}, piece=False)
        if answer.status != 303:
            raise Stuck(f"The link of the {face} does not open (answer {answer.status}).")
        return await self.screen.load(answer.headers["location"], face)

    async def live(self) -> None:
        """Take part until cancelled; getting stuck is a fault of the rehearsal, not the end of it."""
        try:
            async with asyncio.TaskGroup() as group:
                await self.begin(group)
        except* Stuck as stuck:
            for each in stuck.exceptions:
                self.room.ledger.fault(str(each))
        finally:
            self.browser.close()

    @abstractmethod
    async def begin(self, group: asyncio.TaskGroup) -> None:
        """What this person does all day."""

    async def think(self, least: float, most: float, html: str = "") -> None:
        """Take some seconds, but not more than two fifths of what the clock in `html` leaves."""
        seconds = random.uniform(least, most) * self.room.haste
        ends = ENDS.search(html)
        if ends:
            left = (int(ends[1]) - self.outbox.now()) / 1000
            seconds = min(seconds, random.uniform(0.05, 0.4) * max(left, 0.0))
        await asyncio.sleep(seconds)


class Phone(Person):
    """A participant: joins, votes, writes notes, as the personal slot asks."""

    def __init__(self, room: Room, number: int) -> None:
        super().__init__(room, f"phone {number}", "cy" if number % WELSH == 0 else "en")
        self.number = number
        self.task = self.slot = ""
        self.organisation = ORGANISATIONS[number % len(ORGANISATIONS)]
        self.voted: set[str] = set()
        self.ideas: dict[str, int] = {}

    async def begin(self, group: asyncio.TaskGroup) -> None:
        await self.think(0, 20)
        page = await self._join()
        self.slot = page.of("mine").get("data-slot", "")
        group.create_task(self.screen.follow())
        while True:
            self.task = page.of("mine").get("data-task", "")
            group.create_task(self._answer(page, self.task))
            await self.screen.until(self._elsewhere)
            await asyncio.sleep(
                random.random() * self.screen.crowd * EACH if self.screen.crowd > CROWD else 0
            )
            page = await self._pull()

    async def _join(self) -> Page:
        path = f"/{self.room.code}"
        form = (await self.screen.load(path)).form("/participants")
        if form is None:
            raise Stuck("The joining page has no form to join with.")
        fields = {
            "name": f"{NAMES[self.number % len(NAMES)]} {self.number}",
            "organisation": self.organisation,
            "table": str(self.number % self.room.tables + 1),
            "language": self.browser.language,
        }
        await insist(self.browser, self.room.ledger, form.action, form.given | fields, piece=False)
        page = await self.screen.load(path, "phone")
        self.room.ledger.joined += 1
        return page

    def _elsewhere(self) -> str:
        """The pushed region, when it asks for something else than the slot shows."""
        now = self.screen.regions.get("now", "")
        task = TASK.search(now)
        return now if task and task[1] != self.task else ""

    async def _pull(self) -> Page:
        """The personal slot, tried again as personal-slot.js does."""
        for misses in itertools.count(1):
            with contextlib.suppress(*NETWORK):
                answer = await self.browser.get(self.slot, piece=True)
                page = Page(answer.text)
                self.task = page.of("mine").get("data-task", self.task)
                if answer.status == 200 and not self._elsewhere():
                    return page
            await asyncio.sleep(min(5.0, 0.5 * 2**misses) * random.uniform(0.5, 1.5))
        raise AssertionError("unreachable")

    async def _answer(self, page: Page, task: str) -> None:
        if ballot := page.form("/ballot"):
            await self._vote(ballot, task)
        if writer := page.form("/notes"):
            await self._write(writer, task)

    async def _vote(self, form: Form, task: str) -> None:
        place, together = place_of(form), form.attributes.get("data-unit") == "organisations"
        if place in self.voted:
            return
        for _ in range(2 if random.random() < CHANGES else 1):
            await self.think(0.5, 6, self.screen.regions.get("now", ""))
            if self.task != task:
                return
            self.voted.add(place)
            answer = filled(form, self.room.sentences)
            if together:
                answer = as_one(form, answer)
            unit = self.organisation if together else self.who
            content = said(form, answer)
            await self.outbox.submit(place, form.action, form.given | answer, content, unit)

    async def _write(self, form: Form, task: str) -> None:
        place = place_of(form)
        self.ideas.setdefault(place, random.randint(1, NOTES))
        while self.ideas[place] > 0:
            await self.think(2, 10, self.screen.regions.get("now", ""))
            if self.task != task:
                return
            self.ideas[place] -= 1
            text = fitted(random.choice(self.room.sentences), NOTE_LENGTH)
            await self.outbox.submit(place, form.action, form.given | {"text": text}, text)


class Scribe(Person):
    """Sits at a table and types what it says, a few lines in each item the tables talk in."""

    def __init__(self, room: Room, table: int, token: str) -> None:
        super().__init__(room, f"scribe {table}")
        self.table, self.token = table, token

    async def begin(self, group: asyncio.TaskGroup) -> None:
        page = await self.enter(self.token, "pad")
        form = page.form("/entries")
        if form is None:
            raise Stuck("The pad has no form to type in.")
        group.create_task(self.screen.follow())
        item = ""
        while True:
            item = await self.screen.until(partial(self._other_item, item))
            await self._type(form, item)

    def _other_item(self, item: str) -> str:
        found = AT_TABLES.search(self.screen.regions.get("now", ""))
        return found[1] if found and found[1] != item else ""

    async def _type(self, form: Form, item: str) -> None:
        for earlier in range(random.randint(1, ENTRIES)):
            await self.think(2, 10, self.screen.regions.get("now", ""))
            if earlier and f'data-item="{item}"' not in self.screen.regions["now"]:
                return  # what was begun in time is finished
            kind = random.choice(form.choices["kind"])
            text = fitted(random.choice(self.room.sentences), ENTRY_LENGTH)
            fields = form.given | {"item": item, "kind": kind, "text": text}
            await self.outbox.submit(f"table {self.table}", form.action, fields, f"{kind}: {text}")


def sentences() -> list[str]:
    """What real people wrote (tests/data/polis/README.md); without what the moderators took out."""
    with COMMENTS.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["moderated"] != "-1"]
    return [text for row in rows if (text := fitted(row["comment-body"], ENTRY_LENGTH))]


def fitted(text: str, limit: int) -> str:
    """`text` as the server will keep it, cut at a word to at most `limit` characters."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if len(text) <= limit:
        return text
    return text[: text.rfind(" ", 0, limit) if " " in text[:limit] else limit - 1].rstrip(" ,;:") + "…"


def place_of(form: Form) -> str:
    """What a form is for, in the words of the ledger: "vote 12", "wall 3"."""
    found = re.search(r"/(vote|wall)s/(\d+)/", form.action)
    return f"{found[1]} {found[2]}" if found else form.action
