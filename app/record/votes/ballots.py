"""What the record says of single ballots: the answers of each, in an order that gives nothing else away."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session

from app.domain.select_rows import Readable
from app.domain.votes.confirmations import commitments, later_answers
from app.domain.votes.confirmations.later_answers import LaterAnswer
from app.domain.votes.results import answer_counts, named_ballots
from app.domain.votes.results.named_ballots import NamedBallot
from app.domain.votes.results.tallies import Tally
from app.domain.votes.types.question import AnswerValue, Question
from app.models import Vote
from app.record.votes.ballot_lines import AnswerLine, BallotLine, ConfirmationLine

SortKey = tuple[tuple[int, int, bool, int], ...]


@dataclass(frozen=True, slots=True)
class BallotsAndReasons:
    """The ballots of votes, and the reasons without a name, by vote id."""

    ballots: Mapping[int, list[BallotLine]]
    reasons: Mapping[int, list[str]]


def ballots_and_reasons(
    session: Session, found: Iterable[Tally], may_be_listed: Callable[[Readable[Vote]], bool], names: bool
) -> BallotsAndReasons:
    """The ballots of those votes that may be listed; whose a named one is only where `names` may be told.

    They stand in the order of what they say, so that two downloads are the same and no order of time, screens
    or rows is in either. Of no other vote is a group told: suppression keeps counts of groups safe, but the
    answers of one ballot together with its table may be somebody's.
    """
    listed = {tally.vote.id: tally for tally in found if may_be_listed(tally.vote)}
    by_name = [number for number, tally in listed.items() if names and tally.vote.secrecy == "named"]
    named = named_ballots.of_votes(session, by_name)
    secret = answer_counts.whole_ballots(session, [number for number in listed if number not in by_name])
    ballots = {number: _named_lines(listed[number].question, those) for number, those in named.items()}
    ballots |= {
        number: _secret_lines(listed[number].question, those.elements()) for number, those in secret.items()
    }
    return BallotsAndReasons(ballots, named_ballots.reasons(session, list(listed)))


def confirmations_by_vote(
    session: Session, found: Iterable[Tally], may_be_listed: Callable[[Readable[Vote]], bool], names: bool
) -> dict[int, list[ConfirmationLine]]:
    """What organisations said later of the votes whose ballots may be listed with names, by vote id."""
    questions = {
        tally.vote.id: tally.question
        for tally in found
        if names and may_be_listed(tally.vote) and commitments.is_commitment(tally.vote)
    }
    later = later_answers.by_vote(session, list(questions))
    return {
        number: [_confirmation_line(questions[number], each) for each in those]
        for number, those in later.items()
    }


def _confirmation_line(question: Question, later: LaterAnswer) -> ConfirmationLine:
    option, _ = _positions(question, later.answers[0])
    assert option is not None, "a commitment is one option"
    return ConfirmationLine(later.voter, option, later.reason, "later", later.confirmed_at, later.replaced_at)


def _secret_lines(question: Question, ballots: Iterable[tuple[AnswerValue, ...]]) -> list[BallotLine]:
    ordered = sorted(filter(_has_counted_answer, ballots), key=lambda answers: _sort_key(question, answers))
    return [
        BallotLine(n, None, None, _answer_lines(question, answers)) for n, answers in enumerate(ordered, 1)
    ]


def _named_lines(question: Question, ballots: Iterable[NamedBallot]) -> list[BallotLine]:
    ordered = sorted(
        (ballot for ballot in ballots if _has_counted_answer(ballot.answers)),
        key=lambda ballot: (ballot.voter.casefold(), ballot.voter, _sort_key(question, ballot.answers)),
    )
    return [
        BallotLine(n, ballot.voter, ballot.reason or None, _answer_lines(question, ballot.answers))
        for n, ballot in enumerate(ordered, 1)
    ]


def _has_counted_answer(answers: tuple[AnswerValue, ...]) -> bool:
    """A text is no ballot here: it is a note, and told (or hidden) as one."""
    return any(each.option is not None or each.value is not None for each in answers)


def _answer_lines(question: Question, answers: Iterable[AnswerValue]) -> list[AnswerLine]:
    return [
        AnswerLine(place, *_positions(question, each), value=_value(question, each))
        for place, each in enumerate(answers, 1)
    ]


def _value(question: Question, answer: AnswerValue) -> Decimal | str | None:
    if answer.value is None:
        return "dk" if answer.criterion is not None else None
    return (
        Decimal(answer.value)
        if answer.option is not None
        else Decimal(answer.value).scaleb(-question.decimals)
    )


def _positions(question: Question, answer: AnswerValue) -> tuple[int | None, int | None]:
    option = None if answer.option is None else question.option(answer.option).position
    criterion = None if answer.criterion is None else question.criterion(answer.criterion).position
    return option, criterion


def _sort_key(question: Question, answers: Iterable[AnswerValue]) -> SortKey:
    places = ((*_positions(question, each), each.value) for each in answers)
    return tuple(
        (option or 0, criterion or 0, value is None, value or 0) for option, criterion, value in places
    )
