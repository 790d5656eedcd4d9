"""The machine under the figures: who runs on which core, what CPU a process took, how busy it all was."""

import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from statistics import median
from typing import ClassVar

ROOT = Path(__file__).resolve().parent.parent.parent
PERCENTS = (50, 95, 99)
STARTING = 60.0  # seconds a server may take until it listens


@cache
def cores() -> tuple[int, int]:
    """The core for servers and the one for all else, asked first in a process that may use both. Ends the
    program where there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        raise SystemExit("scripts/bench needs two cores: one for the server, one for the load.")
    return usable[0], usable[1]


def settle() -> None:
    """Put this process on the load's core, with as many open files as it may have."""
    os.sched_setaffinity(0, {cores()[1]})
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def most_files() -> int:
    """How many files one process may open."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def load() -> str:
    """The load average of the last minute, and whether that spoils figures."""
    one = os.getloadavg()[0]
    return f"load average {one:.2f}" + (
        " (the machine is busy: figures are worse than it can do)" if one > 0.7 else ""
    )


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, all its threads, to the nanosecond."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def free_port() -> int:
    """A port of this machine nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Served:
    """A server process of ours on its core, listening on loopback; its words go to a file."""

    running: ClassVar[list["Served"]] = []

    def __init__(
        self, name: str, command: Sequence[str], port: int, folder: Path, **environment: str
    ) -> None:
        self.name, self.port, self.said = name, port, folder / f"{name}.log"
        with self.said.open("ab") as words:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", **environment},
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                preexec_fn=lambda: os.sched_setaffinity(0, {cores()[0]}),
            )
        self.running.append(self)
        self.listening_at = self._wait()

    @property
    def worker(self) -> int:
        """The process whose CPU counts."""
        return self.process.pid

    def cpu(self) -> float:
        return cpu_seconds(self.worker)

    def memory(self) -> float:
        """Resident megabytes."""
        lines = Path(f"/proc/{self.worker}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def kill(self) -> None:
        """As a power cut would end it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()

    @classmethod
    def stop_all(cls) -> None:
        """Leave nothing behind, however a measurement ended."""
        for served in cls.running:
            served.stop()

    def _wait(self) -> float:
        until(lambda: self._listens(), STARTING, f"{self.name} to listen")
        return time.monotonic()

    def _listens(self) -> bool:
        if self.process.poll() is not None:
            raise SystemExit(f"{self.name} did not start:\n{self.said.read_text()[-2000:]}")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Wait for something that has to happen; ends the program when it does not."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"Waited {seconds:.0f} s for {what}.")
        time.sleep(0.01)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below or at which `percent` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(len(ordered) * percent / 100 + 0.5) - 1))]


def spread(values: Sequence[float], digits: int = 1) -> str:
    """The median, with the least and the most in brackets."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def percentiles(values: Sequence[float]) -> str:
    """p50 / p95 / p99."""
    return " / ".join(f"{percentile(values, percent):.0f}" for percent in PERCENTS)
