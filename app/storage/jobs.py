"""A call that waits for a thread with a connection, and how its caller hears what came of it."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from sqlmodel import Session

log = logging.getLogger(__name__)


class StorageUnavailable(Exception):
    """The database could not be reached, locked or written, so nothing was kept. The cause is chained."""


class Piece:
    """One call, `fn(session, *args, **kw)`, and what came of it."""

    __slots__ = ("args", "error", "fn", "future", "kw", "loop", "value")

    def __init__(self, fn: Callable, args: tuple, kw: dict, future: Any, loop: Any = None) -> None:
        self.fn, self.args, self.kw, self.future, self.loop = fn, args, kw, future, loop
        self.value: Any = None
        self.error: BaseException | None = None

    def run(self, session: Session) -> None:
        """Call it. An error that `commits` is kept for the caller, and what was written before it stays."""
        self.value = self.error = None
        try:
            self.value = self.fn(session, *self.args, **self.kw)
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
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.value)
        elif isinstance(self.error, StopIteration):  # a future cannot carry it
            self.future.set_exception(RuntimeError("a piece raised StopIteration"))
        else:
            self.future.set_exception(self.error)


def answer(batch: Iterable[Piece]) -> None:
    """Resolve the futures of a batch, waking each event loop once."""
    by_loop: dict[Any, list[Piece]] = {}
    for piece in batch:
        by_loop.setdefault(piece.loop, []).append(piece)
    for loop, pieces in by_loop.items():
        try:
            if loop is None:
                resolve(pieces)
            else:
                loop.call_soon_threadsafe(resolve, pieces)
        except RuntimeError:
            log.warning("%d pieces are done, but the loop that asked has closed", len(pieces))


def resolve(pieces: Iterable[Piece]) -> None:
    for piece in pieces:
        piece.resolve()
