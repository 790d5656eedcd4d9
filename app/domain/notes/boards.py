"""A wall as the room sees it: its clusters with their notes, the parking area, and what is counted of it."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from app.domain.notes import clusters, notes
from app.domain.people import tables
from app.domain.select_rows import Readable
from app.models import Cluster, Note, Wall


@dataclass(slots=True)
class BoardNote:
    """A note as a screen shows it: never with its author. `count` is how many people wrote it,
    `tables` the numbers of the tables it came from."""

    note: Note
    count: int
    tables: list[int]


@dataclass(slots=True)
class NoteGroup:
    """A cluster with its notes; cluster None is the parking area."""

    cluster: Cluster | None
    notes: list[BoardNote] = field(default_factory=list)


@dataclass(slots=True)
class Board:
    """A wall as the room sees it: its clusters in order, then the parking area; the counts include
    what is not shown."""

    wall: Readable[Wall]
    groups: list[NoteGroup]
    parked: NoteGroup
    written: int
    writers: int
    hidden: list[BoardNote]
    duplicates: int


def board_of(session: Session, wall: Readable[Wall], released_only: bool = True) -> Board:
    """The wall with its clusters and notes. Hidden notes, and with `released_only` private ones, are left
    out of the groups by the query itself."""
    numbers = tables.numbers_by_id(session, wall.workshop_id)
    shown = visible_notes(session, wall.id, released_only)
    merged = merged_notes(session, wall.id)
    groups = {c.id: NoteGroup(c) for c in clusters.clusters_of_wall(session, wall.id)}
    parked = NoteGroup(None)
    texts_seen: defaultdict[str, int] = defaultdict(int)
    for note in shown:
        group = groups.get(note.cluster_id, parked) if note.cluster_id else parked
        group.notes.append(_board_note(note, merged.get(note.id, []), numbers))
        texts_seen[note.text.casefold()] += 1
    written, writers = notes.note_counts(session, wall.id)
    return Board(
        wall,
        list(groups.values()),
        parked,
        written,
        writers,
        _hidden(session, wall.id, numbers),
        sum(n - 1 for n in texts_seen.values()),
    )


def visible_notes(session: Session, wall_id: int, released_only: bool = True) -> list[Note]:
    """The notes of a wall that are neither hidden nor merged into another, in their places."""
    query = select(Note).where(
        Note.wall_id == wall_id,
        col(Note.withdrawn_at).is_(None),
        col(Note.hidden_at).is_(None),
        col(Note.merged_into).is_(None),
    )
    if released_only:
        query = query.where(col(Note.released_at).is_not(None))
    return list(session.exec(query.order_by(col(Note.place), col(Note.id))))


def merged_notes(session: Session, wall_id: int) -> defaultdict[int | None, list[Note]]:
    """The notes merged into another, by the id of that one."""
    query = select(Note).where(
        Note.wall_id == wall_id,
        col(Note.merged_into).is_not(None),
        col(Note.hidden_at).is_(None),
    )
    into: defaultdict[int | None, list[Note]] = defaultdict(list)
    for note in session.exec(query):
        into[note.merged_into].append(note)
    return into


def _hidden(session: Session, wall_id: int, numbers: dict[int, int]) -> list[BoardNote]:
    query = select(Note).where(
        Note.wall_id == wall_id, col(Note.hidden_at).is_not(None), col(Note.withdrawn_at).is_(None)
    )
    return [_board_note(note, [], numbers) for note in session.exec(query.order_by(col(Note.hidden_at)))]


def _board_note(note: Note, merged: list[Note], numbers: dict[int, int]) -> BoardNote:
    everyone = [note, *merged]
    origins = sorted({numbers[each.table_id] for each in everyone if each.table_id in numbers})
    return BoardNote(note, len(everyone), origins)
