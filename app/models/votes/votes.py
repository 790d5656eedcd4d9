"""A vote: its wording, its rules and its times."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field

from app.announce import Topic
from app.models.base import SQLModel, one_of

VOTE_STATES = ("draft", "open", "closed", "revealed", "final")
UNITS = ("people", "organisations")
SECRECIES = ("named", "group", "anonymous")  # from the loosest to the tightest
RULES = ("none", "majority", "share", "consent")
ABSTENTIONS = ("left out", "counted")
TIES = ("keep", "runoff", "lot")
REPEATS = ("round", "after", "runoff")
BREAKDOWNS = ("", "table", "sector", "role")
LONGEST_OPEN = 600  # minutes until a vote closes by itself


class Vote(SQLModel, table=True):
    """A question put to the room, of a type (a module of domain/votes/types, which says what `least`, `most`,
    `per_option`, `threshold`, `lowest`, `highest` and `decimals` mean there).

    `turn` rises with every change of state or wording, so that a screen knows whether what it shows is still
    what is asked; `version` with every change of wording or rules; `staged_at` puts it on stage. A rule of a
    share needs `rule_part` of `rule_whole`: 2 of 3, or of 10,000 where a percentage was typed. `repeats_id`
    is the vote this one asks again, and `repeats_as` why: in each way a vote is asked again once.
    `closes_after` is how many seconds after its opening a vote closes by itself (None: by hand). While it is
    open, `closes_at` is when it will, `warned_at` since when people are told that this is near, and
    `extended_at` when a facilitator last gave time, which answers the requests before it.

    `opened_at` and `closed_at` are of the latest opening; `first_opened_at`, when the electorate was frozen,
    and `first_closed_at` tell which answers are late. `breakdown` is by what a result without names is broken
    down, chosen for good. A secret vote that is final has lost its key at `key_destroyed_at`; until
    `files_cleared_at` the database's files may still hold it.
    """

    __topic__: ClassVar[Topic] = "votes"
    __table_args__ = (
        one_of("state", VOTE_STATES),
        one_of("unit", UNITS),
        one_of("secrecy", SECRECIES),
        one_of("rule", RULES),
        one_of("abstentions", ABSTENTIONS),
        one_of("ties", TIES),
        one_of("repeats_as", REPEATS),
        one_of("breakdown", BREAKDOWNS),
        CheckConstraint("(rule = 'share') = (rule_part IS NOT NULL)", name="rule_part"),
        CheckConstraint("(rule_part IS NULL) = (rule_whole IS NULL)", name="rule_whole"),
        CheckConstraint("rule_part BETWEEN 1 AND rule_whole", name="rule_share"),
        CheckConstraint("most >= least", name="most"),
        CheckConstraint("highest > lowest", name="highest"),
        CheckConstraint("(repeats_id IS NULL) = (repeats_as IS NULL)", name="repeats"),
        CheckConstraint(f"closes_after BETWEEN 60 AND {60 * LONGEST_OPEN}", name="closes_after"),
        CheckConstraint("closes_at IS NULL OR state = 'open'", name="closes_at"),
        CheckConstraint("warned_at IS NULL OR closes_at IS NOT NULL", name="warned_at"),
        CheckConstraint("(first_opened_at IS NULL) = (electorate_size IS NULL)", name="first_opened_at"),
        CheckConstraint("first_closed_at IS NULL OR first_opened_at IS NOT NULL", name="first_closed_at"),
        CheckConstraint(
            "(key_destroyed_at IS NOT NULL) = (state = 'final' AND secrecy <> 'named')",
            name="key_destroyed_at",
        ),
        CheckConstraint("files_cleared_at IS NULL OR key_destroyed_at IS NOT NULL", name="files_cleared_at"),
        Index(
            "ix_vote_closes_at",
            "closes_at",
            sqlite_where=text("closes_at IS NOT NULL"),
            postgresql_where=text("closes_at IS NOT NULL"),
        ),
        Index(
            "uq_vote_repeats",
            "repeats_id",
            "repeats_as",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE", index=True)
    item_id: int = Field(foreign_key="item.id", ondelete="CASCADE", index=True)
    type: str = "single"
    question_en: str
    question_cy: str = ""
    version: int = 1
    unit: str = "people"
    secrecy: str = "anonymous"
    least: int | None = None
    most: int | None = None
    per_option: int | None = None
    threshold: int | None = None
    lowest: int | None = Field(default=None, sa_type=BigInteger)
    highest: int | None = Field(default=None, sa_type=BigInteger)
    decimals: int = 0
    measure_en: str = ""
    measure_cy: str = ""
    rule: str = "none"
    rule_part: int | None = None
    rule_whole: int | None = None
    abstentions: str = "left out"
    ties: str = "keep"
    lot_seed: str = ""
    shuffled: bool = False
    reasons: bool = False
    receipts: bool = False
    closes_after: int | None = None
    repeats_id: int | None = Field(default=None, foreign_key="vote.id", index=True)
    repeats_as: str | None = None
    state: str = "draft"
    turn: int = 1
    breakdown: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    electorate_size: int | None = None
    first_opened_at: datetime | None = None
    first_closed_at: datetime | None = None
    opened_at: datetime | None = None
    closes_at: datetime | None = None
    warned_at: datetime | None = None
    extended_at: datetime | None = None
    closed_at: datetime | None = None
    revealed_at: datetime | None = None
    final_at: datetime | None = None
    key_destroyed_at: datetime | None = None
    files_cleared_at: datetime | None = None
    staged_at: datetime | None = None
    removed_at: datetime | None = None
