"""The people who take part from their phones, and the organisations they come from."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, ForeignKey, Index, Integer, UniqueConstraint
from sqlmodel import Field

from app.announce import Topic
from app.models.base import LANGUAGES, SQLModel, moment, one_of


class Organisation(SQLModel, table=True):
    """A body taking part; `folded` is its name without case, so that each is there once. `spokesperson_id`
    answers for it where its people disagree."""

    __topic__: ClassVar[Topic] = "participants"
    __table_args__ = (UniqueConstraint("workshop_id", "folded"),)

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE")
    name: str = Field(max_length=120)
    folded: str = Field(max_length=240)
    sector: str = ""
    spokesperson_id: int | None = Field(
        default=None,
        sa_column=Column(Integer, ForeignKey("participant.id", use_alter=True, ondelete="SET NULL")),
    )


class Participant(SQLModel, table=True):
    """A person in the room. `code_hash` is of their personal code, `device_hash` of the one
    device that may answer now; `online` is connection, `left_at` and `removed_at` attendance. `role_id` is
    what they said they are, which stands beside no name anywhere."""

    __topic__: ClassVar[Topic] = "participants"
    __table_args__ = (
        one_of("language", LANGUAGES),
        Index("ix_participant_room", "workshop_id", "removed_at"),
    )
    __erasable__ = frozenset({"name", "code_hash", "device_hash", "role_id"})

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE")
    name: str = Field(default="", max_length=80)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    table_id: int | None = Field(default=None, foreign_key="seating_table.id", index=True)
    role_id: int | None = Field(default=None, foreign_key="role.id")
    language: str = "en"
    code_hash: str = Field(unique=True, max_length=64)
    device_hash: str = Field(max_length=64)
    joined_at: datetime = Field(default_factory=moment)
    removed_at: datetime | None = None
    online: bool = False
    seen_at: datetime | None = None
