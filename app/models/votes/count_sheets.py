"""Paper ballots counted by hand: how many a table had, and how often each option."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from app.models.base import SQLModel, moment


class CountSheet(SQLModel, table=True):
    """A table's paper ballots as counted by hand: how many there were. Without a table: those of every table
    together, of a secret vote that is final."""

    __tablename__ = "count_sheet"
    __table_args__ = (
        UniqueConstraint("vote_id", "id"),
        CheckConstraint("ballots >= 0", name="ballots"),
    )

    id: int = Field(default=None, primary_key=True)
    vote_id: int = Field(foreign_key="vote.id", ondelete="CASCADE", index=True)
    table_id: int | None = Field(default=None, foreign_key="seating_table.id", ondelete="CASCADE", index=True)
    ballots: int
    entered_by: int | None = Field(default=None, foreign_key="link.id")
    entered_at: datetime = Field(default_factory=moment)
    replaced_at: datetime | None = None


class CountLine(SQLModel, table=True):
    """How often a count sheet has one option (dots: how many dots)."""

    __tablename__ = "count_line"
    __table_args__ = (
        CheckConstraint("n >= 1", name="n"),
        ForeignKeyConstraint(
            ["vote_id", "sheet_id"], ["count_sheet.vote_id", "count_sheet.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["vote_id", "option_id"], ["option.vote_id", "option.id"], ondelete="CASCADE"),
    )

    sheet_id: int = Field(primary_key=True)
    option_id: int = Field(primary_key=True)
    vote_id: int
    n: int
