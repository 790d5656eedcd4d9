"""What the room is in right now: the day's state, the current item, and the vote or wall on stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import bindparam, literal_column
from sqlalchemy import select as select_columns
from sqlalchemy.sql.selectable import ScalarSelect
from sqlmodel import Session, col, select

from app.domain import select_rows
from app.domain.agenda import plan, running_order
from app.domain.agenda.plan import Planned
from app.domain.select_rows import Row
from app.domain.votes import lookup
from app.domain.votes.ballots import ballots
from app.domain.votes.results import ballot_counts
from app.domain.votes.types.question import Question
from app.models import AgendaSession, Item, Vote, Wall, Workshop
from app.models.base import moment


def _last_staged(thing: type[Vote] | type[Wall]) -> ScalarSelect:
    return (
        select_columns(col(thing.id))
        .where(
            col(thing.item_id) == Item.id, col(thing.removed_at).is_(None), col(thing.staged_at).is_not(None)
        )
        .order_by(col(thing.staged_at).desc(), col(thing.id))
        .limit(1)
        .correlate(Item)
        .scalar_subquery()
    )


# Asked for every drawing, so built once; what a screen needs of the stage comes in one statement.
ON_STAGE = (
    select_rows.columns_of(Workshop, Item, AgendaSession, Vote, Wall)
    .join_from(
        Workshop,
        Item,
        # written out: with a partial index on it SQLite plans a query with a bound value anew each time
        (col(Item.workshop_id) == Workshop.id) & (col(Item.state) == literal_column("'current'")),
        isouter=True,
    )
    .join(AgendaSession, col(AgendaSession.id) == Item.session_id, isouter=True)
    .join(Vote, col(Vote.id) == _last_staged(Vote), isouter=True)
    .join(Wall, col(Wall.id) == _last_staged(Wall), isouter=True)
    .where(col(Workshop.id) == bindparam("workshop_id"))
)
PARTS = select(AgendaSession).where(AgendaSession.workshop_id == bindparam("workshop_id"))
VOTES = select(Vote).where(Vote.workshop_id == bindparam("workshop_id"), col(Vote.removed_at).is_(None))
WALLS = select(Wall).where(Wall.workshop_id == bindparam("workshop_id"), col(Wall.removed_at).is_(None))


@dataclass
class Stage:
    """`vote` or `wall` is the one thing on stage beside the item's own task, if any. All of it is for looking
    at (see select_rows); the running order and what follows from it are read when they are first asked for,
    from the snapshot of `looking` (`current` has read them)."""

    looking: Session
    workshop: Row[Workshop]
    item: Row[Item] | None = None
    session: Row[AgendaSession] | None = None
    vote: Row[Vote] | None = None
    wall: Row[Wall] | None = None

    @property
    def task(self) -> str:
        """The thing on stage with its turn, so that a screen knows whether what it holds is still asked."""
        if self.workshop.state != "running":
            return f"day-{self.workshop.state}"
        if self.vote:
            return f"vote-{self.vote.id}-{self.vote.turn}"
        if self.wall:
            return f"wall-{self.wall.id}-{self.wall.turn}"
        return f"item-{self.item.id}" if self.item else "none"

    @cached_property
    def order(self) -> list[Row[Item]]:
        """The running order."""
        return select_rows.all_rows(self.looking, running_order.ORDER, workshop_id=self.workshop.id)

    @property
    def timetable(self) -> Mapping[int, Planned]:
        """When each item is planned, by its id."""
        return plan.running_order(self.workshop, self.order)

    @property
    def planned(self) -> Planned | None:
        """When the current item is planned."""
        return self.timetable.get(self.item.id) if self.item else None

    @property
    def starts(self) -> datetime | None:
        """When the day is planned to begin."""
        return self.timetable[self.order[0].id].start if self.order else None

    @property
    def next_item(self) -> Row[Item] | None:
        """The item after the current one; before the day the first."""
        after = self.item.position if self.item else 0
        return next((item for item in self.order if item.position > after), None)

    @property
    def follows(self) -> datetime | None:
        """When the next item is to be expected, as the clock stands."""
        then = self.next_item
        if self.item is None or then is None:
            return None
        return plan.following(self.workshop, self.item, then, self.timetable[then.id], moment())


@dataclass(slots=True)
class Turnout:
    """How many ballots are in, of how many who may answer."""

    vote: Row[Vote]
    cast: int
    electorate: int


def glance(session: Session, workshop_id: int) -> Stage:
    """The stage as things stand, in one query; for who draws while the session lasts."""
    workshop, item, part, vote, wall = select_rows.row_of_each(session, ON_STAGE, workshop_id=workshop_id)
    if vote and wall:
        vote, wall = (vote, None) if vote.staged_at >= wall.staged_at else (None, wall)
    return Stage(session, workshop, item, part, vote, wall)


def current(session: Session, workshop_id: int) -> Stage:
    """The same with the running order; for who draws when the session is over."""
    now = glance(session, workshop_id)
    now.order = select_rows.all_rows(session, running_order.ORDER, workshop_id=workshop_id)
    return now


def turnout(session: Session, now: Stage) -> Turnout | None:
    """The turnout of the vote on stage, once it has been opened."""
    vote = now.vote
    if vote is None or vote.electorate_size is None:
        return None
    cast = ballots.cast_count(session, vote.id) + ballot_counts.on_sheets(session, vote.id)
    return Turnout(vote, cast, vote.electorate_size)


def question_of(session: Session, vote: Row[Vote] | None) -> Question | None:
    """What the vote on stage asks, if there is one."""
    return lookup.question_of(session, vote) if vote else None


@dataclass(slots=True)
class Line:
    """One line of the running order as the console shows it."""

    item: Row[Item]
    session: Row[AgendaSession]
    planned: Planned
    votes: list[Row[Vote]]
    walls: list[Row[Wall]]


@dataclass(slots=True)
class RunningOrder:
    """The whole day, and how far it runs behind the plan (None before and after; negative: ahead)."""

    workshop: Row[Workshop]
    lines: list[Line]
    end: datetime | None
    behind: timedelta | None


def planned_order(session: Session, workshop_id: int) -> RunningOrder:
    """Every item with planned times, votes and walls: five queries whatever the day's length."""
    today = glance(session, workshop_id)
    workshop, order, planned = today.workshop, today.order, today.timetable
    parts = {part.id: part for part in select_rows.all_rows(session, PARTS, workshop_id=workshop_id)}
    all_votes = select_rows.all_rows(session, VOTES, workshop_id=workshop_id)
    all_walls = select_rows.all_rows(session, WALLS, workshop_id=workshop_id)
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
