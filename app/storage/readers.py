"""The threads that read: a few, each with a connection of its own, on which every call gets one snapshot."""

import queue
import threading

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.storage.jobs import Piece, StorageUnavailable, answer


class Readers:
    """`engine` has a connection for each of them, which they keep: to fetch one for every call takes as long
    as a query."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self.engine = engine
        self.waiting: queue.SimpleQueue[Piece | None] = queue.SimpleQueue()
        self.door = threading.Lock()
        self.closed = False
        names = (f"reader {n}" for n in range(1, threads + 1))
        self.threads = [threading.Thread(target=self._work, name=name, daemon=True) for name in names]
        for thread in self.threads:
            thread.start()

    def submit(self, piece: Piece) -> None:
        """Queue a piece. Raises StorageUnavailable after `close`."""
        with self.door:
            if self.closed:
                raise StorageUnavailable("the readers are closed")
            self.waiting.put(piece)

    def close(self) -> None:
        """Take nothing more, finish what waits."""
        with self.door:
            if not self.closed:
                self.closed = True
                for _ in self.threads:
                    self.waiting.put(None)
        for thread in self.threads:
            thread.join()

    def _work(self) -> None:
        connection: Connection | None = None
        while (piece := self.waiting.get()) is not None:
            try:
                connection = connection or self.engine.connect()
                look(connection, piece)
            except BaseException as error:
                piece.error = error
            answer([piece])
        if connection is not None:
            connection.close()


def look(bind: Connection | Engine, piece: Piece) -> None:
    """Run a piece in a read transaction, which is rolled back; again where the database had restarted."""
    try:
        _once(bind, piece)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        _once(bind, piece)  # on a fresh connection


def _once(bind: Connection | Engine, piece: Piece) -> None:
    # what is read once this is over would be read beside another call
    with Session(bind, autoflush=False, close_resets_only=False) as session:
        piece.run(session)
