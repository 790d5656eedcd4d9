"""Clusters: the groups a room makes of its notes; symbol first, title later, each step undoable."""

from collections.abc import Iterator
from itertools import chain

from sqlmodel import Session, col, select

from app.domain import log, nouns, texts
from app.domain.notes import walls
from app.domain.who import Who
from app.errors import Refused
from app.models import Cluster, Note
from app.models.base import moment
from app.models.clusters import SYMBOLS

TITLE_LENGTH = 80
nouns.register(Cluster, nouns.Undoing())


def make(
    session: Session, who: Who, wall_id: int, symbol: str = "", note_ids: list[int] | None = None
) -> Cluster:
    """A new cluster at the end of the wall's, with the first symbol not yet in use unless one is
    named; `note_ids` move in at once (a split, or the first pair).
    Refused("bad_request") for a symbol that is none of SYMBOLS."""
    wall = walls.wall_of(session, who, wall_id)
    if symbol and symbol not in SYMBOLS:
        raise Refused("bad_request")
    present = clusters_of_wall(session, wall_id)
    cluster = Cluster(
        workshop_id=who.workshop_id,
        wall_id=wall.id,
        symbol=symbol or _free_symbol(present),
        position=max((each.position for each in present), default=0) + 1,
    )
    notes = _notes(session, wall_id, note_ids or [])
    log.record_each(session, who, "cluster made", chain([cluster], _moving(notes, cluster)), undoable=True)
    return cluster


def retitle(session: Session, who: Who, cluster_id: int, title: str) -> None:
    """Name a cluster (three to seven words are usual; empty takes the title away); refused as by
    `cluster_of`."""
    cluster = cluster_of(session, who, cluster_id)
    cluster.title = texts.optional(title, TITLE_LENGTH)
    log.record(session, who, "cluster named", cluster, undoable=True)


def set_symbol(session: Session, who: Who, cluster_id: int, symbol: str) -> None:
    """Give a cluster another symbol; Refused("bad_request") for one that is none of SYMBOLS."""
    if symbol not in SYMBOLS:
        raise Refused("bad_request")
    cluster = cluster_of(session, who, cluster_id)
    cluster.symbol = symbol
    log.record(session, who, "cluster symbol", cluster, undoable=True)


def remove(session: Session, who: Who, cluster_id: int) -> None:
    """Take a cluster away; its notes return to the parking area. Refused as by `cluster_of`."""
    cluster = cluster_of(session, who, cluster_id)
    notes = list(session.exec(select(Note).where(Note.cluster_id == cluster.id)))
    for note in notes:
        note.cluster_id = None
    cluster.removed_at = moment()
    log.record(session, who, "cluster removed", cluster, *notes, undoable=True)


def move(session: Session, who: Who, cluster_id: int, step: int) -> None:
    """Change places with the cluster before (-1) or after (1) it; refused as by `cluster_of`."""
    cluster = cluster_of(session, who, cluster_id)
    order = clusters_of_wall(session, cluster.wall_id)
    place = order.index(cluster) + (1 if step > 0 else -1)
    if 0 <= place < len(order):
        other = order[place]
        cluster.position, other.position = other.position, cluster.position
        log.record(session, who, "cluster moved", cluster, other, undoable=True)


def clusters_of_wall(session: Session, wall_id: int) -> list[Cluster]:
    """The clusters of a wall in order."""
    query = select(Cluster).where(Cluster.wall_id == wall_id, col(Cluster.removed_at).is_(None))
    return list(session.exec(query.order_by(col(Cluster.position), col(Cluster.id))))


def cluster_of(session: Session, who: Who, cluster_id: int) -> Cluster:
    """A cluster of this workshop that was not taken away; Refused("not_found") for any other."""
    cluster = session.get(Cluster, cluster_id)
    if cluster is None or cluster.workshop_id != who.workshop_id or cluster.removed_at:
        raise Refused("not_found")
    return cluster


def _free_symbol(present: list[Cluster]) -> str:
    used = {cluster.symbol for cluster in present}
    return next((symbol for symbol in SYMBOLS if symbol not in used), SYMBOLS[len(present) % len(SYMBOLS)])


def _notes(session: Session, wall_id: int, note_ids: list[int]) -> list[Note]:
    query = select(Note).where(Note.wall_id == wall_id, col(Note.id).in_(note_ids))
    return list(session.exec(query))


def _moving(notes: list[Note], cluster: Cluster) -> Iterator[Note]:
    # The new cluster has its id only once it is recorded, just before the notes are.
    for note in notes:
        note.cluster_id = cluster.id
        yield note


def clusters_of_workshop(session: Session, workshop_id: int) -> list[Cluster]:
    """The clusters of every wall of a workshop, each wall's in order."""
    query = select(Cluster).where(Cluster.workshop_id == workshop_id, col(Cluster.removed_at).is_(None))
    return list(session.exec(query.order_by(col(Cluster.wall_id), col(Cluster.position), col(Cluster.id))))
