"""Which participants are connected now: connection state, not attendance, and so not logged."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from app.announce import announce
from app.models import Participant
from app.models.base import moment

ABSENT = timedelta(seconds=90)


def record_changes(session: Session, workshop_id: int, connected: set[int], disconnected: set[int]) -> None:
    """Note which participants' sockets opened and closed, by id; one in both sets has come back."""
    for ids, online in ((list(connected), True), (list(disconnected - connected), False)):
        for start in range(0, len(ids), 500):
            statement = update(Participant).where(
                col(Participant.workshop_id) == workshop_id, col(Participant.id).in_(ids[start : start + 500])
            )
            session.connection().execute(statement.values(online=online, seen_at=moment()))
    announce(session, workshop_id, "participants")


def refresh(session: Session, workshop_id: int, ids: set[int]) -> None:
    """With several servers: these participants are connected to this one. Who has been named by none for
    longer than ABSENT is connected no more."""
    now, connected = moment(), sorted(ids)
    for start in range(0, len(connected), 500):
        statement = update(Participant).where(col(Participant.id).in_(connected[start : start + 500]))
        session.connection().execute(statement.values(online=True, seen_at=now))
    absent = update(Participant).where(
        col(Participant.workshop_id) == workshop_id,
        col(Participant.online),
        col(Participant.seen_at) < now - ABSENT,
    )
    if session.connection().execute(absent.values(online=False)).rowcount:
        announce(session, workshop_id, "participants")


def clear(session: Session) -> None:
    """After a start of the only server no socket is open, whatever the rows say."""
    session.connection().execute(update(Participant).where(col(Participant.online)).values(online=False))
