"""What each projector shows besides the stage itself."""

from typing import ClassVar

from sqlalchemy import JSON, Column
from sqlmodel import Field

from app.announce import Topic
from app.models.base import LANGUAGES, SQLModel, one_of


class Projector(SQLModel, table=True):
    """One screen, known by its link. `frozen` holds the regions as they stood when it was frozen."""

    __topic__: ClassVar[Topic] = "projectors"
    __table_args__ = (one_of("language", LANGUAGES),)

    id: int = Field(default=None, primary_key=True, foreign_key="link.id", ondelete="CASCADE")
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE", index=True)
    language: str = "en"
    blank: bool = False
    join_shown: bool = False
    frozen: dict[str, str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
