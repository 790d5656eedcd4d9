"""What the terminal shows: how far the day is while it runs, and the account at its end."""

import asyncio
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from scripts.rehearsal.account import Row, percentile
from scripts.rehearsal.outbox import Ledger

if TYPE_CHECKING:
    from scripts.rehearsal.day import Rehearsed
    from scripts.rehearsal.lead import Lead

EVERY = 0.25  # seconds


class Progress:
    """Item by item: on a terminal a line that moves, elsewhere one line for each item when it is over."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self.out, self.moving = out, out.isatty()

    async def show(self, lead: "Lead", ledger: Ledger, phones: int) -> None:
        """Until cancelled."""
        place, line = None, ""
        try:
            while True:
                if (now := lead.place() or place) != place:
                    self._finish(line)
                    place = now
                if place is not None:
                    line = f"{place.number:3}/{place.of}  {state(ledger, phones):60}{place.title}"
                    if self.moving:
                        print(f"\r\033[K{line[: self._width()]}", end="", file=self.out, flush=True)
                await asyncio.sleep(EVERY)
        finally:
            self._finish(line)

    def _finish(self, line: str) -> None:
        if line:
            print(f"\r\033[K{line[: self._width()]}" if self.moving else line, file=self.out, flush=True)

    def _width(self) -> int:
        return shutil.get_terminal_size().columns - 1


def state(ledger: Ledger, phones: int) -> str:
    """How it stands: joined, acknowledged, pending, errors."""
    acknowledged = sum(each.received for each in ledger.submissions)
    pending, errors = len(ledger.pending), ledger.errors
    return f"{ledger.joined}/{phones} joined  {acknowledged} acknowledged  {pending} pending  {errors} errors"


def account(day: "Rehearsed") -> str:
    """The times and the comparison, as a table to read."""
    lines = ["", f"{'':48}{'50 %':>8}{'95 %':>10}{'99 %':>10}"]
    for name, seconds in (("tap → received", day.received), ("tap → projector", day.projected)):
        shares = "".join(f"{_time(percentile(seconds, share)):>10}" for share in (0.5, 0.95, 0.99))[2:]
        lines.append(f"{name:48}{shares}   of {len(seconds)}")
    lines += ["", f"{'':48}{'sent':>6}{'acknowledged':>14}{'stored':>8}"]
    lines += [_row(row) for row in day.rows or []]
    lines += ["", deliveries(day.ledger)]
    return "\n".join(lines)


def problems(day: "Rehearsed") -> Iterable[str]:
    """Everything for which the rehearsal counts as failed."""
    yield from day.ledger.faults
    for row in day.rows or []:
        for content, n in row.missing.items():
            yield f"{row.title}: {content or 'one'!r} was acknowledged {n} × more often than it is stored."
        for content, n in row.surplus.items():
            yield f"{row.title}: {content or 'one'!r} is stored {n} × more often than it was sent."
    if day.ledger.pending:
        yield f"{len(day.ledger.pending)} contributions were never answered."
    if not day.received:
        yield "Nobody contributed anything."


def deliveries(ledger: Ledger) -> str:
    """One line about the way the contributions took."""
    refused = sum(each.refused for each in ledger.submissions)
    return (
        f"{ledger.joined} people, {len(ledger.submissions)} contributions: {refused} came too late,"
        f" {ledger.repeated} were delivered twice on purpose."
        f" {ledger.errors} errors on the way, {ledger.reconnected} reconnections."
    )


def _row(row: Row) -> str:
    wrong = "" if not (row.missing or row.surplus) else "   DIFFERENT"
    figures = f"{row.sent:>6}{row.acknowledged.total():>14}{row.stored.total():>8}"
    return f"{row.title[:46]:48}{figures}{wrong}"


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds == seconds else "–"
