"""The running order: sessions of the day and their agenda items, each with its clock."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from app.announce import Topic
from app.models.base import SQLModel, one_of

KINDS = ("talk", "break", "table", "vote", "wall")
ITEM_STATES = ("ahead", "current", "done")
CLOCK_STATES = ("idle", "running", "paused")


class AgendaSession(SQLModel, table=True):
    """A named part of the day with its own attendance (a database session has the short name)."""

    __tablename__ = "agenda_session"
    __table_args__ = (UniqueConstraint("workshop_id", "position"),)

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE")
    position: int
    name_en: str
    name_cy: str = ""


class Item(SQLModel, table=True):
    """One line of the running order. `locked_start` is HH:MM in the workshop's time zone.

    The clock is an end instant while running, a remainder in milliseconds while paused
    (negative once over-run), and nothing while idle.
    """

    __topic__: ClassVar[Topic] = "agenda"
    __table_args__ = (
        UniqueConstraint("workshop_id", "position"),
        one_of("kind", KINDS),
        one_of("state", ITEM_STATES),
        one_of("clock_state", CLOCK_STATES),
        CheckConstraint("minutes >= 0 AND minutes <= 600", name="minutes"),
        CheckConstraint(
            "(clock_state = 'running') = (clock_ends_at IS NOT NULL)"
            " AND (clock_state = 'paused') = (clock_left_ms IS NOT NULL)",
            name="clock",
        ),
        Index(
            "uq_item_one_current",
            "workshop_id",
            unique=True,
            sqlite_where=text("state = 'current'"),
            postgresql_where=text("state = 'current'"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE")
    session_id: int = Field(foreign_key="agenda_session.id", ondelete="CASCADE", index=True)
    position: int
    kind: str
    phase: str = ""
    method_en: str = ""
    method_cy: str = ""
    title_en: str
    title_cy: str = ""
    instruction_en: str = ""
    instruction_cy: str = ""
    guide_en: str = ""
    guide_cy: str = ""
    minutes: int
    locked_start: str | None = Field(default=None, max_length=5)
    state: str = "ahead"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    clock_state: str = "idle"
    clock_ends_at: datetime | None = None
    clock_left_ms: int | None = None


class ItemCard(SQLModel, table=True):
    """A card shown with an item."""

    __tablename__ = "item_card"

    item_id: int = Field(foreign_key="item.id", primary_key=True, ondelete="CASCADE")
    card_id: int = Field(foreign_key="card.id", primary_key=True, ondelete="CASCADE", index=True)
    position: int
