"""A call that waits for a thread with a connection, the queue it waits in, and how its caller hears of it."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from sqlmodel import Session

log = logging.getLogger(__name__)

On = TypeVar("On")
P = ParamSpec("P")
T = TypeVar("T")


class StorageUnavailable(Exception):
    """The database could not be reached, locked or written, so nothing was stored. The cause is chained."""


class Job(Generic[On, P, T]):
    """One call, `fn(on, …)`, and what came of it. `on` is a session, or the engine for maintenance."""

    __slots__ = ("args", "error", "fn", "future", "kwargs", "loop", "value")

    value: T

    def __init__(
        self,
        future: asyncio.Future[T] | Future[T] | None,
        loop: asyncio.AbstractEventLoop | None,
        fn: Callable[Concatenate[On, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        self.future, self.loop, self.fn, self.args, self.kwargs = future, loop, fn, args, kwargs
        self.error: BaseException | None = None

    def run(self, on: On) -> None:
        """Call it. An error that `commits` is kept for the caller, and what was written before it stays."""
        self.error = None
        try:
            self.value = self.fn(on, *self.args, **self.kwargs)
        except Exception as error:
            if not getattr(error, "commits", False):
                raise
            self.error = error

    @property
    def commits(self) -> bool:
        """Whether what it wrote is to be committed."""
        return self.error is None or getattr(self.error, "commits", False)

    def resolve(self) -> None:
        """Answer the caller, on his own thread or loop; one who has gone away is not missed."""
        if self.future is None or self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.value)
        elif isinstance(self.error, StopIteration):  # a future cannot carry it
            self.future.set_exception(RuntimeError("a job raised StopIteration"))
        else:
            self.future.set_exception(self.error)


AnyJob = Job[Session, ..., Any]
J = TypeVar("J", bound=Job[Any, ..., Any])


class JobQueue(Generic[J]):
    """Jobs that wait for one of some threads."""

    def __init__(self) -> None:
        self.jobs: queue.SimpleQueue[J | None] = queue.SimpleQueue()
        self.lock = threading.Lock()
        self.closed = False

    def put(self, job: J) -> None:
        """Raises StorageUnavailable after `close`."""
        with self.lock:
            if self.closed:
                raise StorageUnavailable("the database is closed")
            self.jobs.put(job)

    def get(self) -> J | None:
        """The next job, once there is one; None when no more will come."""
        job = self.jobs.get()
        if job is None:
            self.jobs.put(None)  # for the next who asks
        return job

    def close(self) -> None:
        with self.lock:
            if not self.closed:
                self.closed = True
                self.jobs.put(None)


def answer(batch: Iterable[Job[Any, ..., Any]]) -> None:
    """Resolve the futures of a batch, waking each event loop once."""
    by_loop: dict[asyncio.AbstractEventLoop | None, list[Job[Any, ..., Any]]] = {}
    for job in batch:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        try:
            if loop is None:
                resolve(jobs)
            else:
                loop.call_soon_threadsafe(resolve, jobs)
        except RuntimeError:
            log.warning("%d jobs are done, but the loop that asked has closed", len(jobs))


def resolve(jobs: Iterable[Job[Any, ..., Any]]) -> None:
    for job in jobs:
        job.resolve()
