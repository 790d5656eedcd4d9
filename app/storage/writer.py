"""The one writer: it takes whatever waits, runs it in one transaction, commits once, and only then answers.

A job of the writer is synchronous, without side effects outside the session since it may run twice, and
without commit or rollback.
"""

import itertools
import logging
import random
import sqlite3
import threading
import time
from collections.abc import Callable

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.storage.jobs import AnyJob, Job, JobQueue, StorageUnavailable, answer

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
RETRIED_ERRORS = ("40001", "40P01")  # serialization failure, deadlock


class StorageBusy(StorageUnavailable):
    """More writes wait than the writer can take; nothing was tried."""


class Maintenance(Job[Engine, [], None]):
    """Work between two batches, `fn(engine)`, while nothing is written."""

    __slots__ = ()


class JobFailed(Exception):
    """A job spoiled the plain run of its batch."""


class Writer:
    """The one thread that writes: group commit, savepoints only when something went wrong."""

    def __init__(
        self,
        engine: Engine,
        on_commit: Callable[[Announced], None] | None,
        before_commit: Callable[[Session, Announced], None] | None,
    ) -> None:
        self.engine, self.on_commit, self.before_commit = engine, on_commit, before_commit
        self.waiting: JobQueue[AnyJob | Maintenance] = JobQueue()
        self.wrote = self.committing = False
        event.listen(engine, "before_cursor_execute", self._note_writing)
        self.thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self.thread.start()

    def submit(self, job: AnyJob | Maintenance) -> None:
        """Queue a job. Raises StorageBusy when the queue is full, StorageUnavailable after `close`."""
        if threading.current_thread() is self.thread:
            raise RuntimeError("a job may not wait for the writer it runs in")
        if self.waiting.jobs.qsize() >= WAITING:
            raise StorageBusy(f"{WAITING} writes are waiting")
        self.waiting.put(job)

    def close(self) -> None:
        """Take nothing more, finish what waits, let go of the connection."""
        self.waiting.close()
        self.thread.join()
        self.engine.dispose()

    def _work(self) -> None:
        while (job := self.waiting.get()) is not None:
            batch = [job]
            while len(batch) < BATCH and not self.waiting.jobs.empty():
                if (job := self.waiting.get()) is None:
                    break
                batch.append(job)
            if jobs := [job for job in batch if not isinstance(job, Maintenance)]:
                self._run_batch(jobs)
            for job in batch:
                if isinstance(job, Maintenance):
                    self._maintain(job)

    def _run_batch(self, batch: list[AnyJob]) -> None:
        try:
            announced = self._commit(batch)
        except BaseException as cause:  # whatever it was, the callers get an answer and the writer lives on
            log.exception("%d writes were not kept", len(batch))
            for job in batch:
                job.error = StorageUnavailable("the write was not kept")
                job.error.__cause__ = cause
        else:
            self._report(announced)
        answer(batch)

    def _maintain(self, job: Maintenance) -> None:
        try:
            job.run(self.engine)
        except BaseException as cause:
            log.exception("maintenance was not done")
            job.error = StorageUnavailable("the maintenance was not done")
            job.error.__cause__ = cause
        answer([job])

    def _report(self, announced: Announced) -> None:
        if announced and self.on_commit:
            try:
                self.on_commit(announced)
            except Exception:
                log.exception("the announcement of a commit failed")

    def _commit(self, batch: list[AnyJob]) -> Announced:
        savepoints = False
        for attempt in itertools.count():
            try:
                return self._transact(batch, savepoints)
            except JobFailed:
                savepoints = True
            except DBAPIError as error:
                # A connection lost while committing may have committed: that is for the caller to find out.
                lost = error.connection_invalidated and not self.committing
                if attempt >= RETRIES or not (lost or must_retry(error)):
                    raise
                time.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("unreachable")

    def _transact(self, batch: list[AnyJob], savepoints: bool) -> Announced:
        announced: Announced = {}
        self.committing = False
        # No autoflush: the log reads what a job changed from its rows, before they are written.
        with (
            self.engine.connect() as connection,
            Session(connection, expire_on_commit=False, autoflush=False) as session,
        ):
            session.connection()  # begin here, so that a locked database is nobody's job
            transaction = session.get_transaction()
            for job in batch:
                self._run_in_savepoint(session, job) if savepoints else self._run_plain(session, job)
                if session.get_transaction() is not transaction:
                    raise RuntimeError(f"{job.fn!r} ended the transaction it shares with others")
                gather_announced(announced, session, job)
                # Each job sees rows, never what an earlier one left in the identity map.
                session.expunge_all()
            # What jobs asked for once, however many of them did.
            for (do, *args), times in session.info.pop("before_commit", {}).items():
                do(session, *args, times)
            if self.before_commit:
                self.before_commit(session, announced)
            session.flush()
            self._end_transaction(connection, session)
        return announced

    def _end_transaction(self, connection: Connection, session: Session) -> None:
        self.committing = True
        try:
            session.commit()
        except BaseException:
            connection.invalidate()  # the next batch would commit what may still be open in it
            raise

    def _run_plain(self, session: Session, job: AnyJob) -> None:
        self.wrote = False
        try:
            job.run(session)
            session.flush()
        except Exception as error:
            if isinstance(error, DBAPIError) and (must_retry(error) or is_trouble(error)):
                raise
            untouched = not (self.wrote or session.new or session.dirty or session.deleted)
            if not (untouched and getattr(error, "foreseen", False)):
                raise JobFailed from error
            job.error = error

    def _run_in_savepoint(self, session: Session, job: AnyJob) -> None:
        savepoint = session.begin_nested()
        try:
            job.run(session)
            savepoint.commit()
        except Exception as error:
            if isinstance(error, DBAPIError) and (must_retry(error) or is_trouble(error)):
                raise
            savepoint.rollback()  # when even this fails, so does the batch
            job.error = error

    def _note_writing(self, connection: Connection, cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip()[:6].upper() != "SELECT":
            self.wrote = True


def gather_announced(announced: Announced, session: Session, job: AnyJob) -> None:
    """Add what a job announced (see announce.py), unless it came to nothing."""
    for workshop_id, topics in session.info.pop("announced", {}).items():
        if job.commits:
            announced.setdefault(workshop_id, set()).update(topics)


def must_retry(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in RETRIED_ERRORS


def is_trouble(error: DBAPIError) -> bool:
    """Whether the storage failed, as opposed to the statement."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    state = getattr(error.orig, "sqlstate", None) or ""
    return (
        error.connection_invalidated
        or (code or 0) & 0xFF in SQLITE_TROUBLE
        or state.startswith(POSTGRES_TROUBLE)
    )
