"""Notes: written privately, released together, hidden and restored, merged where identical."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from app.domain import log, nouns, submissions, texts
from app.domain.agenda import projectors
from app.domain.notes import clusters, walls
from app.domain.people import tables
from app.domain.select_rows import Readable
from app.domain.submissions import Stamp
from app.domain.who import Who
from app.errors import Refused
from app.models import Cluster, Note, Participant, Wall
from app.models.base import moment
from app.models.notes import HIDING_REASONS, NOTE_LENGTH

DOUBLE_TAP = timedelta(seconds=30)


nouns.register(Note, "notes", nouns.Undoing())


@dataclass(slots=True)
class Shown:
    """A note as a screen shows it: never with its author. `count` is how many people wrote it,
    `tables` the numbers of the tables it came from."""

    note: Note
    count: int
    tables: list[int]


@dataclass(slots=True)
class Group:
    """A cluster with its notes; cluster None is the parking area."""

    cluster: Cluster | None
    notes: list[Shown] = field(default_factory=list)


@dataclass(slots=True)
class Board:
    """A wall as the room sees it: its clusters in order, then the parking area; the counts include
    what is not shown."""

    wall: Readable[Wall]
    groups: list[Group]
    parked: Group
    written: int
    writers: int
    hidden: list[Shown]
    duplicates: int


def add(session: Session, who: Who, wall_id: int, text: str, stamp: Stamp) -> int:
    """A person writes a note; private until the wall is released. Returns the note's id."""
    wall = walls.of(session, who, wall_id)
    earlier = submissions.known(session, who, stamp)
    if earlier is not None:
        return earlier.row_id or 0
    _require_open(wall)
    text = texts.required(text, NOTE_LENGTH)
    twice = None if stamp.key else _just_written(session, who, wall_id, text)
    if twice is not None:
        return twice
    note = Note(
        workshop_id=who.workshop_id,
        wall_id=wall_id,
        author_id=who.participant_id,
        table_id=_table_of(session, who),
        language=who.language,
        text=text,
        written_at=stamp.written_at,
        released_at=moment() if wall.released_at else None,
    )
    log.record(session, who, "note written", note)
    submissions.take(session, who, stamp, note.id)
    return note.id


def withdraw(session: Session, who: Who, note_id: int) -> None:
    """A person takes their own note back while it is still private."""
    note = of(session, who, note_id)
    if note.author_id != who.participant_id:
        raise Refused("not_found")
    if note.released_at is not None:
        raise Refused("note_released")
    note.withdrawn_at = moment()
    log.record(session, who, "note withdrawn", note)


def hide(session: Session, who: Who, note_id: int, reason: str) -> None:
    """Take a note off every screen, frozen ones too; it is kept with its reason and can be restored."""
    if reason not in HIDING_REASONS:
        raise Refused("bad_request")
    note = of(session, who, note_id)
    if note.hidden_at is None:
        note.hidden_at, note.hidden_reason = moment(), reason
        log.record(session, who, "note hidden", note, _next_turn(session, note), undoable=True)
        projectors.thaw(session, who)


def restore(session: Session, who: Who, note_id: int) -> None:
    """Show a hidden note again."""
    note = of(session, who, note_id)
    if note.hidden_at is not None:
        note.hidden_at, note.hidden_reason = None, None
        log.record(session, who, "note restored", note, _next_turn(session, note), undoable=True)


def _next_turn(session: Session, note: Note) -> Wall:
    # Whose note it is reads on their phone what became of it.
    wall = session.get_one(Wall, note.wall_id)
    wall.turn += 1
    return wall


def move(session: Session, who: Who, note_id: int, cluster_id: int | None, place: int | None = None) -> None:
    """Put a note into a cluster (None: back to the parking area) at `place` among its notes; the
    last move wins."""
    note = of(session, who, note_id)
    if cluster_id is not None and clusters.of(session, who, cluster_id).wall_id != note.wall_id:
        raise Refused("not_found")
    others = [other for other in _together(session, note.wall_id, cluster_id) if other.id != note.id]
    others.insert(len(others) if place is None else max(place, 0), note)
    note.cluster_id = cluster_id
    for position, each in enumerate(others):
        each.place = position
    log.record(session, who, "note moved", *others, undoable=True)


def merge_identical(session: Session, who: Who, wall_id: int) -> int:
    """Show notes with the same words once, with how many people wrote them; each keeps its own
    row and so its submitter. Returns how many were folded into another."""
    walls.of(session, who, wall_id)
    first: dict[str, Note] = {}
    already = _merged(session, wall_id)
    folded = []
    for note in _visible(session, wall_id):
        key = note.text.casefold()
        if key in first:
            for each in (note, *already[note.id]):
                each.merged_into = first[key].id
                folded.append(each)
        else:
            first[key] = note
    log.record(session, who, "notes merged", *folded, undoable=True)
    return len(folded)


def board(session: Session, wall: Readable[Wall], released_only: bool = True) -> Board:
    """The wall with its clusters and notes; sealed and hidden notes are left out by the query."""
    numbers = tables.numbers(session, wall.workshop_id)
    shown = _visible(session, wall.id, released_only)
    merged = _merged(session, wall.id)
    groups = {c.id: Group(c) for c in clusters.listed(session, wall.id)}
    parked = Group(None)
    texts_seen: defaultdict[str, int] = defaultdict(int)
    for note in shown:
        group = groups.get(note.cluster_id, parked) if note.cluster_id else parked
        group.notes.append(_shown(note, merged.get(note.id, []), numbers))
        texts_seen[note.text.casefold()] += 1
    written, writers = counts(session, wall.id)
    return Board(
        wall,
        list(groups.values()),
        parked,
        written,
        writers,
        _hidden(session, wall.id, numbers),
        sum(n - 1 for n in texts_seen.values()),
    )


def counts(session: Session, wall_id: int) -> tuple[int, int]:
    """How many notes have been written and kept, and by how many people."""
    query = select(func.count(), func.count(func.distinct(Note.author_id))).where(
        Note.wall_id == wall_id,
        col(Note.withdrawn_at).is_(None),
    )
    return session.exec(query).one()


def of_author(session: Session, wall_id: int, participant_id: int) -> list[Note]:
    """A person's own notes on a wall, newest first."""
    query = select(Note).where(
        Note.wall_id == wall_id,
        Note.author_id == participant_id,
        col(Note.withdrawn_at).is_(None),
    )
    return list(session.exec(query.order_by(col(Note.id).desc())))


def of(session: Session, who: Who, note_id: int) -> Note:
    """A note of this workshop."""
    note = session.get(Note, note_id)
    if note is None or note.workshop_id != who.workshop_id or note.withdrawn_at:
        raise Refused("not_found")
    return note


def _require_open(wall: Wall) -> None:
    if wall.state == "draft":
        raise Refused("wall_not_open")
    if wall.state != "open":
        raise Refused("wall_closed", at=wall.closed_at)


def _just_written(session: Session, who: Who, wall_id: int, text: str) -> int | None:
    # Without JavaScript a submission has no key: the same words again within moments are a double tap.
    query = select(Note.id).where(
        Note.wall_id == wall_id,
        Note.author_id == who.participant_id,
        Note.text == text,
        Note.received_at > moment() - DOUBLE_TAP,
    )
    return session.exec(query).first()


def _table_of(session: Session, who: Who) -> int | None:
    participant = session.get(Participant, who.participant_id)
    return participant.table_id if participant else None


def _visible(session: Session, wall_id: int, released_only: bool = True) -> list[Note]:
    query = select(Note).where(
        Note.wall_id == wall_id,
        col(Note.withdrawn_at).is_(None),
        col(Note.hidden_at).is_(None),
        col(Note.merged_into).is_(None),
    )
    if released_only:
        query = query.where(col(Note.released_at).is_not(None))
    return list(session.exec(query.order_by(col(Note.place), col(Note.id))))


def _together(session: Session, wall_id: int, cluster_id: int | None) -> list[Note]:
    query = select(Note).where(Note.wall_id == wall_id, Note.cluster_id == cluster_id)
    return list(session.exec(query.order_by(col(Note.place), col(Note.id))))


def _merged(session: Session, wall_id: int) -> defaultdict[int | None, list[Note]]:
    query = select(Note).where(
        Note.wall_id == wall_id,
        col(Note.merged_into).is_not(None),
        col(Note.hidden_at).is_(None),
    )
    into: defaultdict[int | None, list[Note]] = defaultdict(list)
    for note in session.exec(query):
        into[note.merged_into].append(note)
    return into


def _hidden(session: Session, wall_id: int, numbers: dict[int, int]) -> list[Shown]:
    query = select(Note).where(
        Note.wall_id == wall_id, col(Note.hidden_at).is_not(None), col(Note.withdrawn_at).is_(None)
    )
    return [_shown(note, [], numbers) for note in session.exec(query.order_by(col(Note.hidden_at)))]


def _shown(note: Note, merged: list[Note], numbers: dict[int, int]) -> Shown:
    everyone = [note, *merged]
    origins = sorted({numbers[each.table_id] for each in everyone if each.table_id in numbers})
    return Shown(note, len(everyone), origins)


def recorded(session: Session, workshop_id: int, sealed: Collection[str]) -> list[Any]:
    """Every note of a workshop without its author, in the order of its wall. `text` is None where it
    was withdrawn, was never released, or is hidden for a reason among `sealed`."""
    places = ("id", "wall_id", "table_id", "round", "language", "cluster_id", "merged_into")
    times = ("written_at", "received_at", "released_at", "withdrawn_at", "hidden_at", "hidden_reason")
    unseen = or_(
        col(Note.withdrawn_at).is_not(None),
        col(Note.released_at).is_(None),
        col(Note.hidden_reason).in_(sealed),
    )
    query = columns(
        *(col(getattr(Note, name)) for name in places + times),
        case((unseen, None), else_=col(Note.text)).label("text"),
    ).where(col(Note.workshop_id) == workshop_id)
    order = (col(Note.wall_id), col(Note.place), col(Note.id))
    return list(session.connection().execute(query.order_by(*order)))


def writers(session: Session, workshop_id: int) -> dict[int, int]:
    """How many people wrote the notes kept on each wall, by wall id."""
    query = (
        select(Note.wall_id, func.count(func.distinct(Note.author_id)))
        .where(Note.workshop_id == workshop_id, col(Note.withdrawn_at).is_(None))
        .group_by(col(Note.wall_id))
    )
    return dict(session.exec(query).all())
