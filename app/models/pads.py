"""A pad is a table's record of an item; an entry is one line of it."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Column, Index
from sqlmodel import Field

from app.announce import Topic
from app.models.base import SQLModel, moment, one_of

ENTRY_KINDS = ("point", "agreement", "disagreement", "question", "quote", "action", "park")
ENTRY_LENGTH = 500


class Entry(SQLModel, table=True):
    """One line typed by a scribe, of a type; never with a name of who said it."""

    __topic__: ClassVar[Topic] = "pads"
    __table_args__ = (
        one_of("kind", ENTRY_KINDS),
        CheckConstraint(f"length(text) BETWEEN 1 AND {ENTRY_LENGTH}", name="text"),
        Index("ix_entry_pad", "table_id", "item_id"),
    )
    __erasable__ = frozenset({"text"})

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE", index=True)
    table_id: int = Field(foreign_key="seating_table.id", ondelete="CASCADE")
    item_id: int = Field(foreign_key="item.id", ondelete="CASCADE", index=True)
    kind: str = "point"
    text: str
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    written_at: datetime = Field(default_factory=moment)
    received_at: datetime = Field(default_factory=moment)
    edited_at: datetime | None = None
    removed_at: datetime | None = None
