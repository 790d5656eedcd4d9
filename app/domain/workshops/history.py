"""What happened when, as the log alone tells it: while the room was in each item, while each vote took
ballots, and while which result could be seen. For the record, which people read: a row has its latest times,
and only the log those before. Nothing is decided by it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.models import LogEntry

Changes = dict[str, Any]  # columns of a row, as JSON knows their values


@dataclass(slots=True)
class Span:
    """From `start` to `end` (None: still so). `ballots` were in when a vote's span began, as far as
    the log counts them; `ended_by` is the log's word for what ended it, `ended_role` its word for who did."""

    start: datetime
    end: datetime | None = None
    ballots: int = 0
    ended_by: str = ""
    ended_role: str = ""

    def length(self, now: datetime) -> timedelta:
        """How long it lasted, or has lasted until `now`."""
        return (self.end or now) - self.start


def visits_by_item(lines: Iterable[LogEntry]) -> dict[int, list[Span]]:
    """When the room was in each item, by item id: more than once where it went back."""
    return _spans(lines, "item", _is("state", "current"), "started_at", "ended_at")


def open_spans_by_vote(lines: Iterable[LogEntry]) -> dict[int, list[Span]]:
    """When each vote took ballots, by vote id: more than once where it was re-opened."""
    return _spans(lines, "vote", _is("state", "open"), "opened_at", "closed_at")


def reveal_spans_by_vote(lines: Iterable[LogEntry]) -> dict[int, list[Span]]:
    """When each vote's result could be seen, by vote id. One that ended was hidden again, by an undo
    or by re-opening, and a record says so."""
    return _spans(lines, "vote", _is_set("revealed_at"), "revealed_at", "revealed_at")


def previews_by_vote(lines: Iterable[LogEntry]) -> Counter[int]:
    """How often a facilitator looked at each vote's running result, by vote id."""
    return Counter(line.row_id or 0 for line in lines if line.what == "result previewed")


def _is(name: str, value: str) -> Callable[[Changes], bool | None]:
    return lambda changes: changes[name] == value if name in changes else None


def _is_set(name: str) -> Callable[[Changes], bool | None]:
    return lambda changes: changes[name] is not None if name in changes else None


def _spans(
    lines: Iterable[LogEntry],
    kind: str,
    inside: Callable[[Changes], bool | None],
    begins: str,
    ends: str,
) -> dict[int, list[Span]]:
    found: defaultdict[int, list[Span]] = defaultdict(list)
    for line, changes, ballots in _counted(line for line in lines if line.row_kind == kind):
        spans, now = found[line.row_id or 0], inside(changes)
        running = bool(spans) and spans[-1].end is None
        if now and not running:
            spans.append(Span(_instant(line, changes, begins), ballots=ballots))
        elif now is False and running:
            spans[-1].end = _instant(line, changes, ends)
            spans[-1].ended_by, spans[-1].ended_role = line.what, line.role
    return found


def _counted(lines: Iterable[LogEntry]) -> Iterator[tuple[LogEntry, Changes, int]]:
    ballots: dict[int | None, int] = {}
    for line in lines:
        changes = line.changes or {}
        ballots[line.row_id] = changes.get("note", {}).get("ballots", ballots.get(line.row_id, 0))
        yield line, changes, ballots[line.row_id]


def _instant(line: LogEntry, changes: Changes, name: str) -> datetime:
    # The row's own time where the change set one: an undo sets back to nothing or to an older time.
    value = changes.get(name)
    return datetime.fromisoformat(value) if value and not line.what.startswith("undo ") else line.at
