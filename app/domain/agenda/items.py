"""What an agenda item says and how long it takes."""

from datetime import datetime

from sqlmodel import Session

from app.domain import log, texts
from app.domain.agenda import running_order
from app.domain.who import Who
from app.errors import Refused


def edit(session: Session, who: Who, item_id: int, fields: dict[str, str]) -> None:
    """Change an item's titles, instructions, minutes and locked start (HH:MM; empty for none).
    Refused("bad_minutes") unless 0 to 600, Refused("bad_time"), and what texts refuse."""
    item = running_order.item_of(session, who, item_id)
    item.title_en = texts.required(fields.get("title_en", item.title_en), 120)
    item.title_cy = texts.optional(fields.get("title_cy", item.title_cy), 120)
    item.instruction_en = texts.optional(fields.get("instruction_en", item.instruction_en), 1200, lines=True)
    item.instruction_cy = texts.optional(fields.get("instruction_cy", item.instruction_cy), 1200, lines=True)
    item.minutes = _minutes(fields.get("minutes", str(item.minutes)))
    item.locked_start = _clock_time(fields.get("locked_start", item.locked_start or ""))
    log.record(session, who, "item edited", item, undoable=True)


def _minutes(text: str) -> int:
    try:
        minutes = int(text)
    except ValueError:
        raise Refused("bad_minutes") from None
    if not 0 <= minutes <= 600:
        raise Refused("bad_minutes")
    return minutes


def _clock_time(text: str) -> str | None:
    text = text.strip()
    if not text:
        return None
    try:
        return datetime.strptime(text[:5], "%H:%M").strftime("%H:%M")
    except ValueError:
        raise Refused("bad_time") from None
