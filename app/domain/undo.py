"""Taking the last action back: the rows it changed return to what they were, and no contribution is lost.

What else must hold or happen then, each noun says where its rules are (see nouns.Undoing).
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from app.announce import announce
from app.domain import changes, log, nouns
from app.domain.who import Who
from app.errors import Refused
from app.models import Undo
from app.models.base import moment

OFFERED = timedelta(seconds=20)
TAKEN = timedelta(seconds=60)  # a tap that left the phone in time is honoured after a slow journey


def latest(session: Session, workshop_id: int, now: datetime | None = None) -> Undo | None:
    """The newest action that is still offered to be taken back, if any."""
    now = now or moment()
    return session.exec(
        select(Undo)
        .where(Undo.workshop_id == workshop_id, col(Undo.undone_at).is_(None), Undo.made_at > now - OFFERED)
        .order_by(col(Undo.id).desc())
        .limit(1)
    ).first()


def take_back(session: Session, who: Who, undo_id: int) -> str:
    """Undo one action; returns what it was, in the words of the log. `Refused("undo_too_late")`, when done
    already `Refused("undo_done")`, when a later action has changed the same `Refused("undo_overtaken")`.

    All or nothing: where a later action has changed one of the same columns, nothing is touched.
    """
    undo = session.exec(
        select(Undo).where(Undo.id == undo_id, Undo.workshop_id == who.workshop_id).with_for_update()
    ).first()
    if undo is None or undo.made_at < moment() - TAKEN:
        raise Refused("undo_too_late")
    if undo.undone_at is not None:
        raise Refused("undo_done")
    rows = [(row, change) for change in undo.changes if (row := _locked_row(session, change))]
    if len(rows) < len(undo.changes) or not all(_is_unchanged(row, change["after"]) for row, change in rows):
        raise Refused("undo_overtaken")
    for row, change in rows:
        _undoing(row).require(session, row, change["before"])
    for row, change in rows:
        for name, value in _undoing(row).restored(session, row, change["before"]).items():
            setattr(row, name, _column_value(row, name, value))
        _next_turn(row)
    undo.undone_at = moment()
    log.record(session, who, f"undo {undo.what}", *(row for row, _ in rows))
    for row, _ in rows:
        _undoing(row).after(session, who, row)
    announce(session, who.workshop_id, "undo")
    for noun in nouns.UNDOABLE.values():
        noun.undoing.always(session, who)
    return undo.what


def _undoing(row: SQLModel) -> nouns.Undoing[Any]:
    return nouns.UNDOABLE[nouns.kind_of(row)].undoing


def _next_turn(row: SQLModel) -> None:
    # Where the turn stayed (minutes were added), so does what people have half filled in.
    attributes = inspect(row).attrs
    if "turn" in attributes and (latest := attributes["turn"].history.deleted):
        row.turn = max(row.turn, *latest) + 1  # type: ignore[attr-defined]  # a column of it


def _locked_row(session: Session, change: dict[str, Any]) -> SQLModel | None:
    # Locked, so that with several writers (Postgres) no ballot slips in and nothing is made final beside it.
    return session.get(nouns.UNDOABLE[change["kind"]].model, change["id"], with_for_update=True)


def _is_unchanged(row: SQLModel, after: dict[str, Any]) -> bool:
    return all(changes.plain(getattr(row, name)) == value for name, value in after.items() if name != "turn")


def _column_value(row: SQLModel, name: str, value: Any) -> Any:
    column = inspect(type(row)).columns[name]
    if value is None:
        return None
    if isinstance(column.type, UTCDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if column.type.python_type is date else value
