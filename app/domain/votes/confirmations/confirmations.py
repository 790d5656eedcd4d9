"""What organisations say after the day of a commitment they made in the room: beside the answer given there,
which stays in the tally as it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import log
from app.domain.agenda import plan
from app.domain.select_rows import Readable
from app.domain.votes import lookup
from app.domain.votes.ballots import ballot_rows, colleague_answers
from app.domain.votes.ballots.ballot_rows import BallotView
from app.domain.votes.lookup import Lock
from app.domain.votes.types import registry
from app.domain.votes.types.question import AnswerValue, Form, Question
from app.domain.who import Who
from app.errors import Refused
from app.models import Confirmation, ConfirmLink, Elector, Organisation, Vote, Workshop
from app.models.base import moment

CONFIRMABLE_STATES = (
    "closed",
    "revealed",
    "final",
)  # the states of a vote in which it can be confirmed later


class LaterAnswer(NamedTuple):
    """What one organisation (`voter`) said later; `replaced_at` once it said something else."""

    voter: str
    answers: tuple[AnswerValue, ...]
    reason: str
    confirmed_at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConfirmationTask:
    """What an organisation that follows its link is asked: its answer `in_room` if one counts, what it said
    `later` if it has, and until when it may say otherwise."""

    workshop: Workshop
    vote: Vote
    question: Question
    organisation: str
    in_room: BallotView | None
    later: Confirmation | None
    expires_on: date

    @property
    def answers(self) -> list[AnswerValue]:
        """The present answer."""
        if self.later:
            return [AnswerValue(self.later.option_id)]
        return self.in_room.answers if self.in_room else []

    @property
    def reason(self) -> str:
        """The present condition."""
        return self.later.reason if self.later else self.in_room.reason if self.in_room else ""


def is_commitment(vote: Readable[Vote]) -> bool:
    """Whether what was answered here is a commitment: by organisations, by name, and one option each."""
    of_bodies = vote.unit == "organisations" and vote.secrecy == "named"
    return of_bodies and bool(registry.type_of(vote.type).breakdown)


def confirmable_votes(session: Session, workshop_id: int) -> list[Vote]:
    """The votes of a workshop that can be confirmed later now, in the order they were made."""
    query = select(Vote).where(
        Vote.workshop_id == workshop_id,
        Vote.unit == "organisations",
        Vote.secrecy == "named",
        col(Vote.state).in_(CONFIRMABLE_STATES),
        col(Vote.removed_at).is_(None),
    )
    return [vote for vote in session.exec(query.order_by(col(Vote.id))) if is_commitment(vote)]


def require_confirmable(vote: Vote) -> None:
    """Refused where there is no commitment, and while it can still be made in the room."""
    if not is_commitment(vote):
        raise Refused("not_a_commitment")
    if vote.state not in CONFIRMABLE_STATES:
        raise Refused("commitment_open")


def task_of(session: Session, who: Who) -> ConfirmationTask:
    """What the organisation that came by its link is asked; refused when the link works no more."""
    link, vote = _link_and_vote(session, who)
    workshop = session.get(Workshop, who.workshop_id)
    assert workshop is not None, "the door found it"
    return ConfirmationTask(
        workshop,
        vote,
        lookup.question_of(session, vote),
        organisation_name(session, link.elector_id),
        answer_in_room(session, vote, link.elector_id),
        latest_confirmation(session, vote.id, link.elector_id),
        link.expires_on,
    )


def confirm(session: Session, who: Who, form: Form) -> None:
    """An organisation confirms or changes its commitment: the last one stands, those before stay as replaced.
    The same again changes nothing."""
    link, vote = _link_and_vote(session, who, "shared")
    answers = registry.type_of(vote.type).read(lookup.question_of(session, vote), form)
    reason = lookup.reason_of(vote, form)
    lock_elector(session, link.elector_id)
    before = latest_confirmation(session, vote.id, link.elector_id)
    if before is not None:
        if (before.option_id, before.reason) == (answers[0].option, reason):
            return
        before.replaced_at = moment()
        session.add(before)
        session.flush()
    said: dict[str, Any] = {"option_id": answers[0].option, "reason": reason}
    session.add(Confirmation(vote_id=vote.id, elector_id=link.elector_id, **said))
    session.flush()
    # Neither whose nor what: the vote may yet be made secret, and the log only grows.
    log.note(session, who, "commitment changed" if before else "commitment confirmed", "vote", vote.id)
    announce(session, who.workshop_id, "votes")


def later_answers(session: Session, vote_ids: Sequence[int]) -> dict[int, list[LaterAnswer]]:
    """Everything organisations said later of these votes, by vote id: by organisation, the newest last."""
    query = (
        select(Confirmation, Organisation.name)
        .join(Elector, col(Elector.id) == Confirmation.elector_id)
        .join(Organisation, col(Organisation.id) == Elector.organisation_id)
        .where(col(Confirmation.vote_id).in_(vote_ids))
        .order_by(col(Organisation.folded), col(Confirmation.id))
    )
    found: dict[int, list[LaterAnswer]] = {}
    for row, name in session.exec(query):
        told = LaterAnswer(name, (AnswerValue(row.option_id),), row.reason, row.confirmed_at, row.replaced_at)
        found.setdefault(row.vote_id, []).append(told)
    return found


def delete_confirmations(session: Session, vote_id: int) -> None:
    """Take back what was said later by name, and the links: the vote names nobody any more."""
    for model in (Confirmation, ConfirmLink):
        session.connection().execute(delete(model).where(col(model.vote_id) == vote_id))


def answer_in_room(session: Session, vote: Vote, elector_id: int) -> BallotView | None:
    """The answer of an organisation that counts in the room."""
    return colleague_answers.counted(
        ballot_rows.ballots_of_elector(session, vote.id, elector_id, ballot_rows.COUNTED_BALLOTS)
    )


def latest_confirmation(session: Session, vote_id: int, elector_id: int) -> Confirmation | None:
    """What an organisation said last, if it has said anything later."""
    query = select(Confirmation).where(
        Confirmation.vote_id == vote_id,
        Confirmation.elector_id == elector_id,
        col(Confirmation.replaced_at).is_(None),
    )
    return session.exec(query).first()


def lock_elector(session: Session, elector_id: int) -> None:
    """With several writers (Postgres) those who speak for one organisation come one after the other."""
    session.exec(select(Elector.id).where(Elector.id == elector_id).with_for_update()).one()


def organisation_name(session: Session, elector_id: int) -> str:
    """The name of an organisation of an electorate."""
    query = select(Organisation.name).join(Elector, col(Elector.organisation_id) == Organisation.id)
    return session.exec(query.where(Elector.id == elector_id)).one()


def _link_and_vote(session: Session, who: Who, lock: Lock = None) -> tuple[ConfirmLink, Vote]:
    link = session.get(ConfirmLink, who.confirm_link_id)
    if link is None:
        raise Refused("not_found")
    vote = lookup.vote_of(session, who, link.vote_id, lock)
    if link.revoked_at:
        raise Refused("confirm_link_revoked")
    if link.expires_on < plan.today(who.zone):
        raise Refused("confirm_link_expired")
    require_confirmable(vote)
    return link, vote
