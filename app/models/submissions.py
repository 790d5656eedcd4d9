"""Which submissions have been taken, so that a repeated one has no second effect."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, UniqueConstraint
from sqlmodel import Field

from app.models.base import SQLModel, moment


class Submission(SQLModel, table=True):
    """One taken submission: `who` sent it (participant or link), its key, and its body's digest. Those of a
    secret vote go with its key, so they name their vote."""

    __table_args__ = (UniqueConstraint("workshop_id", "who", "key"),)

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE")
    who: str = Field(max_length=24)
    key: str = Field(max_length=64)
    digest: str = Field(max_length=64)
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    vote_id: int | None = Field(default=None, foreign_key="vote.id", ondelete="CASCADE", index=True)
    row_id: int | None = None
    received_at: datetime = Field(default_factory=moment)
