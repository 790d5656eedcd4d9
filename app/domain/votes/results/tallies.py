"""What a vote came to: counted from the rows each time it is asked, on phones and on paper."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.domain import log
from app.domain.select_rows import Readable
from app.domain.votes import decisions, lookup
from app.domain.votes.ballots.ballot_rows import is_counted
from app.domain.votes.decisions import Decision, Share
from app.domain.votes.types import registry
from app.domain.votes.types.question import AnswerValue, Question
from app.domain.votes.types.result import Counted, Result, Weighed
from app.domain.who import Who
from app.models import Answer, Ballot, CountLine, CountSheet, Vote


@dataclass(frozen=True, slots=True)
class Tally:
    """A result: `result` is of the vote's type; `cast` = `phone` + `paper` ballots of an `electorate`;
    `contested` electors have answered differently and count once that is settled. What the room is shown
    with it is filled in by results.whole."""

    vote: Readable[Vote]
    question: Question
    phone: int
    paper: int
    contested: int
    electorate: int
    result: Result
    decision: Decision | None
    comparison: Any = None
    shift: Any = None
    lots: Sequence[Any] = ()
    commitments: Sequence[Any] = ()

    @property
    def cast(self) -> int:
        return self.phone + self.paper


@dataclass(frozen=True, slots=True)
class Cast:
    """How many ballots of a vote count, by how they came: of the `paper` ones, `sheets` stand only as numbers
    on count sheets. `contested` electors have answered differently."""

    phone: int = 0
    paper: int = 0
    sheets: int = 0
    contested: int = 0


def tally(session: Session, vote: Readable[Vote]) -> Tally:
    """The result of a vote as things stand."""
    return of_votes(session, [(vote, lookup.question_of(session, vote))])[0]


def of_votes(session: Session, votes: Sequence[tuple[Readable[Vote], Question]]) -> list[Tally]:
    """The results of votes and what they ask, as things stand: a few queries, whatever their number."""
    by = {vote.id: registry.type_of(question.type).by for vote, question in votes}
    came = casts(session, list(by))
    counted: dict[int, Sequence[Any]] = {}
    if whole := [number for number in by if by[number] == "ballots"]:
        found = whole_ballots(session, whole)
        counted |= {number: list(found[number].items()) for number in whole}
    if single := [number for number in by if by[number] == "answers"]:
        answers = _answers(session, single)
        if any(came[number].sheets for number in single):
            _add_sheets(session, answers, votes)
        counted |= {number: [Counted(*each) for each in answers[number].items()] for number in single}
    return [_tally(vote, question, came[vote.id], counted[vote.id]) for vote, question in votes]


def _tally(vote: Readable[Vote], question: Question, came: Cast, counted: Sequence[Any]) -> Tally:
    result = registry.type_of(question.type).result(question, counted, came.phone + came.paper)
    weighed = result.weighed()
    decision = _decision(vote, question, weighed, result) if weighed else None
    electorate = vote.electorate_size or 0
    return Tally(vote, question, came.phone, came.paper, came.contested, electorate, result, decision)


def _decision(vote: Readable[Vote], question: Question, weighed: Weighed, result: Result) -> Decision | None:
    share = Share(vote.rule_part, vote.rule_whole) if vote.rule_part and vote.rule_whole else None
    option_counts = () if question.takes_sides else result.option_counts()
    return decisions.decide(vote.rule, share, vote.abstentions, weighed, option_counts)


def preview(session: Session, who: Who, vote_id: int) -> Tally:
    """The running result for one facilitator's eyes; that it was looked at is logged."""
    vote = lookup.vote_of(session, who, vote_id, lock="shared")
    found = tally(session, vote)
    log.note(session, who, "result previewed", "vote", vote.id, ballots=found.cast)
    return found


def casts(session: Session, vote_ids: Sequence[int]) -> dict[int, Cast]:
    """How many ballots of these votes count, by vote id; of what they say, nothing is looked at."""
    of_these = col(Ballot.vote_id).in_(vote_ids)
    query = (
        select_columns(col(Ballot.vote_id), col(Ballot.channel), func.count())
        .where(of_these, is_counted())
        .group_by(col(Ballot.vote_id), col(Ballot.channel))
    )
    n = {tuple(key): count for *key, count in session.connection().execute(query)}
    disputed = (
        select(Ballot.vote_id, func.count(func.distinct(Ballot.elector_id)))
        .where(of_these, Ballot.standing == "contested")
        .group_by(col(Ballot.vote_id))
    )
    contested = dict(session.exec(disputed).all())
    sheets = _sheets(session, vote_ids)
    return {
        vote_id: Cast(
            n.get((vote_id, "phone"), 0),
            n.get((vote_id, "paper"), 0) + sheets.get(vote_id, 0),
            sheets.get(vote_id, 0),
            contested.get(vote_id, 0),
        )
        for vote_id in vote_ids
    }


def _answers(session: Session, vote_ids: Sequence[int]) -> dict[int, Counter[AnswerValue]]:
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
    said: dict[tuple[int, int], list[AnswerValue]] = {}
    for vote_id, ballot, *answer in session.connection().execute(query):
        said.setdefault((vote_id, ballot), []).append(AnswerValue(*answer))
    found: dict[int, Counter[tuple[AnswerValue, ...]]] = {vote_id: Counter() for vote_id in vote_ids}
    for (vote_id, _), given in said.items():
        found[vote_id][tuple(given)] += 1
    return found


def on_sheets(session: Session, vote_id: int) -> int:
    """How many ballots the count sheets of a vote hold."""
    return _sheets(session, [vote_id]).get(vote_id, 0)


def _sheets(session: Session, vote_ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(CountSheet.vote_id, func.sum(CountSheet.ballots))
        .where(col(CountSheet.vote_id).in_(vote_ids), col(CountSheet.replaced_at).is_(None))
        .group_by(col(CountSheet.vote_id))
    )
    return {vote_id: int(n) for vote_id, n in session.exec(query)}


def _add_sheets(
    session: Session,
    answers: dict[int, Counter[AnswerValue]],
    votes: Sequence[tuple[Readable[Vote], Question]],
) -> None:
    """What is on count sheets besides: choices, or dots one by one."""
    held = [vote.id for vote, _ in votes if vote.id in answers]
    columns = (col(CountLine.vote_id), col(CountLine.option_id))
    query = (
        select_columns(*columns, func.sum(CountLine.n))
        .join(CountSheet, col(CountSheet.id) == CountLine.sheet_id)
        .where(columns[0].in_(held), col(CountSheet.replaced_at).is_(None))
        .group_by(*columns)
    )
    for vote_id, option, n in session.connection().execute(query):
        answers[vote_id][AnswerValue(option)] += int(n)
