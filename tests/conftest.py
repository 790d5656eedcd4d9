"""Fixtures and hooks. The cast (people, rooms, screens, databases) is in tests/cast.

Alice leads. Bob is table 1's scribe. Carys, Dev and whoever joins take part. Charlie is in another
workshop and should have no access to this one.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from app.domain import pads
from app.domain.agenda import days
from app.domain.notes import arrangement, clusters, wall_states
from app.domain.votes.life import votes
from app.settings import ROOT
from app.storage.database import Database, database
from app.storage.schema import migrate
from tests.cast import databases, postgres
from tests.cast.databases import ALL, ON_POSTGRES, ON_SQLITE
from tests.cast.journals import Journal
from tests.cast.people import Person
from tests.cast.recorded_days import Clock, Day
from tests.cast.rooms import Room
from tests.cast.server import Server, serving

MEMORY = Path("/dev/shm")
ENOUGH = 2 * 1024**3  # bytes


def pytest_configure(config: pytest.Config) -> None:
    """Files lie where a commit need not wait for a disk; what tests start finds its modules compiled."""
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ["TMPDIR"] = str(MEMORY)
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        os.environ["PYTHONPYCACHEPREFIX"] = str(ROOT / ".venv" / "compiled")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On Postgres runs what differs there, which is marked: locks, upserts, raw SQL, the bus, what is left in
    the files, every query once, and whole evenings. PLENARY_TEST_ALL=1 runs whatever has a database there."""
    wanted = [item for item in items if _wanted(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(wanted)])
    items[:] = wanted


def _wanted(item: pytest.Item) -> bool:
    if item.get_closest_marker("postgres_only"):
        return ON_POSTGRES
    if ON_SQLITE:
        return True
    return "new_database" in item.fixturenames and (ALL or item.get_closest_marker("postgres") is not None)


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
        migrate(url)
        yield url


@pytest.fixture(scope="session")
def app_server(database_url: str) -> Iterator[Server]:
    """The application, in a thread of this process."""
    with serving(database_url) as server:
        yield server


@pytest.fixture(scope="session")
def base_url(app_server: Server) -> str:
    """Where sockets and other processes find it."""
    return app_server.url


@pytest.fixture(scope="module")
def small_database(app_server: Server) -> None:
    """What the tests before have left is gone, from the files too."""
    databases.clear()
    database.scrub_now()


@pytest.fixture
def room(app_server: Server) -> Iterator[Room]:
    """A fresh workshop."""
    with ExitStack() as stack:
        yield Room(app_server, stack)


@pytest.fixture(scope="module")
def shared_room(app_server: Server) -> Iterator[Room]:
    """One workshop for those tests of a module that leave nothing the next would mind."""
    with ExitStack() as stack:
        yield Room(app_server, stack)


@pytest.fixture(scope="module")
def shared_alice(shared_room: Room) -> Person:
    """Its lead facilitator."""
    return shared_room.enter("lead")


@pytest.fixture
def other_room(app_server: Server) -> Iterator[Room]:
    """Another workshop on the same server: Charlie's."""
    with ExitStack() as stack:
        yield Room(app_server, stack)


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


@pytest.fixture(scope="module")
def store(new_database):
    with new_database() as url:
        store = Database()
        store.connect(url)
        SQLModel.metadata.create_all(store.writer.engine)
        yield store
        store.disconnect()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres_only)])
def journal(request, tmp_path) -> Iterator[Journal]:
    """A database of the test's own, with its journal; on each kind."""
    if request.param == "sqlite":
        journal = Journal(f"sqlite:///{tmp_path}/test.db")
        yield journal
        journal.db.disconnect()
    else:
        with postgres.database(request.getfixturevalue("cluster")) as url:
            journal = Journal(url)
            yield journal
            journal.db.disconnect()


@pytest.fixture
def sqlite(tmp_path) -> Iterator[Journal]:
    """The same in a SQLite file, `test.db`."""
    journal = Journal(f"sqlite:///{tmp_path}/test.db")
    yield journal
    journal.db.disconnect()


@pytest.fixture
def day(store, monkeypatch) -> Day:
    clock = Clock()
    monkeypatch.setattr("app.models.base.datetime", clock)
    return Day(store, clock)


@pytest.fixture
def full(day) -> Day:
    """A day with a vote, a wall and a pad in it."""
    people = [day.join(f"Secret Name {n}", f"Body {n % 2}", 1 + n % 2) for n in range(3)]
    item = day.go_to(2)
    vote = day.vote(item)
    day.do(votes.open, vote.id)
    for person, place in zip(people, (1, 1, 2), strict=True):
        day.cast(person, vote, place)
    day.show(vote)
    wall = day.wall(item)
    first, _ = day.note(people[0], wall, "Trust"), day.note(people[1], wall, "Openness")
    day.do(wall_states.release, wall.id)
    cluster = day.do(clusters.make, wall.id)
    day.do(arrangement.move, first, cluster.id)
    day.do(clusters.retitle, cluster.id, "Being trusted")
    day.do(pads.add, item.id, "point", "We talked", day.stamp(), who=day.scribe(1))
    day.clock.on(minutes=12)
    day.do(days.close)
    return day
