"""The tables people sit at."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.announce import Topic


class Table(SQLModel, table=True):
    """One table of the room, known by its number."""

    __topic__: ClassVar[Topic] = "participants"
    __tablename__ = "seating_table"
    __table_args__ = (
        UniqueConstraint("workshop_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 999", name="number"),
    )

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE")
    number: int
