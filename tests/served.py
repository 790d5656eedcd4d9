"""Plenary as a process of its own, for tests that kill it, start it twice or give it several workers."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from sqlmodel import Session

from app import start
from app.models import Workshop
from app.storage.engines import open_engine
from tests import prepared
from tests.patience import PATIENCE, wait_until

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def begun(path: Path, day: date | None = None) -> str:
    """Make the SQLite file a first start leaves, with a workshop of this day (today's); returns its code."""
    path.write_bytes(_migrated())
    engine = open_engine(f"sqlite:///{path}", connections=1, writing=True)
    with Session(engine, autoflush=False) as session:
        made = session.get(Workshop, prepared.workshop(session, linked=True, day=day))
        code = made.code
        session.commit()
    engine.dispose()
    return code


@cache
def _migrated() -> bytes:
    """An empty database of the newest schema; migrating takes longer than most tests."""
    with TemporaryDirectory() as folder:
        start.migrate(f"sqlite:///{folder}/plenary.db")
        return (Path(folder) / "plenary.db").read_bytes()


def command(*arguments: str, **environment: str) -> subprocess.Popen:
    """`python -m app …` with its output in a pipe."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PLENARY_")}
    return subprocess.Popen(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env={**clean, **environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


@dataclass
class Served:
    """A running server and what it printed at its start."""

    process: subprocess.Popen
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
def served(database: str, *arguments: str, port: int = 0) -> Iterator[Served]:
    """A server that answers; stopped at the end if it is still there."""
    port = port or free_port()
    process = command("--host", "127.0.0.1", "--port", str(port), "--database", database, *arguments)
    url = f"http://127.0.0.1:{port}"
    try:
        printed = _read_until_ready(process)
        _wait_for_answer(process, url)
        yield Served(process, url, printed)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _read_until_ready(process: subprocess.Popen) -> str:
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ready"):
            return "".join(lines)
    raise AssertionError("it did not start:\n" + "".join(lines))


def _wait_for_answer(process: subprocess.Popen, url: str) -> None:
    def answers() -> bool:
        assert process.poll() is None, "it ended"
        try:
            return httpx.get(f"{url}/healthz", timeout=PATIENCE).status_code == 200
        except httpx.TransportError:
            return False

    wait_until(answers)
