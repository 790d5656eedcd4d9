"""The cast and the stage: a real server in a thread, one fresh workshop per test, and people who use it.

Alice leads. Bob is table 1's scribe. Carys, Dev and whoever joins take part. Charlie is in another
workshop and should have no access to this one.
"""

import json
import os
import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from html import unescape
from pathlib import Path

import httpx
import pytest
import uvicorn
from sqlmodel import Session
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from app import start
from app.domain.agenda import running_order
from app.domain.people import links
from app.domain.votes.forms import vote_settings
from app.domain.votes.life import votes
from app.domain.who import Who, server
from app.live.wire import Protocol
from app.models import Item, Vote, Workshop
from app.settings import settings
from app.storage.database import database
from tests import postgres, prepared
from tests.patience import PATIENCE, wait_until

ROOT = Path(__file__).resolve().parent.parent
MEMORY = Path("/dev/shm")
ENOUGH = 2 * 1024**3  # bytes
ON_POSTGRES = os.environ.get("PLENARY_TEST_DATABASE") == "postgres"


def pytest_configure(config: pytest.Config) -> None:
    """Files lie where a commit need not wait for a disk; what tests start finds its modules compiled."""
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ["TMPDIR"] = str(MEMORY)
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        os.environ["PYTHONPYCACHEPREFIX"] = str(ROOT / ".venv" / "compiled")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On Postgres only what asks for the database under test: everything else was tested beside SQLite."""
    if ON_POSTGRES:
        other = [item for item in items if "new_database" not in item.fixturenames]
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if "new_database" in item.fixturenames]


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL for databases of a test's own."""
    with postgres.cluster() as started:
        yield started


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable:
    """Makes the empty databases under test, each for a block: `with new_database() as url`."""
    if ON_POSTGRES:
        return partial(postgres.database, request.getfixturevalue("cluster"))
    return lambda: nullcontext(f"sqlite:///{tmp_path_factory.mktemp('database')}/plenary.db")


@pytest.fixture(scope="session")
def database_url(new_database: Callable) -> Iterator[str]:
    """A migrated database of the kind PLENARY_TEST_DATABASE names."""
    with new_database() as url:
        start.migrate(url)
        yield url


@pytest.fixture(scope="session")
def base_url(database_url: str) -> Iterator[str]:
    """The address of the application, served by uvicorn in a thread of this process."""
    with serving(database_url) as url:
        yield url


@contextmanager
def serving(database_url: str) -> Iterator[str]:
    """The application on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    os.environ.update(
        PLENARY_DATABASE=database_url, PLENARY_PUBLIC_URL=url, PLENARY_OPERATOR_TOKEN="the operator's token"
    )
    settings.cache_clear()
    config = uvicorn.Config(
        "app.main:create_app", factory=True, port=port, ws=Protocol, log_level="warning", lifespan="on"
    )
    served = uvicorn.Server(config)
    thread = threading.Thread(target=served.run, daemon=True)
    thread.start()
    wait_until(lambda: served.started or not thread.is_alive())
    assert served.started, "the server did not start"
    try:
        yield url
    finally:
        served.should_exit = True
        thread.join(PATIENCE)


class Screen:
    """A websocket of one face: keeps the newest HTML of each region, as the page would."""

    def __init__(self, base_url: str, path: str, cookies: dict[str, str]) -> None:
        self.regions: dict[str, str] = {}
        self.closed: int | None = None
        self.frames: list[str] = []
        self.beats: list[int] = []  # of the server's clock, which come whatever else does
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.stack = ExitStack()
        self.socket = self.stack.enter_context(
            connect(
                base_url.replace("http", "ws") + path,
                additional_headers={"Cookie": header} if header else None,
                origin=base_url,  # type: ignore[arg-type]
                max_size=None,
            )
        )
        self.changed = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            for frame in self.socket:
                with self.changed:
                    self._take(str(frame))
                    self.changed.notify_all()
        except ConnectionClosed:
            pass
        with self.changed:
            self.closed = self.socket.close_code
            self.changed.notify_all()

    def _take(self, frame: str) -> None:
        message = json.loads(frame)
        if "hb" in message:
            self.beats.append(message["hb"])
            return
        self.frames.append(frame)
        for name, html in re.findall(
            r'<hx-partial hx-target="#(\w+)" hx-swap="outerMorph">(.*?)</hx-partial>',
            message.get("content", ""),
            re.S,
        ):
            self.regions[name] = html

    def text(self, region: str) -> str:
        """What a person reads in a region."""
        html = self.regions.get(region, "")
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())

    def wait(self, wanted: Callable[["Screen"], bool], why: str = "") -> "Screen":
        """Wait until `wanted(screen)`; fails with what the screen shows instead."""
        with self.changed:
            if not self.changed.wait_for(lambda: wanted(self), PATIENCE):
                shown = {name: self.text(name)[:300] for name in self.regions}
                pytest.fail(f"{why or 'it'} did not appear; the screen shows {shown}, closed {self.closed}")
        return self

    def shows(self, region: str, words: str) -> "Screen":
        """Wait until a region contains these words."""
        return self.wait(lambda screen: words in screen.text(region), f"{words!r} in {region}")

    def hides(self, region: str, words: str) -> "Screen":
        """Wait until a region no longer contains these words (and has been drawn at all)."""
        return self.wait(
            lambda screen: region in screen.regions and words not in screen.text(region),
            f"no {words!r} in {region}",
        )

    def ends(self) -> int:
        """Wait until the server closes this socket; returns the close code."""
        self.wait(lambda screen: screen.closed is not None, "a close")
        assert self.closed is not None
        return self.closed

    def close(self) -> None:
        self.stack.close()


class Person:
    """Someone with a browser of their own: cookies, requests and screens."""

    def __init__(self, base_url: str, code: str, stack: ExitStack, home: str = "") -> None:
        self.base_url, self.code, self.stack, self.home = base_url, code, stack, home
        self.http = stack.enter_context(
            httpx.Client(
                base_url=base_url,
                headers={"Origin": base_url},
                follow_redirects=False,
                timeout=PATIENCE,
                verify=False,  # reading the certificates of a machine takes longer than most tests
                trust_env=False,
            )
        )

    def get(self, path: str, **options) -> httpx.Response:
        return self.http.get(self._path(path), **options)

    def post(self, path: str, data: dict | None = None, htmx: bool = True, **options) -> httpx.Response:
        headers = {**({"HX-Request": "true"} if htmx else {}), **options.pop("headers", {})}
        return self.http.post(self._path(path), data=data or {}, headers=headers, **options)

    def does(self, path: str, data: dict | None = None) -> httpx.Response:
        """A POST that must be accepted."""
        answer = self.post(path, data)
        assert answer.status_code < 300, f"{path}: {answer.status_code} {answer.text[:400]}"
        return answer

    def screen(self, path: str = "", live: str = "") -> Screen:
        """Open this person's screen (at `live`, the address its page has): the first frame has arrived."""
        address = live or f"{path or self.home}/live"
        screen = Screen(self.base_url, address, dict(self.http.cookies.items()))
        self.stack.callback(screen.close)
        return screen.wait(lambda seen: bool(seen.frames) or seen.closed is not None, "the first frame")

    def _path(self, path: str) -> str:
        return path if path.startswith("/") else f"/{self.code}/{path}"


class Room:
    """One workshop made from the template, with its links; people come by `join`."""

    def __init__(self, base_url: str, stack: ExitStack) -> None:
        self.base_url, self.stack = base_url, stack
        self.id = database.write_now(prepared.workshop, linked=True)
        self.code = self.read(lambda session: self.workshop(session).code)
        self.who = Who(self.id, self.code, "lead")
        self.tokens = database.write_now(links.fresh, server(self.id, self.code))

    def workshop(self, session: Session) -> Workshop:
        found = session.get(Workshop, self.id)
        assert found is not None
        return found

    def read(self, ask, *args, **kwargs):
        """A domain query, as the server would run it."""
        return database.read_now(ask, *args, **kwargs)

    def write(self, act, *args, **kwargs):
        """A domain function through the writer."""
        return database.write_now(act, *args, **kwargs)

    def enter(self, label: str) -> Person:
        """Someone who comes in by a link: "lead", "projector", "table 1"."""
        person = Person(self.base_url, self.code, self.stack)
        answer = person.http.post(f"/enter/{self.tokens[label]}")
        assert answer.status_code == 303, answer.text
        person.home = answer.headers["location"]
        return person

    def stranger(self) -> Person:
        return Person(self.base_url, self.code, self.stack)

    def join(
        self,
        name: str = "",
        table: int | None = 1,
        organisation: str = "",
        language: str = "en",
        role: int | None = None,
    ) -> Person:
        """A participant, joined by the form."""
        person = Person(self.base_url, self.code, self.stack, f"/{self.code}/phone")
        fields = {"name": name, "organisation": organisation, "table": str(table or ""), "language": language}
        fields["role"] = str(role or "")
        answer = person.post("participants", fields, htmx=False)
        assert answer.status_code == 303, answer.text
        return person

    def new_vote(self, position: int, *options: str, **settings: str) -> Vote:
        """A draft vote in the item at this place; a single choice unless `settings` say else."""
        fields = {f"option_en_{n}": label for n, label in enumerate(options, 1)}
        item = self.items()[position - 1]
        given = vote_settings.read({"question_en": "How do we go on?", **fields, **settings})
        return self.write(votes.write, self.who, item.id, given)

    def items(self) -> list[Item]:
        return self.read(running_order.items, self.id)

    def go_to(self, position: int) -> Item:
        """Start the day if need be and enter the item at this place of the running order."""
        if self.read(lambda session: self.workshop(session).state) == "ahead":
            self.write(running_order.start, self.who, True)
        current = self.read(running_order.current, self.id)
        wanted = self.items()[position - 1]
        if current.id != wanted.id:
            self.write(running_order.move_on, self.who, current.id, wanted.id)
        return self.items()[position - 1]


@pytest.fixture
def room(base_url: str) -> Iterator[Room]:
    """A fresh workshop."""
    with ExitStack() as stack:
        yield Room(base_url, stack)


@pytest.fixture
def other_room(base_url: str) -> Iterator[Room]:
    """Another workshop on the same server: Charlie's."""
    with ExitStack() as stack:
        yield Room(base_url, stack)


@pytest.fixture
def alice(room: Room) -> Person:
    """The lead facilitator."""
    return room.enter("lead")


@pytest.fixture
def bob(room: Room) -> Person:
    """Table 1's scribe."""
    return room.enter("table 1")


@pytest.fixture
def charlie(other_room: Room) -> Person:
    """A participant of another workshop."""
    return other_room.join("Charlie")
