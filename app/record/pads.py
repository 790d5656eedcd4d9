"""What the record says of the pads."""

from sqlmodel import Session

from app.domain import pads
from app.domain.stage.agenda_overview import AgendaOverview
from app.record.lines import EntryLine, line


def entries(session: Session, order: AgendaOverview, numbers: dict[int, int]) -> list[EntryLine]:
    """What the tables wrote down, by item and table, what they struck out among it."""
    items = {each.item.id: each.item for each in order.lines}
    made = [
        line(
            EntryLine,
            row,
            entry=row.id,
            item=items[row.item_id].position,
            item_title_en=items[row.item_id].title_en,
            item_title_cy=items[row.item_id].title_cy,
            table=numbers[row.table_id],
            type=row.kind,
            status="struck" if row.removed_at else "kept",
        )
        for row in pads.entries_for_record(session, order.workshop.id)
    ]
    return sorted(made, key=lambda entry: (entry.item, entry.table))
