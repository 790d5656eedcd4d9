"""The groups a room makes of its notes."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from app.announce import Topic
from app.models.base import SQLModel, one_of

SYMBOLS = ("circle", "square", "triangle", "star", "diamond", "heart", "cross", "moon")


class Cluster(SQLModel, table=True):
    """A group of notes on one wall: a symbol first, a title later, an order among its like."""

    __topic__: ClassVar[Topic] = "notes"
    __table_args__ = (one_of("symbol", SYMBOLS), UniqueConstraint("wall_id", "id"))

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE", index=True)
    wall_id: int = Field(foreign_key="wall.id", ondelete="CASCADE", index=True)
    symbol: str
    title: str = Field(default="", max_length=80)
    position: int
    removed_at: datetime | None = None
