"""Regrouping notes: clusters merged into one, or one split in two."""

from sqlmodel import Session, select

from app.domain import log
from app.domain.notes import clusters
from app.domain.who import Who
from app.errors import Refused
from app.models import Cluster, Note
from app.models.base import moment


def merge(session: Session, who: Who, cluster_id: int, into_id: int) -> None:
    """Move all notes of one cluster into another and take the empty one away.
    Refused("bad_request") unless they are two of one wall."""
    cluster, into = clusters.cluster_of(session, who, cluster_id), clusters.cluster_of(session, who, into_id)
    if cluster.id == into.id or cluster.wall_id != into.wall_id:
        raise Refused("bad_request")
    notes = list(session.exec(select(Note).where(Note.cluster_id == cluster.id)))
    for note in notes:
        note.cluster_id = into.id
    cluster.removed_at = moment()
    log.record(session, who, "clusters merged", cluster, *notes, undoable=True)


def split(session: Session, who: Who, cluster_id: int, note_ids: list[int]) -> Cluster:
    """Move some notes of a cluster into a new one of the same wall."""
    cluster = clusters.cluster_of(session, who, cluster_id)
    return clusters.make(session, who, cluster.wall_id, note_ids=note_ids)
