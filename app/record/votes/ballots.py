"""What the record tells of single ballots: what each says, in an order that tells nothing else."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session

from app.domain.select_rows import Readable
from app.domain.votes.confirmations import confirmations
from app.domain.votes.confirmations.confirmations import Later
from app.domain.votes.results import answer_counts, named_ballots
from app.domain.votes.results.named_ballots import NamedBallot
from app.domain.votes.results.tallies import Tally
from app.domain.votes.types.question import AnswerValue, Question
from app.models import Vote
from app.record.votes.vote_lines import AnswerLine, BallotLine, ConfirmationLine

Said = tuple[tuple[int, int, bool, int], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """The ballots of votes, and the reasons that stand beside nobody, by vote id."""

    ballots: Mapping[int, list[BallotLine]]
    reasons: Mapping[int, list[str]]


def told(
    session: Session, found: Iterable[Tally], may_be_listed: Callable[[Readable[Vote]], bool], names: bool
) -> Told:
    """The ballots of those votes that may be listed; whose a named one is only where `names` may be told.

    They stand in the order of what they say, so that two downloads are the same and no order of time, screens
    or rows is in either. Of no other vote is a group told: suppression keeps counts of groups safe, but the
    answers of one ballot together with its table may be somebody's.
    """
    listed = {tally.vote.id: tally for tally in found if may_be_listed(tally.vote)}
    by_name = [number for number, tally in listed.items() if names and tally.vote.secrecy == "named"]
    named = named_ballots.of_votes(session, by_name)
    secret = answer_counts.whole_ballots(session, [number for number in listed if number not in by_name])
    ballots = {number: _named(listed[number].question, those) for number, those in named.items()}
    ballots |= {
        number: _secret(listed[number].question, those.elements()) for number, those in secret.items()
    }
    return Told(ballots, named_ballots.reasons(session, list(listed)))


def confirmed(
    session: Session, found: Iterable[Tally], may_be_listed: Callable[[Readable[Vote]], bool], names: bool
) -> dict[int, list[ConfirmationLine]]:
    """What organisations said later of the votes whose ballots may be listed with names, by vote id."""
    questions = {
        tally.vote.id: tally.question
        for tally in found
        if names and may_be_listed(tally.vote) and confirmations.possible(tally.vote)
    }
    told = confirmations.of_votes(session, list(questions))
    return {number: [_later(questions[number], each) for each in those] for number, those in told.items()}


def _later(question: Question, later: Later) -> ConfirmationLine:
    option, _ = _places(question, later.given[0])
    assert option is not None, "a commitment is one option"
    return ConfirmationLine(later.voter, option, later.reason, "later", later.confirmed_at, later.replaced_at)


def _secret(question: Question, ballots: Iterable[tuple[AnswerValue, ...]]) -> list[BallotLine]:
    ordered = sorted(filter(_counts, ballots), key=lambda given: _key(question, given))
    return [BallotLine(n, None, None, _answers(question, given)) for n, given in enumerate(ordered, 1)]


def _named(question: Question, ballots: Iterable[NamedBallot]) -> list[BallotLine]:
    ordered = sorted(
        (ballot for ballot in ballots if _counts(ballot.given)),
        key=lambda ballot: (ballot.voter.casefold(), ballot.voter, _key(question, ballot.given)),
    )
    return [
        BallotLine(n, ballot.voter, ballot.reason or None, _answers(question, ballot.given))
        for n, ballot in enumerate(ordered, 1)
    ]


def _counts(given: tuple[AnswerValue, ...]) -> bool:
    """A text is no ballot here: it is a note, and told (or hidden) as one."""
    return any(each.option is not None or each.value is not None for each in given)


def _answers(question: Question, given: Iterable[AnswerValue]) -> list[AnswerLine]:
    return [
        AnswerLine(place, *_places(question, each), value=_value(question, each))
        for place, each in enumerate(given, 1)
    ]


def _value(question: Question, given: AnswerValue) -> Decimal | str | None:
    if given.value is None:
        return "dk" if given.criterion is not None else None
    return (
        Decimal(given.value) if given.option is not None else Decimal(given.value).scaleb(-question.decimals)
    )


def _places(question: Question, given: AnswerValue) -> tuple[int | None, int | None]:
    option = None if given.option is None else question.option(given.option).position
    criterion = None if given.criterion is None else question.criterion(given.criterion).position
    return option, criterion


def _key(question: Question, given: Iterable[AnswerValue]) -> Said:
    places = ((*_places(question, each), each.value) for each in given)
    return tuple(
        (option or 0, criterion or 0, value is None, value or 0) for option, criterion, value in places
    )
