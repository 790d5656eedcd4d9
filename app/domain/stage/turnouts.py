"""How many have answered the vote on stage."""

from dataclasses import dataclass

from sqlmodel import Session

from app.domain.select_rows import Row
from app.domain.stage.stage import Stage
from app.domain.votes.ballots import ballot_counts
from app.domain.votes.results import turnout_counts
from app.models import Vote


@dataclass(slots=True)
class Turnout:
    """How many ballots are in, of how many who may answer."""

    vote: Row[Vote]
    cast: int
    electorate: int


def turnout_of(session: Session, now: Stage) -> Turnout | None:
    """The turnout of the vote on stage, once it has been opened."""
    vote = now.vote
    if vote is None or vote.electorate_size is None:
        return None
    cast = ballot_counts.counted(session, vote.id) + turnout_counts.on_sheets(session, vote.id)
    return Turnout(vote, cast, vote.electorate_size)
