"""Where a workshop comes from: the built-in template, a day run before, or a copy to rehearse with."""

from datetime import date

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from app.announce import announce
from app.content import Content
from app.domain import codes, log, texts
from app.domain.agenda import plan
from app.domain.people import roles
from app.domain.who import Who, server
from app.domain.workshops import designs
from app.errors import Refused
from app.models import (
    Participant,
    Vote,
    Wall,
    Workshop,
)
from app.models.base import moment


def by_code(session: Session, code: str) -> Workshop | None:
    """The workshop with this event code."""
    return session.exec(select(Workshop).where(Workshop.code == code)).first()


def latest(session: Session) -> Workshop | None:
    """The workshop made last, rehearsals aside."""
    query = select(Workshop).where(col(Workshop.rehearsal_of).is_(None)).order_by(col(Workshop.id).desc())
    return session.exec(query.limit(1)).first()


def make_from_template(session: Session, content: Content, day: date | None = None) -> int:
    """Make a workshop from the built-in content, dated `day` (today in its zone); returns its id."""
    about = content.workshop
    workshop = Workshop(
        code=_free_code(session),
        template=about["id"],
        day=day or plan.today(about["time_zone"]),
        **designs.matching_columns(Workshop, about, but=("id", "version")),
    )
    session.add(workshop)
    session.flush()
    who = server(workshop.id, workshop.code)
    designs.lay_out(session, who, content)
    log.note(session, who, "workshop made", "workshop", workshop.id, template=workshop.template)
    return workshop.id


def make_copy(
    session: Session, workshop_id: int, day: date | None = None, speed: int = 1, rehearsal: bool = False
) -> int:
    """Copy a workshop's design (agenda, cards, votes and walls as drafts; no people, no answers)
    to a new one dated `day`; returns its id. `speed` divides the planned minutes of a rehearsal."""
    source = session.get(Workshop, workshop_id)
    if source is None:
        raise Refused("not_found")
    copy = designs.copy_of_row(
        source,
        code=_free_code(session),
        day=day or plan.today(source.time_zone),
        version=0,
        state="ahead",
        shift_seconds=0,
        started_at=None,
        closed_at=None,
        created_at=moment(),
        speed=speed,
        rehearsal_of=source.id if rehearsal else None,
    )
    session.add(copy)
    session.flush()
    who = server(copy.id, copy.code)
    designs.copy_from(session, who, workshop_id)
    log.note(session, who, "workshop copied", "workshop", copy.id, source=source.code)
    return copy.id


def rehearse(session: Session, who: Who, speed: int) -> int:
    """Make a bannered copy to rehearse with; refused where people have already joined."""
    if not 1 <= speed <= 600:
        raise Refused("bad_speed")
    joined = session.exec(
        select(func.count()).select_from(Participant).where(Participant.workshop_id == who.workshop_id)
    ).one()
    if joined:
        raise Refused("people_joined", n=joined)
    return make_copy(session, who.workshop_id, speed=speed, rehearsal=True)


def end_rehearsal(session: Session, who: Who, rehearsal_id: int) -> None:
    """Delete a rehearsal and everything in it; a real workshop is never deleted this way."""
    workshop = session.get(Workshop, rehearsal_id)
    if workshop is None or workshop.rehearsal_of != who.workshop_id:
        raise Refused("not_found")
    for model in (Vote, Wall):
        session.connection().execute(delete(model).where(col(model.workshop_id) == rehearsal_id))
    session.connection().execute(delete(Workshop).where(col(Workshop.id) == rehearsal_id))
    announce(session, rehearsal_id, "departures")


def edit(session: Session, who: Who, fields: dict[str, str]) -> None:
    """Change the workshop's title, date and remit, the roles asked on joining (see roles.roles_from_form), and the
    smallest group a breakdown shows."""
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
        changed = roles.roles_from_form(session, who.workshop_id, fields)
    log.record(session, who, "workshop edited", workshop, *changed, undoable=True)


def _smallest_group(text: str) -> int:
    wanted = text.strip()
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) <= 3 and 3 <= int(wanted) <= 100):
        raise Refused("bad_smallest_group")
    return int(wanted)


def raise_versions(session: Session, announced: dict[int, set[str]]) -> None:
    """Raise the version of every workshop that changed, last in the transaction so that the row
    is held briefly; workers that missed a signal see it move."""
    for workshop_id in sorted(announced):
        statement = update(Workshop).where(col(Workshop.id) == workshop_id)
        session.connection().execute(statement.values(version=Workshop.version + 1))


def versions_by_id(session: Session) -> dict[int, int]:
    """The version of every workshop, by id."""
    return dict(session.exec(select(Workshop.id, Workshop.version)).all())


def _free_code(session: Session) -> str:
    while by_code(session, code := codes.workshop_code()):
        continue
    return code
