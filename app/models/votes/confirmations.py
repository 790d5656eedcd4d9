"""What an organisation says after the day of what it answered in the room, and the link it says it by."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from app.announce import Topic
from app.models.base import SQLModel, moment
from app.models.votes.ballots import REASON_LENGTH


class ConfirmLink(SQLModel, table=True):
    """The secret address by which one organisation confirms later what it answered in a vote, kept as its
    hash. It works through the day `expires_on` of the workshop's zone; a new one ends the one before."""

    __topic__: ClassVar[Topic] = "links"
    __tablename__ = "confirm_link"
    __table_args__ = (
        UniqueConstraint("vote_id", "elector_id"),
        ForeignKeyConstraint(
            ["vote_id", "elector_id"], ["elector.vote_id", "elector.id"], ondelete="CASCADE"
        ),
    )
    __erasable__ = frozenset({"token_hash"})

    id: int = Field(default=None, primary_key=True)
    vote_id: int
    elector_id: int
    token_hash: str = Field(unique=True, max_length=64)
    expires_on: date
    issued_at: datetime = Field(default_factory=moment)
    revoked_at: datetime | None = None


class Confirmation(SQLModel, table=True):
    """What an organisation said later; its answer in the room stays as it was given. Of several the one that
    has not been replaced is the latest."""

    __table_args__ = (
        Index(
            "uq_confirmation_standing",
            "vote_id",
            "elector_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        ForeignKeyConstraint(
            ["vote_id", "elector_id"], ["elector.vote_id", "elector.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["vote_id", "option_id"], ["option.vote_id", "option.id"], ondelete="CASCADE"),
        CheckConstraint(f"length(reason) <= {REASON_LENGTH}", name="reason"),
    )

    id: int = Field(default=None, primary_key=True)
    vote_id: int
    elector_id: int
    option_id: int
    reason: str = ""
    confirmed_at: datetime = Field(default_factory=moment)
    replaced_at: datetime | None = None
