"""Who of those connected is still welcome, and who is here: the hub's sockets against the rows."""

from sqlmodel import Session, col, select

from app.domain.people import connections
from app.live import wire
from app.live.hub import Hub
from app.models import Link, Participant, Workshop
from app.storage.database import database


async def report(workshop_id: int, arrived: set[str], left: set[str]) -> None:
    """Keep the connection state of participants in their rows, so that every worker's console sees it."""
    arrived_ids, left_ids = _ids(arrived), _ids(left)
    if arrived_ids or left_ids:
        await database.write(connections.record_changes, workshop_id, arrived_ids, left_ids)


async def still_here(workshop_id: int, sockets: set[str]) -> None:
    """Say again who is connected to this worker: one that died leaves nobody online for long."""
    await database.write(connections.refresh, workshop_id, _ids(sockets))


async def close_unwelcome(hub: Hub, workshop_id: int) -> None:
    """Close the sockets of those who have left, were removed, moved to another device, or whose
    link was revoked; and of everyone when the workshop itself is gone."""
    for socket, code in (
        await database.read(_unwelcome, workshop_id, hub.presence.here(workshop_id))
    ).items():
        hub.close(workshop_id, socket, code)


def _unwelcome(session: Session, workshop_id: int, sockets: set[str]) -> dict[str | None, int]:
    if session.get(Workshop, workshop_id) is None:
        return {None: wire.OVER}
    people = _devices(session, _ids(sockets))
    revoked = set(
        session.exec(
            select(Link.id).where(Link.workshop_id == workshop_id, col(Link.revoked_at).is_not(None))
        )
    )
    unwelcome: dict[str | None, int] = {}
    for socket in sockets:
        kind, _, rest = socket.partition(":")
        if kind == "participant":
            person, _, device = rest.partition(":")
            current = people.get(int(person))
            if current is None:
                unwelcome[socket] = wire.REJOIN
            elif current != device:
                unwelcome[socket] = wire.MOVED
        elif kind == "link" and int(rest) in revoked:
            unwelcome[socket] = wire.REJOIN
    return unwelcome


def _devices(session: Session, ids: set[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        query = select(Participant.id, Participant.device_hash).where(
            col(Participant.id).in_(wanted[start : start + 500]),
            col(Participant.removed_at).is_(None),
        )
        found.update((person or 0, device[:16]) for person, device in session.exec(query))
    return found


def _ids(sockets: set[str]) -> set[int]:
    return {int(socket.split(":")[1]) for socket in sockets if socket.startswith("participant:")}
