"""What a record may say of single ballots beyond what they say: whose a named one is, and reasons."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import case, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.domain.votes.ballots.ballot_rows import is_counted
from app.domain.votes.confirmations.later_answers import LaterAnswer
from app.domain.votes.types.question import AnswerValue
from app.models import Answer, Ballot, Elector, Organisation, Participant, Vote

NAMED = col(Vote.secrecy) == "named"
CONDITIONS = NAMED & (col(Vote.unit) == "organisations")


class NamedBallot(NamedTuple):
    """A ballot of a vote that is not secret: `voter` is the organisation, or what the person called
    themselves ("" for nothing); `reason` is an organisation's condition. A person's reason is
    listed elsewhere, without a name. `later` is what an organisation has said since, where it was asked."""

    voter: str
    reason: str
    answers: tuple[AnswerValue, ...]
    later: LaterAnswer | None = None


def of_votes(session: Session, vote_ids: Sequence[int]) -> dict[int, list[NamedBallot]]:
    """The ballots that count of those votes among these that are named, by vote id."""
    ballot_columns: list[Any] = [
        Ballot.vote_id,
        Ballot.id,
        func.coalesce(Organisation.name, Participant.name, ""),
        case((CONDITIONS, Ballot.reason), else_=""),
    ]
    answer_columns: list[Any] = [Answer.option_id, Answer.criterion_id, Answer.value]
    query = (
        select_columns(*ballot_columns, *answer_columns)
        .join(Vote, col(Vote.id) == Ballot.vote_id)
        .join(Answer, col(Answer.ballot_id) == Ballot.id)
        .join(Elector, col(Elector.id) == Ballot.elector_id, isouter=True)
        .join(Organisation, col(Organisation.id) == Elector.organisation_id, isouter=True)
        .join(Participant, col(Participant.id) == Elector.participant_id, isouter=True)
        .where(col(Ballot.vote_id).in_(vote_ids), is_counted(), NAMED)
        .order_by(col(Ballot.id), col(Answer.place))
    )
    ballots: dict[int, tuple[int, NamedBallot]] = {}
    for vote_id, ballot, voter, reason, *answer in session.connection().execute(query):
        _, named = ballots.get(ballot, (vote_id, NamedBallot(voter, reason, ())))
        ballots[ballot] = vote_id, named._replace(answers=(*named.answers, AnswerValue(*answer)))
    found: dict[int, list[NamedBallot]] = {}
    for vote_id, named in ballots.values():
        found.setdefault(vote_id, []).append(named)
    return found


def reasons(session: Session, vote_ids: Sequence[int]) -> dict[int, list[str]]:
    """The reasons given with the ballots that count of these votes, by vote id: in alphabetical order, so
    that nothing tells whose they are or what they go with. Those of named organisations stand with their
    ballots."""
    query = (
        select(Ballot.vote_id, Ballot.reason)
        .join(Vote, col(Vote.id) == Ballot.vote_id)
        .where(col(Ballot.vote_id).in_(vote_ids), is_counted(), Ballot.reason != "", ~CONDITIONS)
    )
    found: dict[int, list[str]] = {}
    for vote_id, reason in sorted(session.exec(query), key=lambda each: (each[1].casefold(), each[1])):
        found.setdefault(vote_id, []).append(reason)
    return found
