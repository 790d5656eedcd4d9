"""The append-only log of what was done, and what is needed to take the last things back."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field

from app.models.base import SQLModel, moment


class LogEntry(SQLModel, table=True):
    """Who-role, what, when, and which row, with the columns that changed: never a text a person
    may want erased, never what a ballot says or whose it is. For reading: what decides is in the rows."""

    __tablename__ = "log"
    __table_args__ = (Index("ix_log_workshop", "workshop_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE")
    at: datetime = Field(default_factory=moment)
    role: str
    link_id: int | None = None
    what: str
    row_kind: str = ""
    row_id: int | None = None
    changes: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class Undo(SQLModel, table=True):
    """How to take one action back: the rows it changed, before and after. Deleted once too old."""

    __table_args__ = (Index("ix_undo_workshop", "workshop_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE")
    link_id: int | None = None
    what: str
    made_at: datetime = Field(default_factory=moment)
    undone_at: datetime | None = None
    changes: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
