"""The answers of a free text vote as notes: on a wall of the same item, shown when the result is.

The wall comes and goes with the result: while the vote is open again it is away with its notes, and it comes
back with those that still stand. Of a secret vote no note leads to a person; nor does the order of any.
"""

from collections import Counter, defaultdict
from typing import NamedTuple

from sqlmodel import Session, col, select

from app.domain import log
from app.domain.select_rows import Readable
from app.domain.votes.ballots.ballot_rows import is_counted
from app.domain.votes.results import suppression
from app.domain.who import Who
from app.models import Answer, Ballot, Note, Participant, Vote, Wall, Workshop
from app.models.base import moment

TAG = frozenset({"table_id"})


class Told(NamedTuple):
    """What one answer says, and what its note may tell of who gave it."""

    text: str
    language: str
    author: int | None


def put_up(session: Session, who: Who, vote: Vote) -> list[Wall]:
    """The wall of a text vote whose result is being shown, new or brought back, with a note for each answer
    that counts; to be logged with what the caller does. None for other types, or where nobody answered."""
    if vote.type != "text":
        return []
    told, wall = _told(session, vote), wall_of(session, vote)
    if wall is None and not told:
        return []
    wall = wall or _new(session, who, vote)
    _match(session, who, wall, told)
    wall.removed_at, wall.staged_at, wall.turn = None, None, wall.turn + 1
    return [wall]


def refresh(session: Session, who: Who, vote: Vote) -> None:
    """Bring the notes in step with the answers, after an undo has brought back the result."""
    wall = wall_of(session, vote) if vote.type == "text" and vote.revealed_at else None
    if wall is not None and not wall.removed_at:
        _match(session, who, wall, _told(session, vote))


def take_down(session: Session, vote: Vote) -> list[Wall]:
    """The wall of a vote whose result is hidden again, off the stage and away; to be logged by the caller."""
    wall = wall_of(session, vote) if vote.type == "text" else None
    if wall is None or wall.removed_at:
        return []
    wall.removed_at, wall.staged_at, wall.turn = moment(), None, wall.turn + 1
    return [wall]


def untie(session: Session, who: Who, vote: Vote) -> None:
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


def _new(session: Session, who: Who, vote: Vote) -> Wall:
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


def _told(session: Session, vote: Vote) -> dict[Told, list[int | None]]:
    """The tables of what was answered, by what it says, in alphabetical order. Of a vote with group tags a
    table is told only where it is no smaller than a breakdown may show."""
    query = (
        select(Answer.text, Participant.language, Ballot.voter_id, Ballot.table_id)
        .join(Ballot, col(Ballot.id) == Answer.ballot_id)
        .join(Participant, col(Participant.id) == Ballot.voter_id, isouter=True)
        .where(Answer.vote_id == vote.id, is_counted())
    )
    rows = session.exec(query).all()
    may, named = _tables(session, vote, Counter(row[3] for row in rows)), vote.secrecy == "named"
    found: defaultdict[Told, list[int | None]] = defaultdict(list)
    for text, language, author, table in rows:
        told = Told(text or "", language or "en", author if named else None)
        found[told].append(table if table in may else None)
    order = sorted(found, key=lambda told: (told.text.casefold(), told.text, told.language, told.author or 0))
    return {told: found[told] for told in order}


def _tables(session: Session, vote: Vote, answers: Counter[int | None]) -> set[int]:
    """The tables that notes may tell."""
    counts = {table: [n] for table, n in answers.items() if table is not None}
    if vote.secrecy == "named":
        return set(counts)
    if vote.secrecy == "anonymous":
        return set()
    smallest = session.exec(select(Workshop.smallest_group).where(Workshop.id == vote.workshop_id)).one()
    return set(suppression.shown(counts, smallest, [answers[None]]))


def _match(session: Session, who: Who, wall: Wall, told: dict[Told, list[int | None]]) -> None:
    """A note for each answer, no more and no fewer: those that stand stay where the room has put them."""
    standing: defaultdict[Told, list[Note]] = defaultdict(list)
    query = select(Note).where(Note.wall_id == wall.id, col(Note.withdrawn_at).is_(None))
    for note in session.exec(query.order_by(col(Note.merged_into).is_not(None), col(Note.id))):
        standing[Told(note.text, note.language, note.author_id)].append(note)
    now = moment()
    gone = [note for key, notes in standing.items() for note in notes[len(told.get(key, ())) :]]
    for note in gone:
        note.withdrawn_at, note.merged_into = now, None
    new = [
        Note(
            workshop_id=wall.workshop_id,
            wall_id=wall.id,
            author_id=each.author,
            table_id=table,
            language=each.language,
            text=each.text,
            written_at=now,
            received_at=now,
            released_at=now,
        )
        for each, tables in told.items()
        for table in tables[len(standing.get(each, ())) :]
    ]
    log.record(session, who, "note withdrawn", *gone)
    # Whose table it was is told by the row alone: a vote may become more secret, and the log only grows.
    log.record_each(session, who, "note written", new, but=TAG)
