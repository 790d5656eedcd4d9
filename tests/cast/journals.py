"""A database of its own with one table, and what its writer's hooks were told, for the tests of storage."""

import asyncio
import threading

from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel, select

from app.announce import announce
from app.storage.database import Database
from tests.cast.patience import PATIENCE


class Base(SQLModel, registry=registry()):
    """The tables of these tests, outside the schema of the product."""


class Kept(Base, table=True):
    """A row of one number, which no other has."""

    id: int | None = Field(default=None, primary_key=True)
    n: int = Field(unique=True)


class Late(Exception):
    """A refusal: it was foreseen."""

    foreseen = True


class Journal:
    """A database together with what its hooks were told, and a way to hold its writer at a gate."""

    def __init__(self, url):
        self.committed, self.before, self.visible = [], [], []
        self.gate = threading.Event()
        self.db = Database()
        self.db.connect(url, on_commit=self.on_commit, before_commit=self.before_commit)
        Base.metadata.create_all(self.db.writer.engine)

    def before_commit(self, session, announced):
        self.before.append({workshop: set(topics) for workshop, topics in announced.items()})

    def on_commit(self, announced):
        self.committed.append(announced)
        self.visible.append(set(self.numbers()))

    def numbers(self):
        return self.db.read_now(lambda session: session.exec(select(Kept.n).order_by(Kept.n)).all())

    async def batch(self, *jobs):
        """Run jobs (fn, *args) in one batch of the writer; their values or errors."""
        self.gate.clear()
        holding = threading.Event()
        held = asyncio.ensure_future(self.db.write(lambda session: (holding.set(), self.gate.wait(PATIENCE))))
        await asyncio.to_thread(holding.wait, PATIENCE)
        calls = [asyncio.ensure_future(self.db.write(*job)) for job in jobs]
        await asyncio.sleep(0)
        self.gate.set()
        await asyncio.gather(held, return_exceptions=True)
        return await asyncio.gather(*calls, return_exceptions=True)


def keep(session, n):
    """Write a row, and announce it; returns its number."""
    session.add(Kept(n=n))
    announce(session, 7, f"topic {n}")
    return n


def refuse(session):
    """Announce, read, and refuse without having written."""
    announce(session, 7, "refused")
    session.exec(select(Kept)).all()
    raise Late
