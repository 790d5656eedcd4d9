"""Receipts: what every ballot says, under the number only its voter was given."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.domain.votes import lookup
from app.domain.votes.ballots.ballot_rows import is_counted
from app.domain.votes.results import turnout_counts
from app.domain.votes.types.question import AnswerValue, Question
from app.domain.who import Who
from app.errors import Refused
from app.models import Answer, Ballot, Vote


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one ballot says, under the receipt its voter was given."""

    receipt: str
    answers: list[AnswerValue]


@dataclass(frozen=True, slots=True)
class Receipts:
    """The receipts of a vote in their own order; `without` ballots have none: those on count sheets."""

    vote: Vote
    question: Question
    lines: list[Receipt]
    without: int


def published(session: Session, who: Who, vote_id: int) -> Receipts:
    """What every ballot of a vote with receipts says, by receipt: `Refused("not_found")` where it has none,
    `Refused("receipts_hidden")` before the result is shown."""
    vote = lookup.vote_of(session, who, vote_id)
    if not vote.receipts:
        raise Refused("not_found")
    if not lookup.is_shown(vote):
        raise Refused("receipts_hidden")
    query = (
        select(Ballot.id, Ballot.receipt, Answer)
        .join(Answer, col(Answer.ballot_id) == Ballot.id)
        .where(Ballot.vote_id == vote_id, is_counted())
        .order_by(col(Ballot.id), col(Answer.place))
    )
    lines: dict[int, Receipt] = {}
    for ballot_id, receipt, answer in session.exec(query):
        line = lines.setdefault(ballot_id, Receipt(receipt or "", []))
        line.answers.append(AnswerValue(answer.option_id, answer.criterion_id, answer.value, answer.text))
    listed = sorted((line for line in lines.values() if line.receipt), key=lambda line: line.receipt)
    without = len(lines) - len(listed) + turnout_counts.on_sheets(session, vote_id)
    return Receipts(vote, lookup.question_of(session, vote), listed, without)
