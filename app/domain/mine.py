"""What is personal on a phone: my ballot, my notes, or that there is nothing to do but look up."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Row
from sqlmodel import Session

from app.domain import ballots, notes, stage
from app.domain.ballots import Answered, Standing
from app.domain.who import Who
from app.models import Note, Wall


@dataclass(slots=True)
class Mine:
    """`task` is the stage's when this was drawn; `kind` is "vote", "wall" or "look up"."""

    task: str
    kind: str
    vote: Row | None = None
    options: Sequence[Row] = ()
    ballot: Standing | None = None
    chosen: int | None = None
    elector: bool = False
    wall: Wall | None = None
    notes: list[Note] = field(default_factory=list)
    workshop_state: str = "running"


def of(session: Session, who: Who) -> Mine:
    """The personal slot of one participant, as things stand."""
    now = stage.current(session, who.workshop_id)
    if now.workshop.state == "running" and now.vote and now.vote.state != "draft":
        return of_vote(ballots.standing(session, who, now.vote.id), now.task)
    if now.workshop.state == "running" and now.wall and now.wall.state != "draft":
        return of_wall(session, who, now.wall, now.task)
    return Mine(now.task, "look up", workshop_state=now.workshop.state)


def of_vote(answered: Answered, task: str) -> Mine:
    """My ballot on a vote."""
    ballot = answered.ballot
    return Mine(
        task,
        "vote",
        vote=answered.vote,
        options=answered.options,
        ballot=ballot,
        chosen=ballot.option_id if ballot else None,
        elector=answered.vote.may_answer,
    )


def of_wall(session: Session, who: Who, wall: Wall, task: str) -> Mine:
    """My notes on a wall, newest first."""
    mine = notes.of_author(session, wall.id, who.participant_id or 0)
    return Mine(task, "wall", wall=wall, notes=mine)
