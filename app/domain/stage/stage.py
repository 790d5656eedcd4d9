"""What the room is in right now: the day's state, the current item, and the vote or wall on stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import bindparam, literal_column
from sqlalchemy import select as select_columns
from sqlalchemy.sql.selectable import ScalarSelect
from sqlmodel import Session, col

from app.domain import select_rows
from app.domain.agenda import clocks, plan, running_order
from app.domain.agenda.plan import PlannedTime
from app.domain.select_rows import Row
from app.domain.votes import lookup
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


@dataclass
class Stage:
    """`vote` or `wall` is the one thing on stage besides the item's own task, if any. All of it is for
    reading (see select_rows); the running order and what follows from it are read when first asked for, from
    the snapshot of `database_session` (`read_stage_with_agenda` has read them)."""

    database_session: Session
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
    def agenda_items(self) -> list[Row[Item]]:
        """The items of the day, in order."""
        return select_rows.all_rows(self.database_session, running_order.ORDER, workshop_id=self.workshop.id)

    @property
    def timetable(self) -> Mapping[int, PlannedTime]:
        """When each item is planned, by its id."""
        return plan.planned_times(self.workshop, self.agenda_items)

    @property
    def planned(self) -> PlannedTime | None:
        """When the current item is planned."""
        return self.timetable.get(self.item.id) if self.item else None

    @property
    def planned_start(self) -> datetime | None:
        """When the day is planned to begin."""
        return self.timetable[self.agenda_items[0].id].start if self.agenda_items else None

    @property
    def next_item(self) -> Row[Item] | None:
        """The item after the current one; before the day the first."""
        after = self.item.position if self.item else 0
        return next((item for item in self.agenda_items if item.position > after), None)

    @property
    def next_item_expected_at(self) -> datetime | None:
        """When the next item is to be expected, by the clock of the current one."""
        then = self.next_item
        if self.item is None or then is None:
            return None
        return clocks.expected_start(self.workshop, self.item, then, self.timetable[then.id], moment())


def read_stage(session: Session, workshop_id: int) -> Stage:
    """The stage as it is now, in one query; for who draws while the session lasts."""
    workshop, item, part, vote, wall = select_rows.row_of_each(session, ON_STAGE, workshop_id=workshop_id)
    if vote and wall:
        vote, wall = (vote, None) if vote.staged_at >= wall.staged_at else (None, wall)
    return Stage(session, workshop, item, part, vote, wall)


def read_stage_with_agenda(session: Session, workshop_id: int) -> Stage:
    """The same with the running order; for who draws when the session is over."""
    now = read_stage(session, workshop_id)
    now.agenda_items = select_rows.all_rows(session, running_order.ORDER, workshop_id=workshop_id)
    return now


def question_of(session: Session, vote: Row[Vote] | None) -> Question | None:
    """What the vote on stage asks, if there is one."""
    return lookup.question_of(session, vote) if vote else None
