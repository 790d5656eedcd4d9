"""What was done: every change is appended here by the function that made it, announced, and kept
for a while so that it can be taken back.

`record` flushes what it tells of. A function that writes rows it does not record flushes them itself, so that
whoever reads next in the same transaction reads what was written."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import delete, inspect
from sqlmodel import Session, SQLModel, col, select

from app.announce import Topic, announce
from app.domain.who import Who
from app.models import LogEntry, Undo
from app.models.base import moment

Columns = dict[str, Any]  # of a row, as JSON knows their values
Model = TypeVar("Model", bound=SQLModel)
KEPT_FOR = timedelta(hours=1)
SILENT = frozenset({"version", "online", "seen_at", "frozen"})


def _nothing(*_: Any) -> None: ...


def _as_it_was(session: Session, row: SQLModel, before: Columns) -> Columns:
    return before


@dataclass(frozen=True, slots=True)
class Undoing(Generic[Model]):
    """What taking back an action on a row asks of its noun; `before` is what its columns return to.

    `require(session, row, before)` refuses, before anything is changed; `restored(session, row, before)` says
    what they really return to; `after(session, who, row)` follows when all rows are written, and
    `always(session, who)` whatever noun's action was taken back.
    """

    require: Callable[[Session, Model, Columns], None] = _nothing
    restored: Callable[[Session, Model, Columns], Columns] = _as_it_was
    after: Callable[[Session, Who, Model], None] = _nothing
    always: Callable[[Session, Who], None] = _nothing


@dataclass(frozen=True, slots=True)
class Noun:
    """A table the log knows: its topic, and how an action on its rows is taken back, if it can be."""

    model: type[SQLModel]
    topic: Topic
    undoing: Undoing[Any] | None


NOUNS: dict[str, Noun] = {}  # by the word the log knows the table by


def register(model: type[Model], topic: Topic, undoing: Undoing[Model] | None = None) -> None:
    """Make a noun known to the log: once, in the module that has its rules."""
    NOUNS[str(model.__tablename__)] = Noun(model, topic, undoing)


def kind_of(row: SQLModel) -> str:
    """The word the log knows this row's table by."""
    return str(type(row).__tablename__)


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
    changes = [change for row in rows if (change := _change(session, row))]
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
        announce(session, who.workshop_id, topic or NOUNS[change["kind"]].topic)
    if changes and undoable:
        _keep(session, who, what, changes)
    session.flush()
    return bool(changes)


def note(
    session: Session, who: Who, what: str, row_kind: str = "", row_id: int | None = None, **facts: Any
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


def note_per_batch(session: Session, write: Callable[..., None], *about: Hashable) -> None:
    """Have the writer call `write(session, *about, times)` before it commits the batch, once for however many
    `times` that was asked for."""
    asked = session.info.setdefault("before_commit", Counter())
    asked[write, *about] += 1


def plain(value: Any) -> Any:
    """A column's value as JSON knows it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _change(session: Session, row: SQLModel) -> dict[str, Any] | None:
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
        "id": row.id,  # type: ignore[attr-defined]
        "new": new,
        "before": before,
        "after": after,
        "erasable": erasable,
    }


def _without(values: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _unused(made: dict[str, Any]) -> dict[str, Any]:
    """What a new row looks like while nothing has been done with it: only then may it be taken back."""
    return {name: made[name] for name in ("removed_at", "state") if name in made}


def _keep(session: Session, who: Who, what: str, changes: list[dict[str, Any]]) -> None:
    kept = [
        {
            "kind": change["kind"],
            "id": change["id"],
            "before": change["before"],
            "after": _unused(change["after"]) if change["new"] else change["after"],
        }
        for change in changes
        if change["before"]
    ]
    assert all(NOUNS[change["kind"]].undoing for change in kept), "it could not be taken back"
    if kept:
        # What can no longer be undone goes: its texts must not outlive their rows.
        old = moment() - KEPT_FOR
        session.connection().execute(delete(Undo).where(col(Undo.made_at) < old))
        session.add(Undo(workshop_id=who.workshop_id, link_id=who.link_id, what=what, changes=kept))
        announce(session, who.workshop_id, "undo")


def lines(session: Session, workshop_id: int, since: datetime | None = None) -> list[LogEntry]:
    """The log of a workshop in order, from `since` on."""
    query = select(LogEntry).where(LogEntry.workshop_id == workshop_id)
    if since is not None:
        query = query.where(LogEntry.at >= since)
    return list(session.exec(query.order_by(LogEntry.id)))  # type: ignore[arg-type]
