"""What changed in a row, read from the row itself before it is flushed."""

from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel

from app.domain.nouns import Columns, kind_of, topic_of
from app.models.base import moment

SILENT = frozenset({"version", "online", "seen_at", "frozen"})  # columns that the log does not tell of


def plain(value: Any) -> Any:  # any column’s, and what JSON makes of it
    """A column's value as JSON knows it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def change_of(session: Session, row: SQLModel) -> dict[str, Any] | None:  # as JSON has it
    """What changed in a row since it was read, as the log and an undo keep it; a new row is flushed, so that
    it has its id. None where nothing did."""
    state = inspect(row)
    new = state.pending or state.transient
    before, after = {}, {}
    for column in state.mapper.column_attrs:
        if column.key in SILENT or column.key == "id":
            continue
        history = state.attrs[column.key].load_history()
        if new:
            after[column.key] = plain(getattr(row, column.key))
        elif history.has_changes() and history.deleted != history.added:
            before[column.key] = plain(history.deleted[0] if history.deleted else None)
            after[column.key] = plain(history.added[0] if history.added else None)
    if new:
        session.add(row)
        session.flush()
        if "removed_at" in after:
            before = {"removed_at": moment().isoformat()}
    if not after:
        return None
    erasable: frozenset[str] = getattr(type(row), "__erasable__", frozenset())
    return {
        "kind": kind_of(row),
        "topic": topic_of(row),
        "id": row.id,  # type: ignore[attr-defined]  # every table of ours has it
        "new": new,
        "before": before,
        "after": after,
        "erasable": erasable,
    }


def until_used(made: Columns) -> Columns:
    """What a new row looks like while nothing has been done with it: only then may it be taken back."""
    return {name: made[name] for name in ("removed_at", "state") if name in made}
