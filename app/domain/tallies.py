"""What a vote came to: counted from the rows each time it is asked, on phones and on paper."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.domain import ballots, decisions, log, vote_types
from app.domain.decisions import Decision
from app.domain.vote_types import Ask, Counted, Given
from app.domain.who import Who
from app.models import Answer, Ballot, CountLine, CountSheet, Vote


@dataclass(frozen=True, slots=True)
class Tally:
    """A result: `result` is of the vote's type; `cast` = `phone` + `paper` ballots of an `electorate`;
    `contested` electors have answered differently and count once that is settled."""

    vote: Vote
    ask: Ask
    phone: int
    paper: int
    contested: int
    electorate: int
    result: Any
    decision: Decision | None

    @property
    def cast(self) -> int:
        return self.phone + self.paper


def tally(session: Session, vote: Vote) -> Tally:
    """The result of a vote as things stand."""
    ask = ballots.asks(session, vote)
    channels = _channels(session, vote.id)
    on_sheets, lines = _sheets(session, ask, vote.id)
    paper = channels["paper"] + on_sheets
    result = vote_types.result(ask, _counted(session, ask, vote.id, lines), channels["phone"] + paper)
    weighed = vote_types.weighed(ask, result)
    decision = decisions.decide(vote.rule, vote.rule_share, vote.abstentions, weighed) if weighed else None
    electorate = vote.electorate_size or 0
    return Tally(
        vote, ask, channels["phone"], paper, _contested(session, vote.id), electorate, result, decision
    )


def preview(session: Session, who: Who, vote_id: int) -> Tally:
    """The running result for one facilitator's eyes; that it was looked at is logged."""
    vote = ballots.vote_of(session, who, vote_id, alone=False)
    found = tally(session, vote)
    log.note(session, who, "result previewed", "vote", vote.id, ballots=found.cast)
    return found


def _counted(session: Session, ask: Ask, vote_id: int, lines: list[Counted]) -> Sequence[Any]:
    if vote_types.rules(ask.type).BY == "ballots":
        return list(whole_ballots(session, vote_id).items())
    counted = Counter({given: n for given, n in _answers(session, vote_id)})
    for given, n in lines:
        counted[given] += n
    return [Counted(given, n) for given, n in counted.items()]


def _answers(session: Session, vote_id: int) -> list[Counted]:
    columns = (col(Answer.option_id), col(Answer.criterion_id), col(Answer.value))
    query = (
        select_columns(*columns, func.count())
        .join(Ballot, col(Ballot.id) == Answer.ballot_id)
        .where(col(Answer.vote_id) == vote_id, col(Ballot.standing) == "counted")
        .group_by(*columns)
    )
    rows = session.connection().execute(query)
    return [Counted(Given(option, criterion, value), n) for option, criterion, value, n in rows]


def whole_ballots(session: Session, vote_id: int) -> Counter[tuple[Given, ...]]:
    """How often each ballot was cast, as a whole."""
    query = (
        select_columns(
            col(Answer.ballot_id), col(Answer.option_id), col(Answer.criterion_id), col(Answer.value)
        )
        .join(Ballot, col(Ballot.id) == Answer.ballot_id)
        .where(col(Answer.vote_id) == vote_id, col(Ballot.standing) == "counted")
        .order_by(col(Answer.ballot_id), col(Answer.place))
    )
    found: dict[int, list[Given]] = {}
    for ballot, *answer in session.connection().execute(query):
        found.setdefault(ballot, []).append(Given(*answer))
    return Counter(tuple(given) for given in found.values())


def _channels(session: Session, vote_id: int) -> Counter[str]:
    query = (
        select(Ballot.channel, func.count())
        .where(Ballot.vote_id == vote_id, Ballot.standing == "counted")
        .group_by(col(Ballot.channel))
    )
    return Counter(dict(session.exec(query).all()))


def _contested(session: Session, vote_id: int) -> int:
    query = select(func.count(func.distinct(Ballot.elector_id)))
    return session.exec(query.where(Ballot.vote_id == vote_id, Ballot.standing == "contested")).one()


def on_sheets(session: Session, vote_id: int) -> int:
    """How many ballots the count sheets of a vote hold."""
    query = select(func.coalesce(func.sum(CountSheet.ballots), 0))
    return session.exec(
        query.where(CountSheet.vote_id == vote_id, col(CountSheet.replaced_at).is_(None))
    ).one()


def _sheets(session: Session, ask: Ask, vote_id: int) -> tuple[int, list[Counted]]:
    """The ballots of count sheets, and what is on them: choices, or dots one by one."""
    held = on_sheets(session, vote_id)
    if not held:
        return 0, []
    query = (
        select(CountLine.option_id, func.sum(CountLine.n))
        .join(CountSheet, col(CountSheet.id) == CountLine.sheet_id)
        .where(CountLine.vote_id == vote_id, col(CountSheet.replaced_at).is_(None))
        .group_by(col(CountLine.option_id))
    )
    value = 1 if ask.type == "dots" else None
    return held, [Counted(Given(option, None, value), n) for option, n in session.exec(query)]


def chosen(session: Session, vote_ids: list[int]) -> dict[int, int]:
    """How many ballots of these votes (and no others) name each option, by option id."""
    query = (
        select(Answer.option_id, func.count())
        .join(Ballot, col(Ballot.id) == Answer.ballot_id)
        .where(col(Answer.vote_id).in_(vote_ids), col(Ballot.standing) == "counted")
        .group_by(col(Answer.option_id))
    )
    return dict(session.exec(query).all())
