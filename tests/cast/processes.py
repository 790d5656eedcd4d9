"""Plenary as a process of its own, for tests that kill it, start it twice or give it several workers."""

import multiprocessing
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
from sqlmodel import Session

import app.__main__
from app.models import Workshop
from app.settings import ROOT, settings
from app.storage.engines import open_engine
from tests.cast import workshop_copy
from tests.cast.databases import empty_file
from tests.cast.patience import PATIENCE, wait_until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def begun(path: Path, day: date | None = None) -> str:
    """Make the SQLite file a first start leaves, with a workshop of this day (today's); returns its code."""
    path.write_bytes(empty_file())
    engine = open_engine(f"sqlite:///{path}", connections=1, writing=True)
    with Session(engine, autoflush=False) as session:
        made = session.get(Workshop, workshop_copy.new_workshop(session, linked=True, day=day))
        code = made.code
        session.commit()
    engine.dispose()
    return code


def without_settings() -> dict[str, str]:
    """This environment as Plenary's own defaults leave it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PLENARY_")}


def command(*arguments: str, **environment: str) -> subprocess.Popen:
    """`python -m app …` with its output in a pipe."""
    return subprocess.Popen(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env={**without_settings(), **environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


class Forked:
    """The same from a process that has imported everything already, which is most of what a start takes."""

    def __init__(self, *arguments: str) -> None:
        forking = multiprocessing.get_context("forkserver")
        forking.set_forkserver_preload(["app.__main__", "app.main", __name__])
        reading, writing = forking.Pipe(duplex=False)
        self.process = forking.Process(target=_start, args=(arguments, without_settings(), writing))
        self.process.start()
        writing.close()
        self.stdout = os.fdopen(os.dup(reading.fileno()))
        self.pid = self.process.pid

    def poll(self) -> int | None:
        return self.process.exitcode

    def terminate(self) -> None:
        self.process.terminate()

    def wait(self, seconds: float) -> None:
        self.process.join(seconds)


def _start(arguments: tuple[str, ...], environment: dict[str, str], output: Connection) -> None:
    os.setsid()
    os.chdir(ROOT)
    for stream in (1, 2):
        os.dup2(output.fileno(), stream)
    output.close()
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["app", *arguments]
    settings.cache_clear()
    app.__main__.main()


@dataclass
class Served:
    """A running server and what it printed at its start."""

    process: subprocess.Popen | Forked
    url: str
    printed: str

    @property
    def code(self) -> str:
        return re.search(r"code ([2-9A-HJKMNP-Z]{6})", self.printed)[1]  # type: ignore[index]

    def token(self, label: str) -> str:
        return re.search(rf"{label}:\s+\S+/enter/(\S+)", self.printed)[1]  # type: ignore[index]

    def kill(self) -> None:
        """As a power cut would end it: the whole process group."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


@contextmanager
def served(database: str, *arguments: str, port: int = 0, fresh: bool = False) -> Iterator[Served]:
    """A server that answers; stopped at the end if it is still there. `fresh`: from the very command."""
    port = port or free_port()
    start_it = command if fresh else Forked
    process = start_it("--host", "127.0.0.1", "--port", str(port), "--database", database, *arguments)
    url = f"http://127.0.0.1:{port}"
    try:
        printed = _read_until_ready(process)
        _wait_for_answer(process, url)
        yield Served(process, url, printed)
    finally:
        if process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def _read_until_ready(process: subprocess.Popen | Forked) -> str:
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ready"):
            return "".join(lines)
    raise AssertionError("it did not start:\n" + "".join(lines))


def _wait_for_answer(process: subprocess.Popen | Forked, url: str) -> None:
    def answers() -> bool:
        assert process.poll() is None, "it ended"
        try:
            return httpx.get(f"{url}/healthz", timeout=PATIENCE).status_code == 200
        except httpx.TransportError:
            return False

    wait_until(answers)
