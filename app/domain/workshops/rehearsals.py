"""Rehearsals: sped-up copies to practise with, deleted afterwards."""

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from app.announce import announce
from app.domain.who import Who
from app.domain.workshops import making
from app.errors import Refused
from app.models import Participant, Vote, Wall, Workshop


def rehearse(session: Session, who: Who, speed: int) -> int:
    """Make a bannered copy to rehearse with, its minutes divided by `speed` (1 to 600); returns its id.
    Refused("bad_speed"), and Refused("people_joined") where people have already joined."""
    if not 1 <= speed <= 600:
        raise Refused("bad_speed")
    joined = session.exec(
        select(func.count()).select_from(Participant).where(Participant.workshop_id == who.workshop_id)
    ).one()
    if joined:
        raise Refused("people_joined", n=joined)
    return making.copy(session, who.workshop_id, speed=speed, rehearsal=True)


def end_rehearsal(session: Session, who: Who, rehearsal_id: int) -> None:
    """Delete a rehearsal and everything in it; Refused("not_found") for what is no rehearsal of
    this workshop: a real one is never deleted this way."""
    workshop = session.get(Workshop, rehearsal_id)
    if workshop is None or workshop.rehearsal_of != who.workshop_id:
        raise Refused("not_found")
    for model in (Vote, Wall):
        session.connection().execute(delete(model).where(col(model.workshop_id) == rehearsal_id))
    session.connection().execute(delete(Workshop).where(col(Workshop.id) == rehearsal_id))
    announce(session, rehearsal_id, "departures")
