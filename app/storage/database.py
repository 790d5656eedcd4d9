"""How work reaches the database: reads in a few worker threads, every write through the one writer."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from app.storage.engines import open_engine
from app.storage.jobs import Job, StorageUnavailable
from app.storage.readers import Readers, read
from app.storage.scrub import scrub
from app.storage.writer import Announced, Maintenance, Writer

P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """A writer and its readers; while it is not connected, whoever asks gets StorageUnavailable."""

    def __init__(self) -> None:
        self._writer: Writer | None = None
        self._readers: Readers | None = None

    def connect(
        self,
        url: str,
        on_commit: Callable[[Announced], None] | None = None,
        before_commit: Callable[[Session, Announced], None] | None = None,
        readers: int = 4,
    ) -> None:
        """Open `sqlite:///file` or `postgresql://…` (psycopg 3)."""
        if self._writer is not None:
            raise RuntimeError("already connected")
        self._writer = Writer(open_engine(url, connections=1, writing=True), on_commit, before_commit)
        self._readers = Readers(open_engine(url, connections=readers + 1, writing=False), readers)

    def disconnect(self) -> None:
        """Finish what waits, then let go of every connection; harmless when there is none."""
        if self._writer is not None and self._readers is not None:
            self._writer.close()
            self._readers.close()
            self._writer = self._readers = None

    @property
    def writer(self) -> Writer:
        if self._writer is None:
            raise StorageUnavailable("not connected")
        return self._writer

    @property
    def readers(self) -> Readers:
        if self._readers is None:
            raise StorageUnavailable("not connected")
        return self._readers

    async def read(self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`fn(session, …)` in a worker thread, in a read transaction (one snapshot), always rolled back."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self.readers.waiting.put(Job(future, loop, fn, *args, **kwargs))
        return await future

    def read_now(self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The same from a thread without an event loop, in that thread."""
        job = Job(None, None, fn, *args, **kwargs)
        read(self.readers.engine, job)
        return job.value

    async def write(
        self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`fn(session, …)` through the writer; its value once it is on disk.

        Raises what `fn` raised, StorageBusy, or StorageUnavailable. Cancelling the caller does not stop it.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self.writer.submit(Job(future, loop, fn, *args, **kwargs))
        return await future

    def write_now(self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The same from a thread without an event loop (start-up, scripts, tests); blocks it."""
        future: Future[T] = Future()
        self.writer.submit(Job(future, None, fn, *args, **kwargs))
        return future.result()

    async def scrub(self) -> None:
        """Clear the files of what was deleted (see scrub.py), between two batches of the writer.

        Raises StorageUnavailable where that could not be done; the rows are as they were.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self.writer.submit(Maintenance(future, loop, scrub))
        await future

    def scrub_now(self) -> None:
        """The same from a thread without an event loop; blocks it."""
        future: Future[None] = Future()
        self.writer.submit(Maintenance(future, None, scrub))
        future.result()


database = Database()  # the one this process works with
