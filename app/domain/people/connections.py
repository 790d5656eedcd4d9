"""Which participants are connected now: connection state, not attendance, and so not logged."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from app.announce import announce
from app.models import Participant
from app.models.base import moment

ABSENT = timedelta(seconds=90)


def record_changes(session: Session, workshop_id: int, came: set[int], went: set[int]) -> None:
    """Note whose sockets opened and closed: connection state, not attendance, and so not logged."""
    for ids, online in ((list(came), True), (list(went - came), False)):
        for start in range(0, len(ids), 500):
            statement = update(Participant).where(
                col(Participant.workshop_id) == workshop_id, col(Participant.id).in_(ids[start : start + 500])
            )
            session.connection().execute(statement.values(online=online, seen_at=moment()))
    announce(session, workshop_id, "participants")


def refresh(session: Session, workshop_id: int, ids: set[int]) -> None:
    """With several servers: these are connected to one of them; who has not been said to be for a
    while is on none."""
    now, here = moment(), sorted(ids)
    for start in range(0, len(here), 500):
        statement = update(Participant).where(col(Participant.id).in_(here[start : start + 500]))
        session.connection().execute(statement.values(online=True, seen_at=now))
    gone = update(Participant).where(
        col(Participant.workshop_id) == workshop_id,
        col(Participant.online),
        col(Participant.seen_at) < now - ABSENT,
    )
    if session.connection().execute(gone.values(online=False)).rowcount:
        announce(session, workshop_id, "participants")


def clear(session: Session) -> None:
    """After a start of the only server no socket is open, whatever the rows say."""
    session.connection().execute(update(Participant).where(col(Participant.online)).values(online=False))
