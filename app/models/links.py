"""Links let the people who run the day in; a pass is a browser that came in by one."""

from datetime import datetime
from typing import ClassVar, Literal, get_args

from sqlalchemy import CheckConstraint
from sqlmodel import AutoString, Field

from app.announce import Topic
from app.models.base import SQLModel, moment, one_of

LinkRole = Literal["organiser", "lead", "cofacilitator", "scribe", "observer", "projector"]
LINK_ROLES: tuple[LinkRole, ...] = get_args(LinkRole)


class Link(SQLModel, table=True):
    """A secret address for one role. A `one_time` link opens once; the others until revoked."""

    __topic__: ClassVar[Topic] = "links"
    __table_args__ = (
        one_of("role", LINK_ROLES),
        CheckConstraint("(role = 'scribe') = (table_id IS NOT NULL)", name="scribe_has_table"),
    )
    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE", index=True)
    role: LinkRole = Field(sa_type=AutoString)
    name: str = Field(max_length=80)
    table_id: int | None = Field(default=None, foreign_key="seating_table.id", ondelete="CASCADE", index=True)
    one_time: bool = False
    used_at: datetime | None = None
    created_at: datetime = Field(default_factory=moment)
    revoked_at: datetime | None = None


class LinkSecret(SQLModel, table=True):
    """One secret that opens a link, kept as its hash. A start adds one (it can print no other);
    issuing the link anew ends those before."""

    __tablename__ = "link_secret"

    id: int = Field(default=None, primary_key=True)
    link_id: int = Field(foreign_key="link.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(unique=True, max_length=64)
    used_at: datetime | None = None
    issued_at: datetime = Field(default_factory=moment)


class Pass(SQLModel, table=True):
    """One browser signed in by a link; its cookie holds the token whose hash stands here."""

    id: int = Field(default=None, primary_key=True)
    link_id: int = Field(foreign_key="link.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(default_factory=moment)
