"""Making a workshop: from built-in content, or as a copy of another one's design."""

from datetime import date

from sqlmodel import Session

from app.content.built_in import Content
from app.domain import codes, log
from app.domain.agenda import plan
from app.domain.who import server
from app.domain.workshops import design_copies, designs, workshops
from app.errors import Refused
from app.models import Workshop
from app.models.base import moment


def from_template(session: Session, content: Content, day: date | None = None) -> int:
    """Make a workshop from the built-in content, dated `day` (today in its zone); returns its id."""
    columns = content.workshop
    workshop = Workshop(
        code=_free_code(session),
        template=columns["id"],
        day=day or plan.today(columns["time_zone"]),
        **designs.matching_columns(Workshop, columns, but=("id", "version")),
    )
    session.add(workshop)
    session.flush()
    who = server(workshop.id, workshop.code)
    designs.lay_out(session, who, content)
    log.note(session, who, "workshop made", "workshop", workshop.id, template=workshop.template)
    return workshop.id


def copy(
    session: Session, workshop_id: int, day: date | None = None, speed: int = 1, rehearsal: bool = False
) -> int:
    """Copy a workshop's design (agenda, cards, votes and walls as drafts; no people, no answers)
    to a new one dated `day`; returns its id. `speed` divides the planned minutes of a rehearsal.
    Refused("not_found") when there is no such workshop."""
    source = session.get(Workshop, workshop_id)
    if source is None:
        raise Refused("not_found")
    made = design_copies.copy_of_row(
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
    session.add(made)
    session.flush()
    who = server(made.id, made.code)
    design_copies.copy_from(session, who, workshop_id)
    log.note(session, who, "workshop copied", "workshop", made.id, source=source.code)
    return made.id


def _free_code(session: Session) -> str:
    while workshops.by_code(session, code := codes.workshop_code()):
        continue
    return code
