"""The threads that read: a few, each with a connection of its own, on which every call gets one snapshot."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.storage.jobs import AnyJob, StorageUnavailable, answer


class Readers:
    """`engine` has a connection for each thread, and one more for who reads in a thread of their own.

    The threads' connections stay checked out: to fetch one for every call takes as long as a query.
    """

    def __init__(self, engine: Engine, threads: int) -> None:
        self.engine = engine
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")
        self.connections: list[Connection | None] = [None] * threads  # those no thread is reading on

    def submit(self, job: AnyJob) -> None:
        """Queue a job. Raises StorageUnavailable after `close`."""
        try:
            # not loop.run_in_executor: a second future for each call makes 16 reads at once cost 1.3 ×
            self.pool.submit(self._run, job)
        except RuntimeError as closed:
            raise StorageUnavailable("the readers are closed") from closed

    def close(self) -> None:
        """Take nothing more, finish what waits, let go of every connection."""
        self.pool.shutdown()
        for connection in self.connections:
            if connection is not None:
                connection.close()
        self.connections.clear()
        self.engine.dispose()

    def _run(self, job: AnyJob) -> None:
        connection = self.connections.pop()
        try:
            connection = connection or self.engine.connect()
            read(connection, job)
        except BaseException as error:
            job.error = error
        self.connections.append(connection)
        answer([job])


def read(bind: Connection | Engine, job: AnyJob) -> None:
    """Run a job in a read transaction, which is rolled back; again where the database had restarted."""
    try:
        _read_once(bind, job)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        _read_once(bind, job)  # on a fresh connection


def _read_once(bind: Connection | Engine, job: AnyJob) -> None:
    # a session that is over must not begin again: it would read beside another call
    with Session(bind, autoflush=False, close_resets_only=False) as session:
        job.run(session)
