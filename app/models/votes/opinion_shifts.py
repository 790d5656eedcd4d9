"""How answers moved from one vote to the next."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import Field

from app.models.base import SQLModel


class ShiftCount(SQLModel, table=True):
    """How many moved from one option to another between a vote and the one that repeats it: counted when the
    first of the two is made final, before its key goes. `aside`: one of the answers came on paper or late."""

    __tablename__ = "shift"
    __table_args__ = (
        ForeignKeyConstraint(["before_id", "was"], ["option.vote_id", "option.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["after_id", "now"], ["option.vote_id", "option.id"], ondelete="CASCADE"),
        CheckConstraint("n >= 1", name="n"),
    )

    before_id: int = Field(primary_key=True, foreign_key="vote.id", ondelete="CASCADE")
    after_id: int = Field(primary_key=True, foreign_key="vote.id", ondelete="CASCADE")
    was: int = Field(primary_key=True)
    now: int = Field(primary_key=True)
    aside: bool = Field(default=False, primary_key=True)
    n: int
