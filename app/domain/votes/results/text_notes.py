"""The answers of a free text vote as notes: on a wall of the same item, shown when the result is.

The wall comes and goes with the result: while the vote is open again it is away with its notes, and it comes
back with those that still stand. Of a secret vote no note leads to a person; nor does the order of any.
"""

from collections import defaultdict

from sqlmodel import Session, col, select

from app.domain import log
from app.domain.select_rows import Readable
from app.domain.votes.results.text_answers import TextAnswer, tables_by_answer
from app.domain.who import Who
from app.models import Note, Vote, Wall
from app.models.base import moment

TAG = frozenset({"table_id"})


def show_wall(session: Session, who: Who, vote: Vote) -> list[Wall]:
    """The wall of a text vote whose result is being shown, new or brought back, with a note for each answer
    that counts; to be logged with what the caller does. None for other types, or where nobody answered."""
    if vote.type != "text":
        return []
    answers, wall = tables_by_answer(session, vote), wall_of(session, vote)
    if wall is None and not answers:
        return []
    wall = wall or _new_wall(session, who, vote)
    _match_notes(session, who, wall, answers)
    wall.removed_at, wall.staged_at, wall.turn = None, None, wall.turn + 1
    return [wall]


def refresh_wall(session: Session, who: Who, vote: Vote) -> None:
    """Bring the notes in step with the answers, after an undo has brought back the result."""
    wall = wall_of(session, vote) if vote.type == "text" and vote.revealed_at else None
    if wall is not None and not wall.removed_at:
        _match_notes(session, who, wall, tables_by_answer(session, vote))


def hide_wall(session: Session, vote: Vote) -> list[Wall]:
    """The wall of a vote whose result is hidden again, off the stage and away; to be logged by the caller."""
    wall = wall_of(session, vote) if vote.type == "text" else None
    if wall is None or wall.removed_at:
        return []
    wall.removed_at, wall.staged_at, wall.turn = moment(), None, wall.turn + 1
    return [wall]


def forget_writers(session: Session, who: Who, vote: Vote) -> None:
    """Take from the notes of a vote that has become more secret what it no longer promises to tell."""
    wall = wall_of(session, vote) if vote.type == "text" else None
    if wall is None:
        return
    notes = list(session.exec(select(Note).where(Note.wall_id == wall.id)))
    for note in notes:
        note.author_id = None
        note.table_id = None if vote.secrecy == "anonymous" else note.table_id
    log.record(session, who, "note untied", *notes)


def wall_of(session: Session, vote: Readable[Vote]) -> Wall | None:
    """The wall that holds the answers of a vote; it may be away."""
    return session.exec(select(Wall).where(Wall.vote_id == vote.id)).first()


def _new_wall(session: Session, who: Who, vote: Vote) -> Wall:
    now = moment()
    wall = Wall(
        workshop_id=vote.workshop_id,
        item_id=vote.item_id,
        vote_id=vote.id,
        prompt_en=vote.question_en,
        prompt_cy=vote.question_cy,
        state="closed",
        opened_at=vote.opened_at,
        closed_at=vote.closed_at,
        released_at=now,
        removed_at=now,
    )
    log.record(session, who, "wall made", wall)
    return wall


def _match_notes(session: Session, who: Who, wall: Wall, answers: dict[TextAnswer, list[int | None]]) -> None:
    """A note for each answer, no more and no fewer: an unchanged answer's stays where the room put it."""
    notes_by_answer: defaultdict[TextAnswer, list[Note]] = defaultdict(list)
    query = select(Note).where(Note.wall_id == wall.id, col(Note.withdrawn_at).is_(None))
    for note in session.exec(query.order_by(col(Note.merged_into).is_not(None), col(Note.id))):
        notes_by_answer[TextAnswer(note.text, note.language, note.author_id)].append(note)
    now = moment()
    surplus = [
        note for answer, notes in notes_by_answer.items() for note in notes[len(answers.get(answer, ())) :]
    ]
    for note in surplus:
        note.withdrawn_at, note.merged_into = now, None
    new = [
        Note(
            workshop_id=wall.workshop_id,
            wall_id=wall.id,
            author_id=answer.author,
            table_id=table,
            language=answer.language,
            text=answer.text,
            written_at=now,
            received_at=now,
            released_at=now,
        )
        for answer, tables in answers.items()
        for table in tables[len(notes_by_answer.get(answer, ())) :]
    ]
    log.record(session, who, "note withdrawn", *surplus)
    # Whose table it was is told by the row alone: a vote may become more secret, and the log only grows.
    log.record_each(session, who, "note written", new, but=TAG)
