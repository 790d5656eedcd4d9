"""A wall and the notes people write for it."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from app.announce import Topic
from app.models.base import LANGUAGES, SQLModel, moment, one_of

WALL_STATES = ("draft", "open", "closed")
HIDING_REASONS = ("abuse", "personal", "duplicate", "off-topic")
NOTE_LENGTH = 280


class Wall(SQLModel, table=True):
    """A question answered by notes: private until `released_at`, in sight of all afterwards. One of a
    `vote_id` holds the answers of that free text vote, and nothing else."""

    __topic__: ClassVar[Topic] = "walls"
    __table_args__ = (one_of("state", WALL_STATES),)

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE", index=True)
    item_id: int = Field(foreign_key="item.id", ondelete="CASCADE", index=True)
    vote_id: int | None = Field(default=None, foreign_key="vote.id", ondelete="CASCADE", unique=True)
    prompt_en: str
    prompt_cy: str = ""
    state: str = "draft"
    turn: int = 1
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    released_at: datetime | None = None
    staged_at: datetime | None = None
    removed_at: datetime | None = None


class Note(SQLModel, table=True):
    """One idea of one person. `written_at` is the phone's time, `received_at` the server's.

    A note merged into an identical one keeps its own row (and so its submitter) and points there.
    """

    __topic__: ClassVar[Topic] = "notes"
    __table_args__ = (
        CheckConstraint(f"length(text) BETWEEN 1 AND {NOTE_LENGTH}", name="text"),
        CheckConstraint("(hidden_at IS NULL) = (hidden_reason IS NULL)", name="hidden"),
        one_of("language", LANGUAGES),
        one_of("hidden_reason", HIDING_REASONS),
        UniqueConstraint("wall_id", "id"),
        ForeignKeyConstraint(["wall_id", "cluster_id"], ["cluster.wall_id", "cluster.id"]),
        ForeignKeyConstraint(["wall_id", "merged_into"], ["note.wall_id", "note.id"]),
        Index("ix_note_wall_author", "wall_id", "author_id"),
    )
    __erasable__ = frozenset({"text", "author_id"})

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE", index=True)
    wall_id: int = Field(foreign_key="wall.id", ondelete="CASCADE")
    author_id: int | None = Field(default=None, foreign_key="participant.id", index=True)
    table_id: int | None = Field(default=None, foreign_key="seating_table.id")
    round: int = 1
    language: str = "en"
    text: str
    written_at: datetime = Field(default_factory=moment)
    received_at: datetime = Field(default_factory=moment)
    released_at: datetime | None = None
    withdrawn_at: datetime | None = None
    hidden_at: datetime | None = None
    hidden_reason: str | None = None
    cluster_id: int | None = Field(default=None, index=True)
    place: int = 0
    merged_into: int | None = Field(default=None, index=True)
