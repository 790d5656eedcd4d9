"""How votes are linked to those they ask again, and what may follow them: for the console."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.domain.votes import lookup
from app.domain.votes.forms import repeats
from app.domain.votes.results import tallies
from app.domain.votes.types.result import Tie
from app.models import Vote


@dataclass(frozen=True, slots=True)
class RepeatStatus:
    """What a vote repeats, and as which round; `last`: no further round has been made of it. `ties` are those
    that a run-off may be held on."""

    how: str
    number: int
    last: bool
    ties: Sequence[Tie] = ()


def of_votes(session: Session, votes: Iterable[Vote]) -> dict[int, RepeatStatus]:
    """For each of these votes, by id, how it hangs together with others, as the console needs it."""
    return {
        vote.id: RepeatStatus(
            vote.repeats_as or "",
            len(repeats.chain(session, vote)),
            repeats.next_of(session, vote.id, "round") is None,
            _ties_for_runoff(session, vote),
        )
        for vote in votes
    }


def _ties_for_runoff(session: Session, vote: Vote) -> Sequence[Tie]:
    if vote.ties != "runoff" or not lookup.is_shown(vote) or repeats.next_of(session, vote.id, "runoff"):
        return ()
    return tallies.tally(session, vote).result.ties()
