"""How often each answer was given, or each whole ballot cast: what results are counted from."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from app.domain.select_rows import Readable
from app.domain.votes.ballots.ballot_rows import is_counted
from app.domain.votes.types.question import AnswerValue, Question
from app.models import Answer, Ballot, CountLine, CountSheet, Vote


def single_answers(session: Session, vote_ids: Sequence[int]) -> dict[int, Counter[AnswerValue]]:
    """How often each answer was given on ballots that count, by vote id; sheets are not among them."""
    found: dict[int, Counter[AnswerValue]] = {vote_id: Counter() for vote_id in vote_ids}
    columns: list[Any] = [Answer.vote_id, Answer.option_id, Answer.criterion_id, Answer.value]
    query = (
        select_columns(*columns, func.count())
        .join(Ballot, col(Ballot.id) == Answer.ballot_id)
        .where(col(Answer.vote_id).in_(vote_ids), is_counted())
        .group_by(*columns)
    )
    for vote_id, *answer, n in session.connection().execute(query):
        found[vote_id][AnswerValue(*answer)] = n
    return found


def whole_ballots(session: Session, vote_ids: Sequence[int]) -> dict[int, Counter[tuple[AnswerValue, ...]]]:
    """How often each ballot was cast, as a whole, by vote id: nothing tells whose it is, or when it came.
    Texts are left out: they are notes, and seen as those are."""
    columns: list[Any] = [
        Answer.vote_id,
        Answer.ballot_id,
        Answer.option_id,
        Answer.criterion_id,
        Answer.value,
    ]
    query = (
        select_columns(*columns)
        .join(Ballot, col(Ballot.id) == Answer.ballot_id)
        .where(col(Answer.vote_id).in_(vote_ids), is_counted())
        .order_by(col(Answer.ballot_id), col(Answer.place))
    )
    answers_of_ballot: dict[tuple[int, int], list[AnswerValue]] = {}
    for vote_id, ballot, *answer in session.connection().execute(query):
        answers_of_ballot.setdefault((vote_id, ballot), []).append(AnswerValue(*answer))
    found: dict[int, Counter[tuple[AnswerValue, ...]]] = {vote_id: Counter() for vote_id in vote_ids}
    for (vote_id, _), answers in answers_of_ballot.items():
        found[vote_id][tuple(answers)] += 1
    return found


def add_sheets(
    session: Session,
    answers: dict[int, Counter[AnswerValue]],
    votes: Sequence[tuple[Readable[Vote], Question]],
) -> None:
    """Add to `answers` what the count sheets of these votes hold: choices, or dots one by one."""
    vote_ids = [vote.id for vote, _ in votes if vote.id in answers]
    columns = (col(CountLine.vote_id), col(CountLine.option_id))
    query = (
        select_columns(*columns, func.sum(CountLine.n))
        .join(CountSheet, col(CountSheet.id) == CountLine.sheet_id)
        .where(columns[0].in_(vote_ids), col(CountSheet.replaced_at).is_(None))
        .group_by(*columns)
    )
    for vote_id, option, n in session.connection().execute(query):
        answers[vote_id][AnswerValue(option)] += int(n)
