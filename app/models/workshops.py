"""A workshop is one event day; everything else belongs to exactly one."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, text
from sqlmodel import Field

from app.announce import Topic
from app.models.base import SQLModel, moment, one_of

WORKSHOP_STATES = ("ahead", "running", "closed")


class Workshop(SQLModel, table=True):
    """`shift_seconds` moves the whole plan (a late start); planned minutes are divided by `speed`
    (a rehearsal); `version` rises with every committed change; a breakdown of a vote shows no group below
    `smallest_group`."""

    __topic__: ClassVar[Topic] = "agenda"
    __table_args__ = (
        one_of("state", WORKSHOP_STATES),
        CheckConstraint("speed >= 1", name="speed"),
        CheckConstraint("smallest_group >= 3", name="smallest_group"),
        CheckConstraint("length(code) = 6", name="code"),
    )

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=6)
    template: str = ""
    version: int = 0
    title_en: str
    title_cy: str = ""
    remit_en: str = ""
    remit_cy: str = ""
    privacy_en: str = ""
    privacy_cy: str = ""
    source_en: str = ""
    source_cy: str = ""
    day: date
    time_zone: str = "Europe/London"
    state: str = "ahead"
    shift_seconds: int = 0
    speed: int = 1
    smallest_group: int = Field(default=5, sa_column_kwargs={"server_default": text("5")})
    started_at: datetime | None = None
    closed_at: datetime | None = None
    created_at: datetime = Field(default_factory=moment)
    rehearsal_of: int | None = Field(default=None, foreign_key="workshop.id", index=True)
