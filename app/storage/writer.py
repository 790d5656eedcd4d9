"""The one writer: it takes whatever waits, runs it in one transaction, commits once, and only then answers.

A piece of the writer is synchronous, without side effects outside the session since it may run twice, and
without commit or rollback.
"""

import itertools
import logging
import queue
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.storage.jobs import Piece, StorageUnavailable, answer

log = logging.getLogger(__name__)

Announced = dict[int, set[str]]

BATCH = 256
WAITING = 10_000
RETRIES = 5
SQLITE_TROUBLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
}
POSTGRES_TROUBLE = ("08", "53", "57", "58", "XX")  # connection, resources, operator, system, internal
POSTGRES_AGAIN = ("40001", "40P01")  # serialization failure, deadlock


class StorageBusy(StorageUnavailable):
    """More writes wait than the writer can take; nothing was tried."""


class Chore(Piece):
    """Work between two batches, `fn(engine)`, while nothing is written."""

    __slots__ = ()


class PieceFailed(Exception):
    """A piece spoiled the plain run of its batch."""


class Writer:
    """The one thread that writes: group commit, savepoints only when something went wrong."""

    def __init__(
        self,
        engine: Engine,
        on_commit: Callable[[Announced], None] | None,
        before_commit: Callable[[Session, Announced], None] | None,
    ) -> None:
        self.engine, self.on_commit, self.before_commit = engine, on_commit, before_commit
        self.waiting: queue.SimpleQueue[Piece | None] = queue.SimpleQueue()
        self.door = threading.Lock()
        self.closed = False
        self.wrote = self.committing = False
        event.listen(engine, "before_cursor_execute", self._notice)
        self.thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self.thread.start()

    def submit(self, piece: Piece) -> None:
        """Queue a piece. Raises StorageBusy when the queue is full, StorageUnavailable after `close`."""
        if threading.current_thread() is self.thread:
            raise RuntimeError("a piece may not wait for the writer it runs in")
        with self.door:
            if self.closed:
                raise StorageUnavailable("the writer is closed")
            if self.waiting.qsize() >= WAITING:
                raise StorageBusy(f"{WAITING} writes are waiting")
            self.waiting.put(piece)

    def close(self) -> None:
        """Take nothing more, finish what waits."""
        with self.door:
            if not self.closed:
                self.closed = True
                self.waiting.put(None)
        self.thread.join()

    def _work(self) -> None:
        while (piece := self.waiting.get()) is not None:
            batch = [piece]
            while len(batch) < BATCH and not self.waiting.empty():
                if (piece := self.waiting.get()) is None:
                    self.waiting.put(None)
                    break
                batch.append(piece)
            if pieces := [piece for piece in batch if not isinstance(piece, Chore)]:
                self._settle(pieces)
            for chore in batch:
                if isinstance(chore, Chore):
                    self._do(chore)

    def _settle(self, batch: list[Piece]) -> None:
        try:
            announced = self._commit(batch)
        except BaseException as cause:  # whatever it was, the callers get an answer and the writer lives on
            log.exception("%d writes were not kept", len(batch))
            for piece in batch:
                piece.error = StorageUnavailable("the write was not kept")
                piece.error.__cause__ = cause
        else:
            self._tell(announced)
        answer(batch)

    def _do(self, chore: Chore) -> None:
        try:
            chore.value = chore.fn(self.engine)
        except BaseException as cause:
            log.exception("a chore was not done")
            chore.error = StorageUnavailable("the chore was not done")
            chore.error.__cause__ = cause
        answer([chore])

    def _tell(self, announced: Announced) -> None:
        if announced and self.on_commit:
            try:
                self.on_commit(announced)
            except Exception:
                log.exception("the announcement of a commit failed")

    def _commit(self, batch: list[Piece]) -> Announced:
        guarded = False
        for attempt in itertools.count():
            try:
                return self._transact(batch, guarded)
            except PieceFailed:
                guarded = True
            except DBAPIError as error:
                # A connection lost while committing may have committed: that is for the caller to find out.
                lost = error.connection_invalidated and not self.committing
                if attempt >= RETRIES or not (lost or must_retry(error)):
                    raise
                time.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("unreachable")

    def _transact(self, batch: list[Piece], guarded: bool) -> Announced:
        announced: Announced = {}
        self.committing = False
        # No autoflush: the log reads what a piece changed from its rows, before they are written.
        with (
            self.engine.connect() as connection,
            Session(connection, expire_on_commit=False, autoflush=False) as session,
        ):
            session.connection()  # begin here, so that a locked database is nobody's piece
            transaction = session.get_transaction()
            for piece in batch:
                self._guarded(session, piece) if guarded else self._plain(session, piece)
                if session.get_transaction() is not transaction:
                    raise RuntimeError(f"{piece.fn!r} ended the transaction it shares with others")
                gather(announced, session, piece)
                # Each piece sees rows, never what an earlier one left in the identity map.
                session.expunge_all()
            # What pieces asked for once, however many of them did.
            for (do, *about), times in session.info.pop("before_commit", {}).items():
                do(session, *about, times)
            if self.before_commit:
                self.before_commit(session, announced)
            session.flush()
            self._end(connection, session)
        return announced

    def _end(self, connection: Connection, session: Session) -> None:
        self.committing = True
        try:
            session.commit()
        except BaseException:
            connection.invalidate()  # the next batch would commit what may still be open in it
            raise

    def _plain(self, session: Session, piece: Piece) -> None:
        self.wrote = False
        try:
            piece.run(session)
            session.flush()
        except Exception as error:
            if isinstance(error, DBAPIError) and (must_retry(error) or is_trouble(error)):
                raise
            untouched = not (self.wrote or session.new or session.dirty or session.deleted)
            if not (untouched and getattr(error, "foreseen", False)):
                raise PieceFailed from error
            piece.error = error

    def _guarded(self, session: Session, piece: Piece) -> None:
        savepoint = session.begin_nested()
        try:
            piece.run(session)
            savepoint.commit()
        except Exception as error:
            if isinstance(error, DBAPIError) and (must_retry(error) or is_trouble(error)):
                raise
            savepoint.rollback()  # when even this fails, so does the batch
            piece.error = error

    def _notice(self, connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip()[:6].upper() != "SELECT":
            self.wrote = True


def gather(announced: Announced, session: Session, piece: Piece) -> None:
    """Add what a piece announced (see announce.py), unless it came to nothing."""
    for workshop_id, topics in session.info.pop("announced", {}).items():
        if piece.commits:
            announced.setdefault(workshop_id, set()).update(topics)


def must_retry(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in POSTGRES_AGAIN


def is_trouble(error: DBAPIError) -> bool:
    """Whether the storage failed, as opposed to the statement."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    state = getattr(error.orig, "sqlstate", None) or ""
    return (
        error.connection_invalidated
        or (code or 0) & 0xFF in SQLITE_TROUBLE
        or state.startswith(POSTGRES_TROUBLE)
    )
