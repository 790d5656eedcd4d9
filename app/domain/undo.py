"""Taking the last action back: the rows it changed return to what they were, and no contribution is lost."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from app.announce import announce
from app.domain import log
from app.domain.agenda import projectors, running_order
from app.domain.votes.ballots import ballots
from app.domain.votes.forms import repeats
from app.domain.votes.results import opinion_shift, text_notes
from app.domain.votes.time import closings
from app.domain.who import Who
from app.errors import Refused
from app.models import (
    Cluster,
    Item,
    Note,
    Organisation,
    Participant,
    Projector,
    Role,
    Undo,
    Vote,
    Wall,
    Workshop,
)
from app.models.base import moment

OFFERED = timedelta(seconds=20)
FROZEN_AT_OPENING = ("electorate_size", "first_opened_at")
TAKEN = timedelta(seconds=60)  # a tap that left the phone in time is honoured after a slow journey
MODELS: dict[str, type[SQLModel]] = {
    str(model.__tablename__): model
    for model in (Workshop, Item, Vote, Wall, Note, Cluster, Participant, Organisation, Projector, Role)
}


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
    """Undo one action; returns what it was. Refused when too old, done already, or overtaken.

    All or nothing: where a later action has changed one of the same columns, nothing is touched.
    """
    kept = session.exec(
        select(Undo).where(Undo.id == undo_id, Undo.workshop_id == who.workshop_id).with_for_update()
    ).first()
    if kept is None or kept.made_at < moment() - TAKEN:
        raise Refused("undo_too_late")
    if kept.undone_at is not None:
        raise Refused("undo_done")
    rows = [(row, change) for change in kept.changes if (row := _row(session, change))]
    if len(rows) < len(kept.changes) or not all(_stands(row, change["after"]) for row, change in rows):
        raise Refused("undo_overtaken")
    for row, change in rows:
        _require_place(session, row, change["before"])
        for name, value in _before(session, row, change["before"]).items():
            setattr(row, name, _value(row, name, value))
    kept.undone_at = moment()
    session.add(kept)
    changed = [row for row, _ in rows]
    if any(
        change["kind"] == "item" and change["before"].get("state") == "current" for change in kept.changes
    ):
        running_order.vacate(session, who.workshop_id)
    for row in changed:
        _next_turn(row)
    log.record(session, who, f"undo {kept.what}", *changed)
    for row in changed:
        if isinstance(row, Vote):
            text_notes.refresh(session, who, row)
    announce(session, who.workshop_id, "undo")
    projectors.thaw(session, who)
    return kept.what


def _require_place(session: Session, row: SQLModel, before: dict[str, Any]) -> None:
    if not isinstance(row, Vote):
        return
    if before.get("state") == "closed":  # then paper would be taken again
        opinion_shift.require_free(session, row)
    if "removed_at" not in before:
        return
    # Answers stay though the opening they came after was undone, and a vote that has some may not go.
    if before["removed_at"] and row.electorate_size is not None:
        raise Refused("undo_overtaken")
    # While a vote was away, the question it asks again may have been asked again otherwise.
    if row.removed_at and row.repeats_id and repeats.next_of(session, row.repeats_id, row.repeats_as or ""):
        raise Refused("undo_overtaken")


def _next_turn(row: SQLModel) -> None:
    # Where the turn stayed (minutes were added), so does what people have half filled in.
    if isinstance(row, Vote | Wall) and (latest := inspect(row).attrs["turn"].history.deleted):
        row.turn = max(row.turn, *latest) + 1


def _before(session: Session, row: SQLModel, before: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(row, Vote):
        return before
    # An opening with ballots in is undone without its electorate: they stay, and so does their frame.
    if "electorate_size" in before and ballots.any_in(session, row.id):
        before = {name: value for name, value in before.items() if name not in FROZEN_AT_OPENING}
    return closings.returned(session, row, before)


def _row(session: Session, change: dict[str, Any]) -> SQLModel | None:
    # Held, so that with several writers (Postgres) no ballot slips in and nothing is made final beside it.
    return session.get(MODELS[change["kind"]], change["id"], with_for_update=True)


def _stands(row: SQLModel, after: dict[str, Any]) -> bool:
    return all(log.plain(getattr(row, name)) == value for name, value in after.items() if name != "turn")


def _value(row: SQLModel, name: str, value: Any) -> Any:
    column = inspect(type(row)).columns[name]
    if value is None:
        return None
    if isinstance(column.type, UTCDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if column.type.python_type is date else value
