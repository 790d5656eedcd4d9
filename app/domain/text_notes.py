"""The answers of a free text vote as notes: on a wall of the same item, shown when the result is.

The wall comes and goes with the result: while the vote is open again it is away with its notes, and it comes back
with those that still stand. Of a secret vote no note leads to a person; nor does the order of any.
"""

from collections import Counter, defaultdict

from sqlmodel import Session, col, select

from app.domain import log
from app.domain.who import Who
from app.errors import Refused
from app.models import Answer, Ballot, LogEntry, Note, Participant, Vote, Wall
from app.models.base import moment

MADE = "answers became notes"
Told = tuple[str, str, int | None, int | None]  # text, language, author, table


def put_up(session: Session, who: Who, vote: Vote) -> list[Wall]:
    """The wall of a text vote whose result is being shown, new or brought back, with a note for each answer that
    counts; to be logged with what the caller does. Empty for other types, and where nobody has answered."""
    if vote.type != "text":
        return []
    told = _told(session, vote)
    wall = wall_of(session, vote)
    if wall is None and not told:
        return []
    if wall is None:
        wall = _new(session, who, vote)
    _match(session, who, wall, told)
    wall.removed_at, wall.turn = None, wall.turn + 1
    return [wall]


def take_down(session: Session, vote: Vote) -> list[Wall]:
    """The wall of a vote whose result is hidden again, off the stage and away; to be logged by the caller."""
    wall = wall_of(session, vote) if vote.type == "text" else None
    if wall is None or wall.removed_at:
        return []
    wall.removed_at, wall.staged_at, wall.turn = moment(), None, wall.turn + 1
    return [wall]


def untie(session: Session, vote: Vote) -> None:
    """Take from the notes of a vote that has become more secret what it promises no more to tell."""
    wall = wall_of(session, vote)
    if wall is None or vote.secrecy == "named":
        return
    for note in session.exec(select(Note).where(Note.wall_id == wall.id)):
        note.author_id = None
        if vote.secrecy == "anonymous":
            note.table_id = None
        session.add(note)


def wall_of(session: Session, vote: Vote) -> Wall | None:
    """The wall that holds the answers of a vote, as the log tells; it may be away."""
    for line in session.exec(_made(vote.workshop_id)):
        if (line.changes or {}).get("note", {}).get("vote") == vote.id:
            return session.get(Wall, line.row_id)
    return None


def require_other(session: Session, wall: Wall) -> None:
    """Refused for a wall that holds the answers of a vote: nothing else is written on it."""
    if session.exec(_made(wall.workshop_id).where(LogEntry.row_id == wall.id)).first() is not None:
        raise Refused("wall_of_vote")


def _made(workshop_id: int):
    return select(LogEntry).where(LogEntry.workshop_id == workshop_id, LogEntry.what == MADE)


def _new(session: Session, who: Who, vote: Vote) -> Wall:
    now = moment()
    wall = Wall(
        workshop_id=vote.workshop_id,
        item_id=vote.item_id,
        prompt_en=vote.question_en,
        prompt_cy=vote.question_cy,
        state="closed",
        opened_at=vote.opened_at,
        closed_at=vote.closed_at,
        released_at=now,
        removed_at=now,
    )
    log.record(session, who, "wall made", wall)
    log.note(session, who, MADE, "wall", wall.id, vote=vote.id)
    return wall


def _told(session: Session, vote: Vote) -> list[Told]:
    """What was answered, in alphabetical order, with what the notes may tell of those who did."""
    query = (
        select(Answer.text, Participant.language, Ballot.voter_id, Ballot.table_id)
        .join(Ballot, col(Ballot.id) == Answer.ballot_id)
        .join(Participant, col(Participant.id) == Ballot.voter_id, isouter=True)
        .where(Answer.vote_id == vote.id, Ballot.standing == "counted")
    )
    named, tagged = vote.secrecy == "named", vote.secrecy != "anonymous"
    found = [
        (text or "", language or "en", author if named else None, table if tagged else None)
        for text, language, author, table in session.exec(query)
    ]
    return sorted(found, key=lambda each: (each[0].casefold(), each[0], each[1], each[2] or 0, each[3] or 0))


def _match(session: Session, who: Who, wall: Wall, told: list[Told]) -> None:
    """A note for each answer, no more and no fewer: those that stand stay where the room has put them."""
    standing: defaultdict[Told, list[Note]] = defaultdict(list)
    query = select(Note).where(Note.wall_id == wall.id, col(Note.withdrawn_at).is_(None))
    for note in session.exec(query.order_by(col(Note.merged_into).is_not(None), col(Note.id))):
        standing[note.text, note.language, note.author_id, note.table_id].append(note)
    wanted, now = Counter(told), moment()
    gone = [note for key, notes in standing.items() for note in notes[wanted[key] :]]
    for note in gone:
        note.withdrawn_at, note.merged_into = now, None
    fresh = [key for key, n in wanted.items() for _ in range(n - len(standing[key]))]
    new = [
        Note(
            workshop_id=wall.workshop_id,
            wall_id=wall.id,
            author_id=author,
            table_id=table,
            language=language,
            text=text,
            written_at=now,
            received_at=now,
            released_at=now,
        )
        for text, language, author, table in fresh
    ]
    log.record(session, who, "note withdrawn", *gone)
    log.record(session, who, "note written", *new)
