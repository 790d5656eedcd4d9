"""Pads: what each table's scribe types, one typed entry a line, per agenda item."""

from typing import Any

from sqlalchemy import Row, case, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from app.domain import log, submissions, texts
from app.domain.agenda import running_order
from app.domain.submissions import Stamp
from app.domain.who import Who
from app.errors import Refused
from app.models import Entry
from app.models.base import moment
from app.models.pads import ENTRY_KINDS, ENTRY_LENGTH


def add(session: Session, who: Who, item_id: int, kind: str, text: str, stamp: Stamp) -> int:
    """A scribe adds an entry to their own table's pad; returns its id, the same for a submission delivered
    twice.

    Refused("day_closed") after the day, Refused("bad_request") for a kind that is none of ENTRY_KINDS.
    """
    earlier = submissions.earlier_delivery(session, who, stamp)
    if earlier is not None:
        return earlier.row_id or 0
    item = running_order.item_of(session, who, item_id)
    if running_order.workshop_of(session, who).state == "closed":
        raise Refused("day_closed")
    entry = Entry(
        workshop_id=who.workshop_id,
        table_id=who.table_id or 0,
        item_id=item.id,
        kind=_kind(kind),
        text=texts.required(text, ENTRY_LENGTH),
        sequence=stamp.sequence,
        written_at=stamp.written_at,
    )
    log.record(session, who, "entry written", entry)
    submissions.remember(session, who, stamp, entry.id)
    return entry.id


def edit(session: Session, who: Who, entry_id: int, kind: str, text: str, stamp: Stamp) -> None:
    """Change an entry of one's own table; an older change arriving late has no effect.
    Refused("bad_request") for a kind there is not, and as `entry_of` says."""
    if submissions.earlier_delivery(session, who, stamp):
        return
    entry = entry_of(session, who, entry_id)
    if stamp.sequence > entry.sequence:
        entry.kind, entry.text = _kind(kind), texts.required(text, ENTRY_LENGTH)
        entry.sequence, entry.edited_at = stamp.sequence, moment()
        log.record(session, who, "entry edited", entry)
    submissions.remember(session, who, stamp, entry.id)


def remove(session: Session, who: Who, entry_id: int) -> None:
    """Strike an entry out; refused as by `entry_of`."""
    entry = entry_of(session, who, entry_id)
    entry.removed_at = moment()
    log.record(session, who, "entry removed", entry)


def restore(session: Session, who: Who, entry_id: int) -> None:
    """Bring a struck entry back; refused as by `entry_of`."""
    entry = entry_of(session, who, entry_id, removed=True)
    entry.removed_at = None
    log.record(session, who, "entry restored", entry)


def entry_of(session: Session, who: Who, entry_id: int, removed: bool = False) -> Entry:
    """An entry of the scribe's own table; Refused("not_found") for another table's."""
    entry = session.get(Entry, entry_id)
    if entry is None or entry.workshop_id != who.workshop_id or entry.table_id != who.table_id:
        raise Refused("not_found")
    if bool(entry.removed_at) and not removed:
        raise Refused("not_found")
    return entry


def entries_by_item(session: Session, table_id: int) -> dict[int, list[Entry]]:
    """A table's entries of the whole day by item id, as they were written, struck ones among them."""
    query = select(Entry).where(Entry.table_id == table_id)
    found: dict[int, list[Entry]] = {}
    for entry in session.exec(query.order_by(col(Entry.written_at), col(Entry.id))):
        found.setdefault(entry.item_id, []).append(entry)
    return found


def entry_counts_by_table(session: Session, item_id: int) -> dict[int, int]:
    """How many entries each table has for an item, by table id."""
    query = (
        select(Entry.table_id, func.count())
        .where(Entry.item_id == item_id, col(Entry.removed_at).is_(None))
        .group_by(col(Entry.table_id))
    )
    return dict(session.exec(query).all())


def _kind(kind: str) -> str:
    if kind not in ENTRY_KINDS:
        raise Refused("bad_request")
    return kind


def entries_for_record(session: Session, workshop_id: int) -> list[Row[tuple[Any, ...]]]:  # SQLAlchemy’s row
    """Every entry of a workshop by table, in the order written; `text` is None where it was struck."""
    names = ("id", "item_id", "table_id", "kind", "written_at", "received_at", "edited_at", "removed_at")
    query = columns(
        *(col(getattr(Entry, name)) for name in names),
        case((col(Entry.removed_at).is_not(None), None), else_=col(Entry.text)).label("text"),
    ).where(col(Entry.workshop_id) == workshop_id)
    order = (col(Entry.table_id), col(Entry.written_at), col(Entry.id))
    return list(session.connection().execute(query.order_by(*order)))
