"""What was answered in words, and what a note of it may say of who gave it."""

from collections import Counter, defaultdict
from typing import NamedTuple

from sqlmodel import Session, col, select

from app.domain.votes.ballots.ballot_rows import is_counted
from app.domain.votes.results import suppression
from app.domain.votes.results.group_counts import smallest_group
from app.models import Answer, Ballot, Participant, Vote


class TextAnswer(NamedTuple):
    """What one answer says, and what its note may say of who gave it."""

    text: str
    language: str
    author: int | None


def tables_by_answer(session: Session, vote: Vote) -> dict[TextAnswer, list[int | None]]:
    """The tables of what was answered, by what it says, in alphabetical order. Of a vote with group tags a
    table is told only where it is no smaller than a breakdown may show."""
    query = (
        select(Answer.text, Participant.language, Ballot.voter_id, Ballot.table_id)
        .join(Ballot, col(Ballot.id) == Answer.ballot_id)
        .join(Participant, col(Participant.id) == Ballot.voter_id, isouter=True)
        .where(Answer.vote_id == vote.id, is_counted())
    )
    rows = session.exec(query).all()
    may, named = _tables_to_tell(session, vote, Counter(row[3] for row in rows)), vote.secrecy == "named"
    found: defaultdict[TextAnswer, list[int | None]] = defaultdict(list)
    for text, language, author, table in rows:
        answer = TextAnswer(text or "", language or "en", author if named else None)
        found[answer].append(table if table in may else None)
    order = sorted(
        found, key=lambda answer: (answer.text.casefold(), answer.text, answer.language, answer.author or 0)
    )
    return {answer: found[answer] for answer in order}


def _tables_to_tell(session: Session, vote: Vote, answers: Counter[int | None]) -> set[int]:
    """The tables that notes may tell."""
    counts = {table: [n] for table, n in answers.items() if table is not None}
    if vote.secrecy == "named":
        return set(counts)
    if vote.secrecy == "anonymous":
        return set()
    return set(suppression.groups_to_show(counts, smallest_group(session, vote), [answers[None]]))
