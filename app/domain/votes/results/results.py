"""A result as the room is shown it: with the rounds before it, who moved where, the lot, and commitments."""

from dataclasses import replace

from sqlmodel import Session

from app.domain.select_rows import Readable
from app.domain.votes import lookup
from app.domain.votes.confirmations import later_answers
from app.domain.votes.results import comparison, named_ballots, opinion_shift, tallies, ties
from app.domain.votes.results.comparison import Comparison, RoundTally
from app.domain.votes.results.named_ballots import NamedBallot
from app.domain.votes.results.opinion_shift import OpinionShift
from app.domain.votes.results.tallies import Tally
from app.models import Vote

NO_ANSWER = NamedBallot("", "", ())


def of_revealed(session: Session, vote: Readable[Vote] | None) -> Tally | None:
    """The result of this vote, only once it is revealed: hidden means not selected."""
    if vote is None or not lookup.is_shown(vote):
        return None
    return with_context(session, tallies.tally(session, vote))


def with_context(session: Session, tally: Tally) -> Tally:
    """A result that has been shown, with what belongs to it: a `comparison` with the earlier rounds of its
    question, the `shift` since it was asked before, the `lots` drawn for its ties, the `commitments` of
    organisations."""
    vote = tally.vote
    if not lookup.is_shown(vote):
        return tally
    shift = opinion_shift.towards(session, vote)
    return replace(
        tally,
        comparison=_comparison(session, tally, shift),
        shift=shift,
        lots=ties.in_lot_order(vote, tally.result),
        commitments=_commitments(session, vote),
    )


def _comparison(session: Session, tally: Tally, shift: OpinionShift | None) -> Comparison | None:
    if shift:
        return comparison.compare([RoundTally(1, shift.before), RoundTally(2, tally)])
    return comparison.with_earlier_rounds(session, tally)


def _commitments(session: Session, vote: Readable[Vote]) -> list[NamedBallot]:
    if vote.unit != "organisations" or vote.secrecy != "named":
        return []
    found = {each.voter: each for each in named_ballots.of_votes(session, [vote.id]).get(vote.id, [])}
    for later in later_answers.by_vote(session, [vote.id]).get(vote.id, []):
        if later.replaced_at is None:
            found[later.voter] = found.get(later.voter, NO_ANSWER)._replace(voter=later.voter, later=later)
    return sorted(found.values(), key=lambda each: (each.voter.casefold(), each.voter))
