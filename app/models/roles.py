"""What people may say they are in the day's subject, such as "Front-line practitioner"."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from app.announce import Topic
from app.models.base import SQLModel


class Role(SQLModel, table=True):
    """One role that joining offers. It is what a person does elsewhere, and gives no rights here (that is
    `Who.role`). A removed one is asked no more, but what was counted by it keeps its name."""

    __topic__: ClassVar[Topic] = "participants"
    __table_args__ = (
        UniqueConstraint("workshop_id", "position"),
        CheckConstraint("length(name_en) BETWEEN 1 AND 80", name="name_en"),
        CheckConstraint("length(name_cy) <= 80", name="name_cy"),
    )

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE")
    position: int
    name_en: str
    name_cy: str = ""
    removed_at: datetime | None = None
