"""Who needs more time for a vote that closes by itself."""

from datetime import datetime

from sqlmodel import Field

from app.models.base import SQLModel, moment


class TimeRequest(SQLModel, table=True):
    """One person's request, the latest one. It stands until a facilitator has given time since (`extended_at`
    of the vote) or the vote was opened again; it goes when the vote becomes final."""

    __tablename__ = "time_request"

    vote_id: int = Field(primary_key=True, foreign_key="vote.id", ondelete="CASCADE")
    participant_id: int = Field(
        primary_key=True, foreign_key="participant.id", ondelete="CASCADE", index=True
    )
    asked_at: datetime = Field(default_factory=moment)
