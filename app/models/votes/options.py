"""The options of a vote."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from app.models.base import SQLModel, one_of

AXES = ("option", "criterion")
MEANINGS = ("", "for", "against", "abstain", "block")


class Option(SQLModel, table=True):
    """One possible answer; of a grid also a criterion. What it means for a decision is `meaning`."""

    __table_args__ = (
        UniqueConstraint("vote_id", "axis", "position"),
        UniqueConstraint("vote_id", "id"),
        one_of("axis", AXES),
        one_of("meaning", MEANINGS),
    )

    id: int = Field(default=None, primary_key=True)
    vote_id: int = Field(foreign_key="vote.id", ondelete="CASCADE")
    axis: str = "option"
    position: int
    label_en: str
    label_cy: str = ""
    meaning: str = ""
