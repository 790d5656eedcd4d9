"""What scripts/bench says: each figure beside its yardstick, and at the end all of them as Markdown."""

import platform
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scripts.bench_parts.machine import ROOT, load


@dataclass(frozen=True)
class Figure:
    """One line: what, ours, the yardstick's, the contract and whether it is kept (None: no contract)."""

    what: str
    ours: str
    beside: str
    contract: str
    kept: bool | None

    @property
    def verdict(self) -> str:
        return {True: "kept", False: "NOT KEPT", None: ""}[self.kept]


@dataclass
class Report:
    """Printed as it grows."""

    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def figure(self, figure: Figure) -> None:
        self.figures.append(figure)
        contract = f" | contract {figure.contract} {figure.verdict}" if figure.kept is not None else ""
        print(f"{figure.what}: {figure.ours} | {figure.beside}{contract}", flush=True)

    def note(self, words: str) -> None:
        self.notes.append(words)
        print(f"  ({words})", flush=True)

    def markdown(self) -> str:
        """A table ready for the README."""
        rows = [f"| {f.what} | {f.ours} | {f.beside} | {f.contract} | {f.verdict} |" for f in self.figures]
        head = "| figure (median of the runs, least–most) | ours | yardstick, same run | contract | |"
        return "\n".join([head, "|---|---|---|---|---|", *rows, "", *(f"- {note}" for note in self.notes)])

    @property
    def broken(self) -> list[str]:
        return [figure.what for figure in self.figures if figure.kept is False]


def heading() -> str:
    """Machine, date and state of the tree that the figures belong to."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{now}, {machine}, {commit.stdout.strip()}, {load()}"
