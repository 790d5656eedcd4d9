"""Who may answer a vote."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from app.models.base import SQLModel


class Elector(SQLModel, table=True):
    """One unit of the electorate, a person or an organisation, frozen at opening."""

    __table_args__ = (
        UniqueConstraint("vote_id", "participant_id"),
        UniqueConstraint("vote_id", "organisation_id"),
        UniqueConstraint("vote_id", "id"),
        CheckConstraint("(participant_id IS NULL) <> (organisation_id IS NULL)", name="unit"),
    )

    id: int = Field(default=None, primary_key=True)
    vote_id: int = Field(foreign_key="vote.id", ondelete="CASCADE")
    participant_id: int | None = Field(
        default=None, foreign_key="participant.id", ondelete="CASCADE", index=True
    )
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", ondelete="CASCADE", index=True
    )
