"""A vote, its options, who may answer, and the current answer of each."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from app.models.base import SQLModel, moment, one_of

VOTE_TYPES = ("single",)
VOTE_STATES = ("draft", "open", "closed", "revealed", "final")


class Vote(SQLModel, table=True):
    """A question put to the room. `turn` rises with every change of state or wording, so that a
    screen knows whether what it shows is still what is asked; `staged_at` puts it on stage."""

    __table_args__ = (one_of("type", VOTE_TYPES), one_of("state", VOTE_STATES))

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE", index=True)
    item_id: int = Field(foreign_key="item.id", ondelete="CASCADE", index=True)
    type: str = "single"
    question_en: str
    question_cy: str = ""
    state: str = "draft"
    turn: int = 1
    electorate_size: int | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    revealed_at: datetime | None = None
    staged_at: datetime | None = None
    removed_at: datetime | None = None


class Option(SQLModel, table=True):
    """One possible answer."""

    __table_args__ = (UniqueConstraint("vote_id", "position"), UniqueConstraint("vote_id", "id"))

    id: int = Field(default=None, primary_key=True)
    vote_id: int = Field(foreign_key="vote.id", ondelete="CASCADE")
    position: int
    label_en: str
    label_cy: str = ""


class Elector(SQLModel, table=True):
    """One person of the electorate, frozen at opening."""

    vote_id: int = Field(primary_key=True, foreign_key="vote.id", ondelete="CASCADE")
    participant_id: int = Field(
        primary_key=True, foreign_key="participant.id", ondelete="CASCADE", index=True
    )


class Ballot(SQLModel, table=True):
    """One unit's current answer; `sequence` is of the submission that gave it (server milliseconds)."""

    __table_args__ = (
        UniqueConstraint("vote_id", "participant_id"),
        UniqueConstraint("vote_id", "id"),
        ForeignKeyConstraint(
            ["vote_id", "participant_id"], ["elector.vote_id", "elector.participant_id"], ondelete="CASCADE"
        ),
    )

    id: int = Field(default=None, primary_key=True)
    vote_id: int
    participant_id: int
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    cast_at: datetime = Field(default_factory=moment)


class Answer(SQLModel, table=True):
    """What a ballot says: the option in each place (a single choice has only place 1)."""

    __table_args__ = (
        CheckConstraint("place >= 1", name="place"),
        ForeignKeyConstraint(["vote_id", "ballot_id"], ["ballot.vote_id", "ballot.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["vote_id", "option_id"], ["option.vote_id", "option.id"], ondelete="CASCADE"),
    )

    ballot_id: int = Field(primary_key=True)
    place: int = Field(primary_key=True, default=1)
    vote_id: int
    option_id: int
