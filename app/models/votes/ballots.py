"""What has been answered: ballots, and the answers on each."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlmodel import Field, col

from app.models.base import SQLModel, moment, one_of

BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only in an INTEGER
CHANNELS = ("phone", "paper")
STANDINGS = ("counted", "contested", "set aside")
REASON_LENGTH = 280


class Ballot(SQLModel, table=True):
    """What one unit answered, as it stands: only "counted" ones are tallied.

    `voter_id` answered for the elector (nobody did on paper, which `entered_by` typed in); an anonymous paper
    ballot has a `serial` instead of an elector. `sequence` is of the submission (server milliseconds);
    `table_id`, `sector` and `role_id` are the group tags of a vote that has them.
    """

    __table_args__ = (
        Index(
            "uq_ballot_counted",
            "vote_id",
            "elector_id",
            unique=True,
            sqlite_where=text("standing = 'counted'"),
            postgresql_where=text("standing = 'counted'"),
        ),
        Index(
            "uq_ballot_voter",
            "vote_id",
            "voter_id",
            unique=True,
            sqlite_where=text("standing <> 'set aside'"),
            postgresql_where=text("standing <> 'set aside'"),
        ),
        UniqueConstraint("vote_id", "serial"),
        UniqueConstraint("vote_id", "receipt"),
        UniqueConstraint("vote_id", "id"),
        one_of("channel", CHANNELS),
        one_of("standing", STANDINGS),
        CheckConstraint("elector_id IS NULL OR serial IS NULL", name="serial"),
        CheckConstraint(f"length(reason) <= {REASON_LENGTH}", name="reason"),
        ForeignKeyConstraint(
            ["vote_id", "elector_id"], ["elector.vote_id", "elector.id"], ondelete="CASCADE"
        ),
    )

    id: int = Field(default=None, sa_column=Column(BIG, primary_key=True))
    vote_id: int = Field(foreign_key="vote.id", ondelete="CASCADE")
    elector_id: int | None = None
    voter_id: int | None = Field(default=None, foreign_key="participant.id", ondelete="SET NULL", index=True)
    serial: str | None = None
    channel: str = "phone"
    standing: str = "counted"
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    cast_at: datetime = Field(default_factory=moment)
    entered_by: int | None = Field(default=None, foreign_key="link.id")
    reason: str = ""
    receipt: str | None = None
    table_id: int | None = Field(default=None, foreign_key="seating_table.id")
    sector: str = ""
    role_id: int | None = Field(default=None, foreign_key="role.id")


class Answer(SQLModel, table=True):
    """One answer of a ballot: an option, perhaps on a criterion, with a value or a text (`AnswerValue`)."""

    __table_args__ = (
        CheckConstraint("place >= 1", name="place"),
        CheckConstraint("option_id IS NOT NULL OR value IS NOT NULL OR text IS NOT NULL", name="something"),
        CheckConstraint("criterion_id IS NULL OR option_id IS NOT NULL", name="criterion"),
        ForeignKeyConstraint(["vote_id", "ballot_id"], ["ballot.vote_id", "ballot.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["vote_id", "option_id"], ["option.vote_id", "option.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["vote_id", "criterion_id"], ["option.vote_id", "option.id"], ondelete="CASCADE"
        ),
        Index("ix_answer_vote", "vote_id"),
    )

    ballot_id: int = Field(sa_column=Column(BIG, primary_key=True))
    place: int = Field(primary_key=True, default=1)
    vote_id: int
    option_id: int | None = None
    criterion_id: int | None = None
    value: int | None = Field(default=None, sa_type=BigInteger)
    text: str | None = None


Index(
    "uq_answer_once",
    col(Answer.ballot_id),
    col(Answer.option_id),
    func.coalesce(col(Answer.criterion_id), 0),
    unique=True,
)
