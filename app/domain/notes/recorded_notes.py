"""What a record reads of notes: every one of a workshop, without its author."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, case, func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from app.models import Note


def notes_for_record(
    session: Session, workshop_id: int, sealed: Collection[str]
) -> list[Row[tuple[Any, ...]]]:  # SQLAlchemy’s row
    """Every note of a workshop without its author, in the order of its wall. `text` is None where it
    was withdrawn, was never released, or is hidden for a reason among `sealed`."""
    places = ("id", "wall_id", "table_id", "round", "language", "cluster_id", "merged_into")
    times = ("written_at", "received_at", "released_at", "withdrawn_at", "hidden_at", "hidden_reason")
    unseen = or_(
        col(Note.withdrawn_at).is_not(None),
        col(Note.released_at).is_(None),
        col(Note.hidden_reason).in_(sealed),
    )
    query = columns(
        *(col(getattr(Note, name)) for name in places + times),
        case((unseen, None), else_=col(Note.text)).label("text"),
    ).where(col(Note.workshop_id) == workshop_id)
    order = (col(Note.wall_id), col(Note.place), col(Note.id))
    return list(session.connection().execute(query.order_by(*order)))


def writers_by_wall(session: Session, workshop_id: int) -> dict[int, int]:
    """How many people wrote the notes of each wall (without withdrawn ones), by wall id."""
    query = (
        select(Note.wall_id, func.count(func.distinct(Note.author_id)))
        .where(Note.workshop_id == workshop_id, col(Note.withdrawn_at).is_(None))
        .group_by(col(Note.wall_id))
    )
    return dict(session.exec(query).all())
