"""The places of notes on a wall: moved into a cluster and to a place in it, shown once where identical."""

from sqlmodel import Session, col, select

from app.domain import log
from app.domain.notes import boards, clusters, notes, walls
from app.domain.who import Who
from app.errors import Refused
from app.models import Note


def move(session: Session, who: Who, note_id: int, cluster_id: int | None, place: int | None = None) -> None:
    """Put a note into a cluster (None: back to the parking area) at `place` among its notes; the
    last move wins. Refused("not_found") for a note or cluster that is not of this wall."""
    note = notes.note_of(session, who, note_id)
    if cluster_id is not None and clusters.cluster_of(session, who, cluster_id).wall_id != note.wall_id:
        raise Refused("not_found")
    others = [other for other in _notes_of_cluster(session, note.wall_id, cluster_id) if other.id != note.id]
    others.insert(len(others) if place is None else max(place, 0), note)
    note.cluster_id = cluster_id
    for position, each in enumerate(others):
        each.place = position
    log.record(session, who, "note moved", *others, undoable=True)


def merge_identical(session: Session, who: Who, wall_id: int) -> int:
    """Show notes with the same words once, with how many people wrote them; each keeps its own
    row and so its submitter. Returns how many were folded into another."""
    walls.wall_of(session, who, wall_id)
    first: dict[str, Note] = {}
    already = boards.merged_notes(session, wall_id)
    folded = []
    for note in boards.visible_notes(session, wall_id):
        key = note.text.casefold()
        if key in first:
            for each in (note, *already[note.id]):
                each.merged_into = first[key].id
                folded.append(each)
        else:
            first[key] = note
    log.record(session, who, "notes merged", *folded, undoable=True)
    return len(folded)


def _notes_of_cluster(session: Session, wall_id: int, cluster_id: int | None) -> list[Note]:
    query = select(Note).where(Note.wall_id == wall_id, Note.cluster_id == cluster_id)
    return list(session.exec(query.order_by(col(Note.place), col(Note.id))))
