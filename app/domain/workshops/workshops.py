"""Workshops: found by their code, and what the organiser changes of one."""

from datetime import date

from sqlmodel import Session, col, select

from app.domain import log, texts
from app.domain.people import role_forms
from app.domain.who import Who
from app.errors import Refused
from app.models import Workshop


def by_code(session: Session, code: str) -> Workshop | None:
    """The workshop with this event code."""
    return session.exec(select(Workshop).where(Workshop.code == code)).first()


def latest(session: Session) -> Workshop | None:
    """The workshop made last, rehearsals aside."""
    query = select(Workshop).where(col(Workshop.rehearsal_of).is_(None)).order_by(col(Workshop.id).desc())
    return session.exec(query.limit(1)).first()


def edit(session: Session, who: Who, fields: dict[str, str]) -> None:
    """Change the workshop's title, date and remit, the roles asked on joining (see
    role_forms.roles_from_form), and the smallest group a breakdown shows.

    Refused("bad_date"), Refused("bad_smallest_group") unless 3 to 100, and what texts and roles refuse.
    """
    workshop = session.get(Workshop, who.workshop_id)
    if workshop is None:
        raise Refused("not_found")
    workshop.title_en = texts.required(fields.get("title_en", workshop.title_en), 120)
    workshop.title_cy = texts.optional(fields.get("title_cy", workshop.title_cy), 120)
    workshop.remit_en = texts.optional(fields.get("remit_en", workshop.remit_en), 4000, lines=True)
    workshop.remit_cy = texts.optional(fields.get("remit_cy", workshop.remit_cy), 4000, lines=True)
    try:
        workshop.day = date.fromisoformat(fields.get("day", workshop.day.isoformat()))
    except ValueError:
        raise Refused("bad_date") from None
    workshop.smallest_group = _smallest_group(fields.get("smallest_group", str(workshop.smallest_group)))
    # With nothing flushed in between, since what changed is read from the rows themselves.
    with session.no_autoflush:
        changed = role_forms.roles_from_form(session, who.workshop_id, fields)
    log.record(session, who, "workshop edited", workshop, *changed, undoable=True)


def _smallest_group(text: str) -> int:
    wanted = text.strip()
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) <= 3 and 3 <= int(wanted) <= 100):
        raise Refused("bad_smallest_group")
    return int(wanted)
