"""Notes: written privately, taken back while still private, and each person's own."""

from datetime import timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.domain import log, nouns, submissions, texts
from app.domain.notes import walls
from app.domain.submissions import Stamp
from app.domain.who import Who
from app.errors import Refused
from app.models import Note, Participant, Wall
from app.models.base import moment
from app.models.notes import NOTE_LENGTH

DOUBLE_TAP = timedelta(seconds=30)

nouns.register(Note, nouns.Undoing())


def add(session: Session, who: Who, wall_id: int, text: str, stamp: Stamp) -> int:
    """A person writes a note; private until the wall is released. Returns the note's id, the same
    for a submission delivered twice.

    Refused("wall_not_open") for a draft, Refused("wall_closed") after it, Refused("text_empty"),
    Refused("text_too_long"), Refused("key_reused").
    """
    wall = walls.wall_of(session, who, wall_id)
    earlier = submissions.earlier_delivery(session, who, stamp)
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
    submissions.remember(session, who, stamp, note.id)
    return note.id


def withdraw(session: Session, who: Who, note_id: int) -> None:
    """A person takes their own note back while it is still private; Refused("note_released") afterwards,
    Refused("not_found") for somebody else's."""
    note = note_of(session, who, note_id)
    if note.author_id != who.participant_id:
        raise Refused("not_found")
    if note.released_at is not None:
        raise Refused("note_released")
    note.withdrawn_at = moment()
    log.record(session, who, "note withdrawn", note)


def note_counts(session: Session, wall_id: int) -> tuple[int, int]:
    """How many notes of a wall were written and not withdrawn, and by how many people."""
    query = select(func.count(), func.count(func.distinct(Note.author_id))).where(
        Note.wall_id == wall_id,
        col(Note.withdrawn_at).is_(None),
    )
    return session.exec(query).one()


def notes_of_author(session: Session, wall_id: int, participant_id: int) -> list[Note]:
    """A person's own notes on a wall, newest first."""
    query = select(Note).where(
        Note.wall_id == wall_id,
        Note.author_id == participant_id,
        col(Note.withdrawn_at).is_(None),
    )
    return list(session.exec(query.order_by(col(Note.id).desc())))


def note_of(session: Session, who: Who, note_id: int) -> Note:
    """A note of this workshop that was not withdrawn; Refused("not_found") for any other."""
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
