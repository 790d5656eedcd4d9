"""The room that is measured: a database with people in it, the real server on it, and its console."""

import http.client
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from sqlmodel import Session

from app import start
from app.domain.people import joining
from app.domain.who import Who
from app.domain.workshops import versions
from app.models import Workshop
from app.settings import settings
from app.storage.database import database
from scripts.bench_parts.machine import Served, free_port

PLAIN_START = "from app import __main__; __main__.main()"
EACH_ALONE = "from app import __main__; from app.storage import writer; writer.BATCH = 1; __main__.main()"


@dataclass
class World:
    """A prepared database file: one workshop, its links, and people (id, cookie) who have joined."""

    folder: Path
    code: str
    tokens: dict[str, str]
    people: list[tuple[int, str]] = field(default_factory=list)
    passes: dict[str, "Browser"] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.folder / "plenary.db"

    def copy(self) -> "World":
        """The same room in a file of its own."""
        folder = Path(tempfile.mkdtemp(prefix="plenary-bench-"))
        for file in self.folder.glob("plenary.db*"):
            shutil.copy(file, folder)
        return World(folder, self.code, self.tokens, self.people)

    def discard(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def rows(self, query: str, *values: object) -> list[tuple]:
        """Look into the database from outside."""
        with sqlite3.connect(f"file:{self.file}?mode=ro", uri=True) as connection:
            return connection.execute(query, values).fetchall()


def prepare(people: int) -> World:
    """Make a workshop from the built-in template; `people` join through the domain, not over HTTP."""
    folder = Path(tempfile.mkdtemp(prefix="plenary-bench-"))
    os.environ["PLENARY_DATABASE"] = str(folder / "plenary.db")
    settings.cache_clear()
    day = start.prepare(settings(), None)
    world = World(folder, day.code, day.links)
    database.connect(settings().database_url, before_commit=versions.raise_versions)
    try:
        for first in range(0, people, 500):
            world.people += database.write_now(_join, day.code, range(first, min(first + 500, people)))
    finally:
        database.disconnect()
    return world


def _join(session: Session, code: str, numbers: range) -> list[tuple[int, str]]:
    from app.domain.workshops.workshops import by_code

    workshop = by_code(session, code)
    assert isinstance(workshop, Workshop), "prepared just before"
    guest = Who(workshop.id or 0, code, "guest")
    joined = [joining.join(session, guest, f"Person {n}", "", n % 8 + 1, "en") for n in numbers]
    return [(person.participant_id, f"me={person.personal_code}.{person.device_token}") for person in joined]


class Server(Served):
    """The application as scripts/run starts it, in front of a world."""

    def __init__(self, world: World, each_alone: bool = False, port: int = 0) -> None:
        port = port or free_port()
        options = ["--host", "127.0.0.1", "--port", str(port), "--database", str(world.file), "--keep"]
        options += ["--public-url", f"http://127.0.0.1:{port}"]
        start_code = EACH_ALONE if each_alone else PLAIN_START
        name = "one-by-one" if each_alone else "plenary"
        self.world = world
        super().__init__(name, [sys.executable, "-c", start_code, *options], port, world.folder)

    def enter(self, link: str) -> "Browser":
        """A browser that came in by a link ("lead", "projector", "table 1"…), now or before a restart."""
        before = self.world.passes.get(link)
        browser = self.world.passes[link] = Browser(self.port)
        if before is None:
            browser.post(f"/enter/{self.world.tokens[link]}")
        else:
            browser.cookies, browser.location = before.cookies, before.location
        return browser


class Browser:
    """Something that asks and waits for the answer, and keeps its cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.location = ""

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def post(self, path: str, **fields: object) -> bytes:
        """Submit a form as htmx does; ends the program when it is refused."""
        return self._ask("POST", path, urlencode(fields))

    def get(self, path: str) -> bytes:
        return self._ask("GET", path, None)

    def _ask(self, method: str, path: str, body: str | None) -> bytes:
        headers = {
            "Cookie": self.cookie,
            "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        said = answer.read()
        self.connection.close()  # the server lets go of idle ones after five seconds
        if answer.status >= 400:
            raise SystemExit(f"{method} {path} was answered {answer.status}: {said[:300]!r}")
        for cookie in answer.headers.get_all("set-cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.location = answer.headers.get("location", self.location)
        return said


class Console:
    """The lead facilitator's console, on a day that has started."""

    def __init__(self, server: Server) -> None:
        self.world, self.post = server.world, server.enter("lead").post
        self.base = f"/{self.world.code}"
        if self.world.rows("SELECT state FROM workshop WHERE code = ?", self.world.code) == [("ahead",)]:
            self.post(f"{self.base}/day/start", **{"from": "now"})

    @property
    def item(self) -> int:
        return int(self.world.rows("SELECT id FROM item WHERE state = 'current'")[0][0])

    def move_to(self, kind: str) -> int:
        """Lead the room to the first item of a kind; returns its id."""
        wanted = int(self.world.rows("SELECT id FROM item WHERE kind = ? ORDER BY position", kind)[0][0])
        if wanted != self.item:
            self.post(f"{self.base}/items/{self.item}/leaving", to=wanted)
        return wanted

    def add_minute(self, sign: int) -> None:
        """Change the current item's clock, which every phone shows."""
        self.post(f"{self.base}/items/{self.item}/clock/minutes", minutes=sign)

    def retitle(self, number: int) -> None:
        """Change the current item's title, with which the phone's whole region of the item is drawn anew."""
        title = f"Which implication should we take forward, {number} of them?"
        self.post(f"{self.base}/items/{self.item}", title_en=title)

    def open_vote(self, fields: Mapping[str, object] | None = None) -> tuple[int, list[int]]:
        """Write a new vote in the room's item, a single choice of three where `fields` say nothing else, and
        open it; returns it and its options."""
        labels = {f"option_en_{n}": f"Option {n}" for n in (1, 2, 3)}
        self.post(
            f"{self.base}/items/{self.item}/votes", **fields or {"question_en": "How do we go on?", **labels}
        )
        vote = int(self.world.rows("SELECT max(id) FROM vote")[0][0])
        self.post(f"{self.base}/votes/{vote}/opening")
        return vote, [row[0] for row in self.world.rows("SELECT id FROM option WHERE vote_id = ?", vote)]

    def close_vote(self, vote: int) -> None:
        self.post(f"{self.base}/votes/{vote}/closing")
