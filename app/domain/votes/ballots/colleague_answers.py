"""What the people of one organisation have answered, and which of their answers counts."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from sqlmodel import Session, col, select

from app.domain.votes.ballots import ballot_rows
from app.domain.votes.ballots.ballot_rows import BallotView
from app.models import Ballot, Elector, Participant


def latest_answers(session: Session, vote_id: int, elector_id: int) -> list[BallotView]:
    """The newest answer of each who has a say for an organisation: those that count or are contested, and of
    those set aside the ones of its people who have not answered for another one since."""
    members = set(session.exec(_select_members(vote_id, elector_id)))
    newest: dict[int, BallotView] = {}
    for each in ballot_rows.ballots_of_elector(session, vote_id, elector_id):
        not_set_aside = each.standing != "set aside"
        if not_set_aside or each.voter_id in members:
            voter = -each.id if each.voter_id is None else each.voter_id
            before = newest.get(voter)
            if not_set_aside or before is None or before.standing == "set aside":
                newest[voter] = each
    return list(newest.values())


def counted(ballots: Sequence[BallotView]) -> BallotView | None:
    """The one that counts, if one does."""
    return next((each for each in ballots if each.standing == "counted"), None)


def say_the_same(one: BallotView, other: BallotView) -> bool:
    """Whether two answers say the same; who gives no reason has none against the other's."""
    reasons = {each.reason.casefold() for each in (one, other) if each.reason}
    return one.answers == other.answers and len(reasons) < 2


def choose_counted(ballots: Sequence[BallotView], spokesperson: int | None) -> BallotView | None:
    """Which of an organisation's answers counts: the spokesperson's; or, where all say the same, the one on
    paper, with a reason, that counts already, or that came first. None where they differ."""
    spoken = next((each for each in ballots if each.voter_id == spokesperson is not None), None)
    if spoken or not ballots:
        return spoken
    if not all(say_the_same(one, other) for one, other in combinations(ballots, 2)):
        return None
    return min(
        ballots,
        key=lambda each: (each.channel != "paper", not each.reason, each.standing != "counted", each.id),
    )


def counted_despite_conflict(ballots: Sequence[BallotView]) -> BallotView | None:
    """The answer that counts although another one differs: the lead has said so, or the spokesperson."""
    counts = counted(ballots)
    return counts if counts and not all(say_the_same(counts, each) for each in ballots) else None


def _select_members(vote_id: int, elector_id: int) -> Any:
    """Who is with an organisation still, and has not answered for another one."""
    elsewhere = select(Ballot.voter_id).where(
        Ballot.vote_id == vote_id,
        Ballot.elector_id != elector_id,
        Ballot.standing != "set aside",
        col(Ballot.voter_id).is_not(None),
    )
    return (
        select(Participant.id)
        .join(Elector, col(Elector.organisation_id) == Participant.organisation_id)
        .where(
            Elector.id == elector_id,
            col(Participant.removed_at).is_(None),
            col(Participant.id).not_in(elsewhere),
        )
    )
