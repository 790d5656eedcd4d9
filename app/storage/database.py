"""How work reaches the database: reads in a few worker threads, every write through the one writer."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from sqlmodel import Session

from app.storage.engines import AlreadyServed, lock_file, open_engine
from app.storage.engines import scrub as scrub_files
from app.storage.jobs import Piece, StorageUnavailable
from app.storage.readers import Readers, look
from app.storage.writer import Announced, Chore, StorageBusy, Writer

__all__ = [
    "AlreadyServed",
    "Database",
    "StorageBusy",
    "StorageUnavailable",
    "connect",
    "current",
    "disconnect",
    "lock_file",
    "open_engine",
    "read",
    "read_now",
    "scrub",
    "scrub_now",
    "write",
    "write_now",
]


class Database:
    """A writer and its readers on one URL: `sqlite:///file` or `postgresql://…` (psycopg 3)."""

    def __init__(
        self,
        url: str,
        on_commit: Callable[[Announced], None] | None = None,
        before_commit: Callable[[Session, Announced], None] | None = None,
        readers: int = 4,
    ) -> None:
        self.engine = open_engine(url, connections=1, writing=True)
        # one for each reader, and one for who reads in a thread of their own
        self.reading = open_engine(url, connections=readers + 1, writing=False)
        self.readers = Readers(self.reading, readers)
        self.writer = Writer(self.engine, on_commit, before_commit)

    async def read(self, fn: Callable, *args: Any, **kw: Any) -> Any:
        """`fn(session, …)` in a worker thread, in a read transaction (one snapshot), always rolled back."""
        loop = asyncio.get_running_loop()
        piece = Piece(fn, args, kw, loop.create_future(), loop)
        self.readers.submit(piece)
        return await piece.future

    def read_now(self, fn: Callable, *args: Any, **kw: Any) -> Any:
        """The same from a thread without an event loop, in that thread."""
        piece = Piece(fn, args, kw, None)
        look(self.reading, piece)
        return piece.value

    async def write(self, fn: Callable, *args: Any, **kw: Any) -> Any:
        """`fn(session, …)` through the writer; its value once it is on disk.

        Raises what `fn` raised, StorageBusy, or StorageUnavailable. Cancelling the caller does not stop it.
        """
        loop = asyncio.get_running_loop()
        piece = Piece(fn, args, kw, loop.create_future(), loop)
        self.writer.submit(piece)
        return await piece.future

    def write_now(self, fn: Callable, *args: Any, **kw: Any) -> Any:
        """The same from a thread without an event loop (start-up, scripts, tests); blocks it."""
        piece = Piece(fn, args, kw, Future())
        self.writer.submit(piece)
        return piece.future.result()

    async def scrub(self) -> None:
        """Clear the files of what was deleted (see engines.scrub), between two batches of the writer.

        Raises StorageUnavailable where that could not be done; the rows are as they were.
        """
        loop = asyncio.get_running_loop()
        chore = Chore(scrub_files, (), {}, loop.create_future(), loop)
        self.writer.submit(chore)
        await chore.future

    def scrub_now(self) -> None:
        """The same from a thread without an event loop; blocks it."""
        chore = Chore(scrub_files, (), {}, Future())
        self.writer.submit(chore)
        chore.future.result()

    def close(self) -> None:
        """Finish what waits, then let go of every connection."""
        self.writer.close()
        self.readers.close()
        self.reading.dispose()
        self.engine.dispose()


database: Database | None = None


def connect(url: str, **options: Any) -> Database:
    """Open the one database this process works with; options as for Database."""
    global database
    if database is not None:
        raise RuntimeError("already connected")
    database = Database(url, **options)
    return database


def disconnect() -> None:
    """Close it; harmless when there is none."""
    global database
    if database is not None:
        database.close()
        database = None


def current() -> Database:
    if database is None:
        raise StorageUnavailable("not connected")
    return database


async def read(fn: Callable, *args: Any, **kw: Any) -> Any:
    """See Database.read."""
    return await current().read(fn, *args, **kw)


async def write(fn: Callable, *args: Any, **kw: Any) -> Any:
    """See Database.write."""
    return await current().write(fn, *args, **kw)


def read_now(fn: Callable, *args: Any, **kw: Any) -> Any:
    """See Database.read_now."""
    return current().read_now(fn, *args, **kw)


def write_now(fn: Callable, *args: Any, **kw: Any) -> Any:
    """See Database.write_now."""
    return current().write_now(fn, *args, **kw)


async def scrub() -> None:
    """See Database.scrub."""
    await current().scrub()


def scrub_now() -> None:
    """See Database.scrub_now."""
    current().scrub_now()
