"""What the room is in right now: the day's state, the current item, and the vote or wall on stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from app.domain import agenda, ballots, plan, rows, tallies, votes, walls
from app.domain.plan import Planned
from app.domain.vote_types import Ask
from app.models import AgendaSession, Item, Vote, Wall, Workshop
from app.models.base import moment

Thing = TypeVar("Thing", Vote, Wall)

# Asked for every drawing, so built once.
WORKSHOP = select(Workshop).where(Workshop.id == bindparam("workshop_id"))
PART = select(AgendaSession).where(AgendaSession.id == bindparam("part_id"))
PARTS = select(AgendaSession).where(AgendaSession.workshop_id == bindparam("workshop_id"))
VOTES = select(Vote).where(Vote.workshop_id == bindparam("workshop_id"), col(Vote.removed_at).is_(None))
WALLS = select(Wall).where(Wall.workshop_id == bindparam("workshop_id"), col(Wall.removed_at).is_(None))


@dataclass(slots=True)
class Day:
    """The running order and where in it the room is."""

    workshop: Workshop
    order: list[Item]
    item: Item | None


@dataclass(slots=True)
class Stage:
    """`vote` or `wall` is the one thing on stage beside the item's own task, if any; `task` names
    it with its turn, so that a screen knows whether what it holds is still what is asked.
    `starts` is when the day is planned to begin, `follows` when the next item is to be expected.
    All of it is for looking at (see rows.look)."""

    workshop: Workshop
    item: Item | None
    session: AgendaSession | None
    planned: Planned | None
    next_item: Item | None
    vote: Vote | None
    wall: Wall | None
    starts: datetime | None = None
    follows: datetime | None = None

    @property
    def task(self) -> str:
        if self.workshop.state != "running":
            return f"day-{self.workshop.state}"
        if self.vote:
            return f"vote-{self.vote.id}-{self.vote.turn}"
        if self.wall:
            return f"wall-{self.wall.id}-{self.wall.turn}"
        return f"item-{self.item.id}" if self.item else "none"


@dataclass(slots=True)
class Turnout:
    """How many ballots are in, of how many who may answer."""

    vote: Vote
    cast: int
    electorate: int


def day(session: Session, workshop_id: int) -> Day:
    """The workshop and its running order: two queries."""
    (workshop,) = rows.look(session, WORKSHOP, workshop_id=workshop_id)
    order = rows.look(session, agenda.ORDER, workshop_id=workshop_id)
    return Day(workshop, order, next((item for item in order if item.state == "current"), None))


def current(session: Session, workshop_id: int) -> Stage:
    """The stage as things stand: six queries whatever the day's length."""
    return of_day(session, day(session, workshop_id))


def of_day(session: Session, today: Day) -> Stage:
    """The same, where the day itself has been looked at."""
    workshop, order, item = today.workshop, today.order, today.item
    planned = plan.running_order(workshop, order)
    vote, wall = _on_stage(session, item)
    then = _after(order, item)
    return Stage(
        workshop=workshop,
        item=item,
        session=rows.look(session, PART, part_id=item.session_id)[0] if item else None,
        planned=planned.get(item.id) if item else None,
        next_item=then,
        vote=vote,
        wall=wall,
        starts=planned[order[0].id or 0].start if order else None,
        follows=plan.following(workshop, item, then, planned[then.id or 0], moment())
        if item and then
        else None,
    )


def turnout(session: Session, now: Stage) -> Turnout | None:
    """The turnout of the vote on stage, once it has been opened."""
    vote = now.vote
    if vote is None or vote.electorate_size is None:
        return None
    cast = ballots.cast_count(session, vote.id) + tallies.on_sheets(session, vote.id)
    return Turnout(vote, cast, vote.electorate_size)


def asked(session: Session, vote: Vote | None) -> Ask | None:
    """What the vote on stage asks, if there is one."""
    return ballots.asks(session, vote) if vote else None


@dataclass(slots=True)
class Line:
    """One line of the running order as the console shows it."""

    item: Item
    session: AgendaSession
    planned: Planned
    votes: list[Vote]
    walls: list[Wall]


@dataclass(slots=True)
class RunningOrder:
    """The whole day, and how far it runs behind the plan (None before and after; negative: ahead)."""

    workshop: Workshop
    lines: list[Line]
    end: datetime | None
    behind: timedelta | None


def running_order(session: Session, workshop_id: int) -> RunningOrder:
    """Every item with planned times, votes and walls: five queries whatever the day's length."""
    today = day(session, workshop_id)
    workshop, order = today.workshop, today.order
    planned = plan.running_order(workshop, order)
    parts = {part.id: part for part in rows.look(session, PARTS, workshop_id=workshop_id)}
    all_votes = rows.look(session, VOTES, workshop_id=workshop_id)
    all_walls = rows.look(session, WALLS, workshop_id=workshop_id)
    lines = [
        Line(
            item,
            parts[item.session_id],
            planned[item.id],
            [vote for vote in all_votes if vote.item_id == item.id],
            [wall for wall in all_walls if wall.item_id == item.id],
        )
        for item in order
    ]
    now = next((line for line in lines if line.item.state == "current"), None)
    behind = plan.behind(workshop, now.item, now.planned, moment()) if now else None
    return RunningOrder(workshop, lines, lines[-1].planned.end if lines else None, behind)


def _on_stage(session: Session, item: Item | None) -> tuple[Vote | None, Wall | None]:
    if item is None:
        return None, None
    vote = _last_staged(rows.look(session, votes.OF_ITEM, item_id=item.id))
    wall = _last_staged(rows.look(session, walls.OF_ITEM, item_id=item.id))
    if vote and wall and vote.staged_at and wall.staged_at:
        return (vote, None) if vote.staged_at >= wall.staged_at else (None, wall)
    return vote, wall


def _last_staged(things: Sequence[Thing]) -> Thing | None:
    staged = [(each.staged_at, each) for each in things if each.staged_at]
    return max(staged, key=lambda pair: pair[0])[1] if staged else None


def _after(order: list[Item], item: Item | None) -> Item | None:
    place = order.index(item) + 1 if item else 0
    return order[place] if place < len(order) else None
