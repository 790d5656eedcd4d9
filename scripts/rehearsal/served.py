"""Which server rehearses: the one that runs here, the one that is named, or one of our own; and what."""

import os
import socket
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from json import JSONDecodeError, loads
from tempfile import TemporaryFile
from typing import IO, NamedTuple
from urllib.parse import urlsplit

from sqlmodel import Session

from app import start
from app.domain import codes
from app.domain.workshops import workshops
from app.settings import ROOT, settings
from app.storage.engines import open_engine

PATIENCE = 60.0  # seconds for a start, which may have to bring an old database up to date


class Unserved(Exception):
    """There is no server to rehearse on; the sentence says why."""


class Served(NamedTuple):
    """A server, the secret that lets this machine's scripts in, and the workshop's code."""

    url: str
    operator: str
    code: str

    @property
    def secret(self) -> str:
        """The operator's token as of now: a server that is started again has another one."""
        note = _note()
        return note["operator"] if note.get("url") == self.url else self.operator


@contextmanager
def server(options: Namespace) -> Iterator[Served]:
    """The server to rehearse on; one of our own is stopped afterwards. Raises Unserved."""
    if options.database:
        os.environ["PLENARY_DATABASE"] = options.database
        settings.cache_clear()
    code = codes.normalised(options.code or "")
    note = _note()
    if options.url:
        yield Served(options.url, settings().operator_token or note.get("operator", ""), code)
    elif note and _answers(note["url"]):
        yield Served(note["url"], note["operator"], code or _latest())
    else:
        with _own() as note:
            yield Served(note["url"], note["operator"], code or _latest())


def _note() -> dict[str, str]:
    try:
        return loads(start.note_path(settings()).read_text())
    except (OSError, JSONDecodeError):
        return {}


def _answers(url: str) -> bool:
    where = urlsplit(url)
    connection = HTTPConnection(where.hostname or "", where.port or 80, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _latest() -> str:
    engine = open_engine(settings().database_url, connections=1, writing=False)
    try:
        with Session(engine) as session:
            workshop = workshops.latest(session)
    finally:
        engine.dispose()
    if workshop is None:
        raise Unserved("There is no workshop in this database yet.")
    return workshop.code


@contextmanager
def _own() -> Iterator[dict[str, str]]:
    """A server started for the rehearsal; in a session of its own, since it has to outlive a Ctrl-C."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "app", "--keep", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--public-url", f"http://127.0.0.1:{port}"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    print("Starting a server for the rehearsal…", flush=True)
    with TemporaryFile("w+") as said:
        quiet = {"stdin": subprocess.DEVNULL, "stdout": said, "stderr": said}
        process = subprocess.Popen(command, env=environment, start_new_session=True, **quiet)  # type: ignore
        try:
            yield _started(process, said, f"http://127.0.0.1:{port}")
        finally:
            _stop(process)


def _started(process: subprocess.Popen, said: IO[str], url: str) -> dict[str, str]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said.seek(0)
            raise Unserved(said.read().strip() or "The server ended at once.")
        if _answers(url):
            return _note()
        time.sleep(0.05)
    raise Unserved(f"The server did not answer within {PATIENCE:.0f} seconds.")


def _stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
