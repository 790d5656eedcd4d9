"""What was done: every change is appended here by the function that made it, announced, and kept
for a while so that it can be taken back.

`record` flushes what it tells of. A function that writes rows it does not record flushes them itself, so that
whoever reads next in the same transaction reads what was written."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, SQLModel, col, select

from app.announce import Topic, announce
from app.domain import nouns
from app.domain.changes import change_of, until_used
from app.domain.who import Who
from app.models import LogEntry, Undo
from app.models.base import moment

UNDO_STORED_FOR = timedelta(hours=1)


def record(
    session: Session, who: Who, what: str, *rows: SQLModel, undoable: bool = False, topic: Topic | None = None
) -> bool:
    """Append one line per changed row, announce their topics (or only `topic`, where that says
    enough), and keep the way back if `undoable`.

    Call it after the attributes are set and before anything is flushed: what changed is read from
    the rows themselves. Returns whether anything changed.
    """
    return record_each(session, who, what, rows, undoable, topic)


def record_each(
    session: Session,
    who: Who,
    what: str,
    rows: Iterable[SQLModel],
    undoable: bool = False,
    topic: Topic | None = None,
    but: frozenset[str] = frozenset(),
) -> bool:
    """The same for rows that come one by one, where a later one needs the id of a new one before it; columns
    in `but` stay out of the log."""
    changes = [change for row in rows if (change := change_of(session, row))]
    for change in changes:
        session.add(
            LogEntry(
                workshop_id=who.workshop_id,
                role=who.role,
                link_id=who.link_id,
                what=what,
                row_kind=change["kind"],
                row_id=change["id"],
                changes=_without(change["after"], change["erasable"] | but),
            )
        )
        announce(session, who.workshop_id, topic or change["topic"])
    if changes and undoable:
        _store_undo(session, who, what, changes)
    session.flush()
    return bool(changes)


def note(
    session: Session, who: Who, what: str, row_kind: str = "", row_id: int | None = None, **facts: object
) -> None:
    """Append a line about something that changed no column: a preview, a sign-in, a count."""
    session.add(
        LogEntry(
            workshop_id=who.workshop_id,
            role=who.role,
            link_id=who.link_id,
            what=what,
            row_kind=row_kind,
            row_id=row_id,
            changes={"note": facts} if facts else None,
        )
    )


def note_per_batch(session: Session, write: Callable[..., None], *args: Hashable) -> None:
    """Have the writer call `write(session, *about, times)` before it commits the batch, once for however many
    `times` that was asked for."""
    pending = session.info.setdefault("before_commit", Counter())
    pending[write, *args] += 1


def _without(values: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _store_undo(session: Session, who: Who, what: str, changes: list[dict[str, Any]]) -> None:
    stored = [
        {
            "kind": change["kind"],
            "id": change["id"],
            "before": change["before"],
            "after": until_used(change["after"]) if change["new"] else change["after"],
        }
        for change in changes
        if change["before"]
    ]
    assert all(change["kind"] in nouns.UNDOABLE for change in stored), "it could not be taken back"
    if stored:
        # What can no longer be undone goes: its texts must not outlive their rows.
        old = moment() - UNDO_STORED_FOR
        session.connection().execute(delete(Undo).where(col(Undo.made_at) < old))
        session.add(Undo(workshop_id=who.workshop_id, link_id=who.link_id, what=what, changes=stored))
        announce(session, who.workshop_id, "undo")


def lines(session: Session, workshop_id: int, since: datetime | None = None) -> list[LogEntry]:
    """The log of a workshop in order, from `since` on."""
    query = select(LogEntry).where(LogEntry.workshop_id == workshop_id)
    if since is not None:
        query = query.where(LogEntry.at >= since)
    return list(session.exec(query.order_by(col(LogEntry.id))))
