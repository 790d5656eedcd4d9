"""What is personal on a phone: one's ballot, one's notes, or that there is nothing to do but look up."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from app.domain.notes import notes
from app.domain.select_rows import Readable, Row
from app.domain.stage.stage import Stage
from app.domain.votes.ballots import personal_answers
from app.domain.votes.ballots.ballot_rows import BallotView
from app.domain.votes.ballots.organisation_answers import OrganisationAnswer
from app.domain.votes.ballots.personal_answers import PersonalAnswer
from app.domain.votes.confirmations import commitments
from app.domain.votes.time import time_requests
from app.domain.votes.time.time_requests import TimeRequestView
from app.domain.votes.types import registry
from app.domain.votes.types.question import AnswerValue, Choice, Question
from app.domain.who import Who
from app.models import Note, Vote, Wall


@dataclass(slots=True)
class PhoneTask:
    """`stage_task` is the stage's task when this was drawn; `kind` is "vote", "wall" or "look up".

    `options` are in this person's own order; `is_own_ballot`: the ballot is this person's, not a colleague's
    or on paper; `may_confirm`: a link to confirm this later is theirs to ask for; `notes` are their own."""

    stage_task: str
    kind: str
    vote: Row[Vote] | None = None
    question: Question | None = None
    options: Sequence[Choice] = ()
    ballot: BallotView | None = None
    is_own_ballot: bool = False
    may_answer: bool = False
    organisation: OrganisationAnswer | None = None
    time_request: TimeRequestView | None = None
    may_confirm: bool = False
    wall: Readable[Wall] | None = None
    notes: list[Note] = field(default_factory=list)
    workshop_state: str = "running"

    @property
    def answers(self) -> list[AnswerValue]:
        return self.ballot.answers if self.ballot else []


def for_participant(session: Session, who: Who, now: Stage) -> PhoneTask:
    """What the stage asks of one participant now."""
    if now.workshop.state == "running" and now.vote and now.vote.state != "draft":
        answered = personal_answers.answer_of_person(session, who, now.vote.id)
        phone_task = for_vote(who, answered, now.task)
        phone_task.time_request = time_requests.request_of_person(session, who, answered.vote)
        return phone_task
    if now.workshop.state == "running" and now.wall and now.wall.state != "draft":
        return for_wall(session, who, now.wall, now.task)
    return PhoneTask(now.task, "look up", workshop_state=now.workshop.state)


def for_vote(who: Who, answered: PersonalAnswer, task: str) -> PhoneTask:
    """A person's ballot on a vote; `task` is the stage's (see Stage.task)."""
    vote, ballot = answered.vote, answered.ballot
    return PhoneTask(
        task,
        "vote",
        vote=vote,
        question=answered.question,
        options=options_for_elector(vote, answered.question, vote.elector_id),
        ballot=ballot,
        is_own_ballot=ballot is not None and ballot.voter_id == who.participant_id,
        may_answer=vote.elector_id is not None,
        organisation=answered.organisation,
        may_confirm=_may_confirm(answered),
    )


def _may_confirm(answered: PersonalAnswer) -> bool:
    vote, organisation = answered.vote, answered.organisation
    speaks = organisation is not None and (organisation.is_spokesperson or organisation.status == "own")
    return speaks and vote.state in commitments.CONFIRMABLE_STATES and commitments.is_commitment(vote)


def options_for_elector(vote: Readable[Vote], question: Question, elector_id: int | None) -> Sequence[Choice]:
    """The options as one elector sees them: where the order is drawn, always in the same one for the same
    elector. A scale keeps its order."""
    if not vote.shuffled or elector_id is None or registry.type_of(question.type).options != "free":
        return question.options
    return random.Random(f"{vote.id}:{elector_id}").sample(list(question.options), len(question.options))


def for_wall(session: Session, who: Who, wall: Readable[Wall], task: str) -> PhoneTask:
    """A person's notes on a wall; `task` is the stage's (see Stage.task)."""
    own_notes = notes.notes_of_author(session, wall.id, who.participant_id or 0)
    return PhoneTask(task, "wall", wall=wall, notes=own_notes)
