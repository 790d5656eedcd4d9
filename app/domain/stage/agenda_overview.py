"""The whole day at a glance: every item with its planned times, votes and walls."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from app.domain import select_rows
from app.domain.agenda import clocks
from app.domain.agenda.plan import PlannedTime
from app.domain.select_rows import Row
from app.domain.stage import stage
from app.models import AgendaSession, Item, Vote, Wall, Workshop
from app.models.base import moment

PARTS = select(AgendaSession).where(AgendaSession.workshop_id == bindparam("workshop_id"))


VOTES = select(Vote).where(Vote.workshop_id == bindparam("workshop_id"), col(Vote.removed_at).is_(None))


WALLS = select(Wall).where(Wall.workshop_id == bindparam("workshop_id"), col(Wall.removed_at).is_(None))


@dataclass(slots=True)
class AgendaLine:
    """One line of the running order as the console shows it."""

    item: Row[Item]
    session: Row[AgendaSession]
    planned: PlannedTime
    votes: list[Row[Vote]]
    walls: list[Row[Wall]]


@dataclass(slots=True)
class AgendaOverview:
    """The whole day, and how far it runs behind the plan (None before and after; negative: ahead)."""

    workshop: Row[Workshop]
    lines: list[AgendaLine]
    end: datetime | None
    behind: timedelta | None


def read(session: Session, workshop_id: int) -> AgendaOverview:
    """Every item with planned times, votes and walls: five queries whatever the day's length."""
    today = stage.read_stage(session, workshop_id)
    workshop, order, planned = today.workshop, today.agenda_items, today.timetable
    parts = {part.id: part for part in select_rows.all_rows(session, PARTS, workshop_id=workshop_id)}
    all_votes = select_rows.all_rows(session, VOTES, workshop_id=workshop_id)
    all_walls = select_rows.all_rows(session, WALLS, workshop_id=workshop_id)
    lines = [
        AgendaLine(
            item,
            parts[item.session_id],
            planned[item.id],
            [vote for vote in all_votes if vote.item_id == item.id],
            [wall for wall in all_walls if wall.item_id == item.id],
        )
        for item in order
    ]
    now = next((line for line in lines if line.item.state == "current"), None)
    behind = clocks.time_behind(workshop, now.item, now.planned, moment()) if now else None
    return AgendaOverview(workshop, lines, lines[-1].planned.end if lines else None, behind)
