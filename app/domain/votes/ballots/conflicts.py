"""Organisations whose people have answered differently: which they are, and how the lead settles it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import log
from app.domain.votes import lookup
from app.domain.votes.ballots import ballot_writes, colleague_answers
from app.domain.votes.ballots.ballot_rows import BallotView
from app.domain.votes.types.question import Question
from app.domain.who import Who
from app.errors import Refused
from app.models import Ballot, Elector, Organisation, Vote

REFUSALS = {"draft": "vote_not_open", "revealed": "conflict_shown", "final": "vote_final"}


@dataclass(frozen=True, slots=True)
class Conflict:
    """An organisation with answers that differ, each once with how many colleagues gave it. `counts` is the
    one that has been settled on, None while none of them counts."""

    elector_id: int
    organisation: str
    answers: Sequence[tuple[BallotView, int]]
    counts: BallotView | None


@dataclass(frozen=True, slots=True)
class Conflicts:
    """The organisations of a vote whose answers differ, those not settled first."""

    vote: Vote
    question: Question
    listed: list[Conflict]


def of_vote(session: Session, who: Who, vote_id: int) -> Conflicts:
    """What is contested, and what has been settled and can be settled otherwise.

    That it was looked at is logged: it is part of a result that the room has not seen.
    """
    vote = lookup.vote_of(session, who, vote_id, lock="shared")
    conflicts = [
        _conflict(elector_id, name, colleague_answers.latest_answers(session, vote_id, elector_id))
        for elector_id, name in _with_several_answers(session, vote_id)
    ]
    differing = [each for each in conflicts if len(each.answers) > 1]
    if differing:
        log.note(session, who, "conflicts seen", "vote", vote_id)
    listed = sorted(differing, key=lambda each: each.counts is not None)
    return Conflicts(vote, lookup.question_of(session, vote), listed)


def choose(
    session: Session, who: Who, vote_id: int, elector_id: int, ballot_id: int, seen_sequence: int
) -> None:
    """Let one answer count for an organisation; the others are set aside, not deleted.

    `seen_sequence` is the sequence it had when the lead saw it: `Refused("not_in_conflict")` when it has been
    changed since. `"vote_not_open"` before the opening; `"conflict_shown"` or `"vote_final"` once the result
    has been shown: nothing changes before the eyes of the room.
    """
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    if vote.state in REFUSALS:
        raise Refused(REFUSALS[vote.state])
    ballots = colleague_answers.latest_answers(session, vote_id, elector_id)
    chosen = next((each for each in ballots if each.id == ballot_id), None)
    if chosen is None or chosen.sequence != seen_sequence:
        raise Refused("not_in_conflict")
    ballot_writes.set_standing(session, (each.id for each in ballots if each is not chosen), "set aside")
    ballot_writes.set_standing(session, [chosen.id], "counted")
    log.note(session, who, "conflict settled", "vote", vote_id)
    announce(session, who.workshop_id, "votes")
    announce(session, who.workshop_id, "ballots")


def counts(session: Session, vote_ids: Iterable[int]) -> dict[int, int]:
    """In how many organisations answers are contested, by vote id; votes without any are left out."""
    query = (
        select(Ballot.vote_id, func.count(func.distinct(Ballot.elector_id)))
        .where(col(Ballot.vote_id).in_(list(vote_ids)), Ballot.standing == "contested")
        .group_by(col(Ballot.vote_id))
    )
    return dict(session.exec(query).all())


def _with_several_answers(session: Session, vote_id: int) -> list[tuple[int, str]]:
    """The organisations of a vote from which more than one answer has come."""
    several = (
        select(Ballot.elector_id).where(Ballot.vote_id == vote_id).group_by(col(Ballot.elector_id))
    ).having(func.count() > 1)
    query = (
        select(Elector.id, Organisation.name)
        .join(Organisation, col(Organisation.id) == Elector.organisation_id)
        .where(Elector.vote_id == vote_id, col(Elector.id).in_(several))
    )
    return list(session.exec(query.order_by(col(Organisation.folded))))


def _conflict(elector_id: int, organisation: str, ballots: Sequence[BallotView]) -> Conflict:
    """Each different answer once, the one that counts standing for its like."""
    answers: list[tuple[BallotView, int]] = []
    for each in sorted(ballots, key=lambda ballot: (ballot.standing != "counted", ballot.id)):
        place = next(
            (n for n, (one, _) in enumerate(answers) if colleague_answers.say_the_same(one, each)), None
        )
        if place is None:
            answers.append((each, 1))
        else:
            answers[place] = (answers[place][0], answers[place][1] + 1)
    return Conflict(elector_id, organisation, answers, colleague_answers.counted(ballots))
