"""What a vote came to: counted from the rows each time it is asked, on phones and on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.domain import log
from app.domain.select_rows import Readable
from app.domain.votes import decisions, lookup
from app.domain.votes.decisions import Decision, Share
from app.domain.votes.results import answer_counts, turnout_counts
from app.domain.votes.results.named_ballots import NamedBallot
from app.domain.votes.results.turnout_counts import BallotCounts
from app.domain.votes.types import registry
from app.domain.votes.types.question import Question
from app.domain.votes.types.result import Counted, DecisionCounts, Result, Tie
from app.domain.who import Who
from app.models import Vote


@dataclass(frozen=True, slots=True)
class Tally:
    """A result: `result` is of the vote's type; `cast` = `phone` + `paper` ballots of an `electorate`;
    `contested` electors have answered differently and count once that is settled. What the room is shown
    with it is filled in by results.with_context."""

    vote: Readable[Vote]
    question: Question
    phone: int
    paper: int
    contested: int
    electorate: int
    result: Result
    decision: Decision | None
    comparison: Any = None  # a Comparison, whose module imports this one, as that of an OpinionShift does
    shift: Any = None  # an OpinionShift
    lots: Sequence[Tie] = ()
    commitments: Sequence[NamedBallot] = ()

    @property
    def cast(self) -> int:
        return self.phone + self.paper


def tally(session: Session, vote: Readable[Vote]) -> Tally:
    """The present result of a vote."""
    return of_votes(session, [(vote, lookup.question_of(session, vote))])[0]


def of_votes(session: Session, votes: Sequence[tuple[Readable[Vote], Question]]) -> list[Tally]:
    """The results of votes and what they ask, as of now: a few queries, whatever their number."""
    by = {vote.id: registry.type_of(question.type).by for vote, question in votes}
    turnouts = turnout_counts.of_votes(session, list(by))
    counted: dict[int, Sequence[Any]] = {}
    if whole := [number for number in by if by[number] == "ballots"]:
        found = answer_counts.whole_ballots(session, whole)
        counted |= {number: list(found[number].items()) for number in whole}
    if single := [number for number in by if by[number] == "answers"]:
        answers = answer_counts.single_answers(session, single)
        if any(turnouts[number].sheets for number in single):
            answer_counts.add_sheets(session, answers, votes)
        counted |= {number: [Counted(*each) for each in answers[number].items()] for number in single}
    return [_tally(vote, question, turnouts[vote.id], counted[vote.id]) for vote, question in votes]


def _tally(vote: Readable[Vote], question: Question, turnout: BallotCounts, counted: Sequence[Any]) -> Tally:
    result = registry.type_of(question.type).result(question, counted, turnout.phone + turnout.paper)
    counts = result.decision_counts()
    decision = _decision(vote, question, counts, result) if counts else None
    electorate = vote.electorate_size or 0
    return Tally(
        vote, question, turnout.phone, turnout.paper, turnout.contested, electorate, result, decision
    )


def _decision(
    vote: Readable[Vote], question: Question, counts: DecisionCounts, result: Result
) -> Decision | None:
    share = Share(vote.rule_part, vote.rule_whole) if vote.rule_part and vote.rule_whole else None
    option_counts = () if question.takes_sides else result.option_counts()
    return decisions.decide(vote.rule, share, vote.abstentions, counts, option_counts)


def preview(session: Session, who: Who, vote_id: int) -> Tally:
    """The running result for one facilitator's eyes; that it was looked at is logged."""
    vote = lookup.vote_of(session, who, vote_id, lock="shared")
    found = tally(session, vote)
    log.note(session, who, "result previewed", "vote", vote.id, ballots=found.cast)
    return found
