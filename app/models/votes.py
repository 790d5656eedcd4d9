"""A vote, its options, who may answer, and the current answer of each."""

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

VOTE_STATES = ("draft", "open", "closed", "revealed", "final")
UNITS = ("people", "organisations")
SECRECIES = ("named", "group", "anonymous")  # from the loosest to the tightest
RULES = ("none", "majority", "share", "consent")
BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only in an INTEGER
ABSTENTIONS = ("left out", "counted")
TIES = ("keep", "runoff", "lot")
REPEATS = ("round", "after", "runoff")
AXES = ("option", "criterion")
MEANINGS = ("", "for", "against", "abstain", "block")
CHANNELS = ("phone", "paper")
STANDINGS = ("counted", "contested", "set aside")
REASON_LENGTH = 280
LONGEST_OPEN = 600  # minutes until a vote closes by itself


class Vote(SQLModel, table=True):
    """A question put to the room, of a type (a module of domain/vote_types, which says what `least`, `most`,
    `per_option`, `threshold`, `lowest`, `highest` and `decimals` mean there).

    `turn` rises with every change of state or wording, so that a screen knows whether what it shows is still
    what is asked; `version` with every change of wording or rules; `staged_at` puts it on stage. A rule of a
    share needs `rule_part` of `rule_whole`: 2 of 3, or of 10,000 where a percentage was typed. `repeats_id`
    is the vote this one asks again, and `repeats_as` why: in each way a vote is asked again once.
    `closes_after` is how many seconds after its opening a vote closes by itself (None: by hand). While it is
    open, `closes_at` is when it will, `warned_at` since when people are told that this is near, and
    `extended_at` when a facilitator last gave time, which answers the requests before it.
    """

    __table_args__ = (
        one_of("state", VOTE_STATES),
        one_of("unit", UNITS),
        one_of("secrecy", SECRECIES),
        one_of("rule", RULES),
        one_of("abstentions", ABSTENTIONS),
        one_of("ties", TIES),
        one_of("repeats_as", REPEATS),
        CheckConstraint("(rule = 'share') = (rule_part IS NOT NULL)", name="rule_part"),
        CheckConstraint("(rule_part IS NULL) = (rule_whole IS NULL)", name="rule_whole"),
        CheckConstraint("rule_part BETWEEN 1 AND rule_whole", name="rule_share"),
        CheckConstraint("most >= least", name="most"),
        CheckConstraint("highest > lowest", name="highest"),
        CheckConstraint("(repeats_id IS NULL) = (repeats_as IS NULL)", name="repeats"),
        CheckConstraint(f"closes_after BETWEEN 60 AND {60 * LONGEST_OPEN}", name="closes_after"),
        CheckConstraint("closes_at IS NULL OR state = 'open'", name="closes_at"),
        CheckConstraint("warned_at IS NULL OR closes_at IS NOT NULL", name="warned_at"),
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
    electorate_size: int | None = None
    opened_at: datetime | None = None
    closes_at: datetime | None = None
    warned_at: datetime | None = None
    extended_at: datetime | None = None
    closed_at: datetime | None = None
    revealed_at: datetime | None = None
    final_at: datetime | None = None
    staged_at: datetime | None = None
    removed_at: datetime | None = None


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
    """One answer of a ballot: an option, perhaps on a criterion, with a value or a text (see `Given`)."""

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


class Shift(SQLModel, table=True):
    """How many moved from one option to another between a vote and the one that repeats it: counted when the
    first of the two is made final, before its key goes. `aside`: one of the answers came on paper or late."""

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
