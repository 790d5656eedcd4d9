"""What organisations say after the day of a commitment they made in the room: beside the answer given there,
which stays in the tally as it was."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from app.announce import announce
from app.domain import log
from app.domain.agenda import plan
from app.domain.votes import lookup
from app.domain.votes.ballots import electorates
from app.domain.votes.ballots.ballot_rows import BallotView
from app.domain.votes.confirmations import commitments
from app.domain.votes.lookup import Lock
from app.domain.votes.types import registry
from app.domain.votes.types.question import AnswerValue, Form, Question
from app.domain.who import Who
from app.errors import Refused
from app.models import Confirmation, ConfirmLink, Vote, Workshop
from app.models.base import moment


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


def task_of(session: Session, who: Who) -> ConfirmationTask:
    """What the organisation that came by its link is asked. `Refused("confirm_link_revoked")` or
    `"confirm_link_expired"` when the link works no more, `"not_found"` for whoever came by none."""
    link, vote = _link_and_vote(session, who)
    workshop = session.get(Workshop, who.workshop_id)
    assert workshop is not None, "the door found it"
    return ConfirmationTask(
        workshop,
        vote,
        lookup.question_of(session, vote),
        commitments.organisation_name(session, link.elector_id),
        commitments.answer_in_room(session, vote, link.elector_id),
        commitments.latest_confirmation(session, vote.id, link.elector_id),
        link.expires_on,
    )


def confirm(session: Session, who: Who, form: Form) -> None:
    """An organisation confirms or changes its commitment: the last one stands, those before stay as replaced.
    The same again changes nothing. Refused as `task_of` is, and by the type of vote."""
    link, vote = _link_and_vote(session, who, "shared")
    answers = registry.type_of(vote.type).read(lookup.question_of(session, vote), form)
    reason = lookup.reason_of(vote, form)
    electorates.lock_elector(session, link.elector_id)
    before = commitments.latest_confirmation(session, vote.id, link.elector_id)
    if before is not None:
        if (before.option_id, before.reason) == (answers[0].option, reason):
            return
        before.replaced_at = moment()
        session.add(before)
        session.flush()
    columns: dict[str, Any] = {"option_id": answers[0].option, "reason": reason}
    session.add(Confirmation(vote_id=vote.id, elector_id=link.elector_id, **columns))
    session.flush()
    # Neither whose nor what: the vote may yet be made secret, and the log only grows.
    log.note(session, who, "commitment changed" if before else "commitment confirmed", "vote", vote.id)
    announce(session, who.workshop_id, "votes")


def delete_confirmations(session: Session, vote_id: int) -> None:
    """Take back what was said later by name, and the links: the vote names nobody any more."""
    for model in (Confirmation, ConfirmLink):
        session.connection().execute(delete(model).where(col(model.vote_id) == vote_id))


def _link_and_vote(session: Session, who: Who, lock: Lock = None) -> tuple[ConfirmLink, Vote]:
    link = session.get(ConfirmLink, who.confirm_link_id)
    if link is None:
        raise Refused("not_found")
    vote = lookup.vote_of(session, who, link.vote_id, lock)
    if link.revoked_at:
        raise Refused("confirm_link_revoked")
    if link.expires_on < plan.today(who.zone):
        raise Refused("confirm_link_expired")
    commitments.require_confirmable(vote)
    return link, vote
