"""votes of every type, answered by people or organisations, on phones or on paper

Revises: 5d1c0a7b9e42
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "4406d5c887d3"
down_revision = "5d1c0a7b9e42"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
# Column, its type, what the rows there are get.
VOTE = (
    ("version", sa.Integer(), "1"),
    ("unit", TEXT(), "people"),
    ("secrecy", TEXT(), "anonymous"),
    ("least", sa.Integer(), None),
    ("most", sa.Integer(), None),
    ("per_option", sa.Integer(), None),
    ("threshold", sa.Integer(), None),
    ("lowest", sa.BigInteger(), None),
    ("highest", sa.BigInteger(), None),
    ("decimals", sa.Integer(), "0"),
    ("measure_en", TEXT(), ""),
    ("measure_cy", TEXT(), ""),
    ("rule", TEXT(), "none"),
    ("rule_share", sa.Integer(), None),
    ("abstentions", TEXT(), "left out"),
    ("ties", TEXT(), "keep"),
    ("lot_seed", TEXT(), ""),
    ("shuffled", sa.Boolean(), sa.false()),
    ("reasons", sa.Boolean(), sa.false()),
    ("receipts", sa.Boolean(), sa.false()),
    ("repeats_id", sa.Integer(), None),
    ("repeats_as", TEXT(), None),
    ("final_at", sqlmodel.sql.sqltypes.UTCDateTime(), None),
)
VOTE_CHECKS = {
    "unit": "unit IN ('people', 'organisations')",
    "secrecy": "secrecy IN ('named', 'group', 'anonymous')",
    "rule": "rule IN ('none', 'majority', 'share', 'consent')",
    "abstentions": "abstentions IN ('left out', 'counted')",
    "ties": "ties IN ('keep', 'runoff', 'lot')",
    "repeats_as": "repeats_as IN ('round', 'after', 'runoff')",
    "rule_share": "(rule = 'share') = (rule_share IS NOT NULL)",
    "share": "rule_share BETWEEN 1 AND 10000",
    "most": "most >= least",
    "highest": "highest > lowest",
    "repeats": "(repeats_id IS NULL) = (repeats_as IS NULL)",
}
OPTION_CHECKS = {
    "axis": "axis IN ('option', 'criterion')",
    "meaning": "meaning IN ('', 'for', 'against', 'abstain', 'block')",
}


def upgrade() -> None:
    for table in ("elector", "ballot", "answer"):
        op.execute(f"CREATE TABLE {table}_before AS SELECT * FROM {table}")
    for table in ("answer", "ballot", "elector"):
        op.drop_table(table)
    change_votes()
    change_options()
    change_others()
    create_tables()
    op.execute(
        "INSERT INTO elector (vote_id, participant_id) SELECT vote_id, participant_id FROM elector_before"
    )
    op.execute(
        """INSERT INTO ballot (id, vote_id, elector_id, voter_id, channel, standing, sequence, cast_at, reason, sector)
           SELECT old.id, old.vote_id, elector.id, old.participant_id, 'phone', 'counted', old.sequence,
                  old.cast_at, '', ''
           FROM ballot_before AS old
           JOIN elector ON elector.vote_id = old.vote_id AND elector.participant_id = old.participant_id"""
    )
    op.execute(
        """INSERT INTO answer (ballot_id, place, vote_id, option_id)
           SELECT ballot_id, place, vote_id, option_id FROM answer_before"""
    )
    if op.get_bind().dialect.name == "postgresql":  # ids were given, not drawn from the sequence
        op.execute("SELECT setval('ballot_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM ballot), false)")
    for table in ("answer", "ballot", "elector"):
        op.drop_table(f"{table}_before")


def change_votes() -> None:
    with op.batch_alter_table("vote") as batch_op:
        batch_op.drop_constraint(op.f("ck_vote_type"), type_="check")
        for name, kind, default in VOTE:
            batch_op.add_column(sa.Column(name, kind, nullable=default is None, server_default=default))
        for name, words in VOTE_CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_vote_{name}"), words)
        batch_op.create_index(batch_op.f("ix_vote_repeats_id"), ["repeats_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_vote_repeats_id_vote"), "vote", ["repeats_id"], ["id"])
    drop_defaults("vote", *(name for name, _, default in VOTE if default is not None))


def change_options() -> None:
    with op.batch_alter_table("option") as batch_op:
        batch_op.add_column(sa.Column("axis", TEXT(), nullable=False, server_default="option"))
        batch_op.add_column(sa.Column("meaning", TEXT(), nullable=False, server_default=""))
        for name, words in OPTION_CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_option_{name}"), words)
        batch_op.drop_constraint(batch_op.f("uq_option_vote_id_position"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_option_vote_id_axis_position"), ["vote_id", "axis", "position"]
        )
    drop_defaults("option", "axis", "meaning")


def change_others() -> None:
    # Added where it is: a trigger of the log refers to this table, so SQLite cannot replace it.
    op.execute(
        """ALTER TABLE workshop ADD COLUMN smallest_group INTEGER DEFAULT 5 NOT NULL
           CONSTRAINT ck_workshop_smallest_group CHECK (smallest_group >= 3)"""
    )
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.add_column(sa.Column("spokesperson_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_organisation_spokesperson_id_participant"),
            "participant",
            ["spokesperson_id"],
            ["id"],
            ondelete="SET NULL",
        )
    with op.batch_alter_table("submission") as batch_op:
        batch_op.add_column(sa.Column("vote_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_submission_vote_id"), ["vote_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_submission_vote_id_vote"), "vote", ["vote_id"], ["id"], ondelete="CASCADE"
        )


def drop_defaults(table: str, *columns: str) -> None:
    """They filled the rows there were; from here on the models say what is written."""
    with op.batch_alter_table(table) as batch_op:
        for column in columns:
            batch_op.alter_column(column, server_default=None)


def create_tables() -> None:
    op.create_table(
        "count_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("table_id", sa.Integer(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("entered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("replaced_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint("ballots >= 0", name=op.f("ck_count_sheet_ballots")),
        sa.ForeignKeyConstraint(["entered_by"], ["link.id"], name=op.f("fk_count_sheet_entered_by_link")),
        sa.ForeignKeyConstraint(
            ["table_id"],
            ["seating_table.id"],
            name=op.f("fk_count_sheet_table_id_seating_table"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["vote.id"], name=op.f("fk_count_sheet_vote_id_vote"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_sheet")),
        sa.UniqueConstraint("vote_id", "id", name=op.f("uq_count_sheet_vote_id_id")),
    )
    with op.batch_alter_table("count_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_count_sheet_table_id"), ["table_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_count_sheet_vote_id"), ["vote_id"], unique=False)

    op.create_table(
        "elector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(participant_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_elector_unit")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_elector_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_elector_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["vote.id"], name=op.f("fk_elector_vote_id_vote"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elector")),
        sa.UniqueConstraint("vote_id", "id", name=op.f("uq_elector_vote_id_id")),
        sa.UniqueConstraint("vote_id", "organisation_id", name=op.f("uq_elector_vote_id_organisation_id")),
        sa.UniqueConstraint("vote_id", "participant_id", name=op.f("uq_elector_vote_id_participant_id")),
    )
    with op.batch_alter_table("elector", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_elector_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_elector_participant_id"), ["participant_id"], unique=False)

    op.create_table(
        "ballot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("elector_id", sa.Integer(), nullable=True),
        sa.Column("voter_id", sa.Integer(), nullable=True),
        sa.Column("serial", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("standing", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("cast_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("receipt", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("table_id", sa.Integer(), nullable=True),
        sa.Column("sector", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint("channel IN ('phone', 'paper')", name=op.f("ck_ballot_channel")),
        sa.CheckConstraint(
            "standing IN ('counted', 'contested', 'set aside')", name=op.f("ck_ballot_standing")
        ),
        sa.CheckConstraint("elector_id IS NULL OR serial IS NULL", name=op.f("ck_ballot_serial")),
        sa.CheckConstraint("length(reason) <= 280", name=op.f("ck_ballot_reason")),
        sa.ForeignKeyConstraint(["entered_by"], ["link.id"], name=op.f("fk_ballot_entered_by_link")),
        sa.ForeignKeyConstraint(
            ["table_id"], ["seating_table.id"], name=op.f("fk_ballot_table_id_seating_table")
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "elector_id"],
            ["elector.vote_id", "elector.id"],
            name=op.f("fk_ballot_vote_id_elector_id_elector"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["vote.id"], name=op.f("fk_ballot_vote_id_vote"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["voter_id"], ["participant.id"], name=op.f("fk_ballot_voter_id_participant"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sa.UniqueConstraint("vote_id", "id", name=op.f("uq_ballot_vote_id_id")),
        sa.UniqueConstraint("vote_id", "receipt", name=op.f("uq_ballot_vote_id_receipt")),
        sa.UniqueConstraint("vote_id", "serial", name=op.f("uq_ballot_vote_id_serial")),
    )
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_voter_id"), ["voter_id"], unique=False)
        batch_op.create_index(
            "uq_ballot_counted",
            ["vote_id", "elector_id"],
            unique=True,
            sqlite_where=sa.text("standing = 'counted'"),
            postgresql_where=sa.text("standing = 'counted'"),
        )
        batch_op.create_index(
            "uq_ballot_voter",
            ["vote_id", "voter_id"],
            unique=True,
            sqlite_where=sa.text("standing <> 'set aside'"),
            postgresql_where=sa.text("standing <> 'set aside'"),
        )

    op.create_table(
        "count_line",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_count_line_n")),
        sa.ForeignKeyConstraint(
            ["vote_id", "option_id"],
            ["option.vote_id", "option.id"],
            name=op.f("fk_count_line_vote_id_option_id_option"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "sheet_id"],
            ["count_sheet.vote_id", "count_sheet.id"],
            name=op.f("fk_count_line_vote_id_sheet_id_count_sheet"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sheet_id", "option_id", name=op.f("pk_count_line")),
    )
    op.create_table(
        "shift",
        sa.Column("before_id", sa.Integer(), nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=False),
        sa.Column("was", sa.Integer(), nullable=False),
        sa.Column("now", sa.Integer(), nullable=False),
        sa.Column("aside", sa.Boolean(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_shift_n")),
        sa.ForeignKeyConstraint(
            ["after_id", "now"],
            ["option.vote_id", "option.id"],
            name=op.f("fk_shift_after_id_now_option"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["after_id"], ["vote.id"], name=op.f("fk_shift_after_id_vote"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["before_id", "was"],
            ["option.vote_id", "option.id"],
            name=op.f("fk_shift_before_id_was_option"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["before_id"], ["vote.id"], name=op.f("fk_shift_before_id_vote"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("before_id", "after_id", "was", "now", "aside", name=op.f("pk_shift")),
    )
    op.create_table(
        "answer",
        sa.Column("ballot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=True),
        sa.Column("criterion_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint("criterion_id IS NULL OR option_id IS NOT NULL", name=op.f("ck_answer_criterion")),
        sa.CheckConstraint(
            "option_id IS NOT NULL OR value IS NOT NULL OR text IS NOT NULL", name=op.f("ck_answer_something")
        ),
        sa.CheckConstraint("place >= 1", name=op.f("ck_answer_place")),
        sa.ForeignKeyConstraint(
            ["vote_id", "ballot_id"],
            ["ballot.vote_id", "ballot.id"],
            name=op.f("fk_answer_vote_id_ballot_id_ballot"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "criterion_id"],
            ["option.vote_id", "option.id"],
            name=op.f("fk_answer_vote_id_criterion_id_option"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "option_id"],
            ["option.vote_id", "option.id"],
            name=op.f("fk_answer_vote_id_option_id_option"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ballot_id", "place", name=op.f("pk_answer")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index("ix_answer_vote", ["vote_id"], unique=False)
    op.create_index(
        "uq_answer_once",
        "answer",
        ["ballot_id", "option_id", sa.text("coalesce(criterion_id, 0)")],
        unique=True,
    )


def downgrade() -> None:
    """The old tables have room for single choices that people answered on phones; the rest goes."""
    op.execute("DELETE FROM vote WHERE type <> 'single' OR unit <> 'people'")
    op.execute("DELETE FROM option WHERE vote_id NOT IN (SELECT id FROM vote)")
    op.execute(
        """CREATE TABLE elector_before AS SELECT vote_id, participant_id FROM elector
           WHERE participant_id IS NOT NULL AND vote_id IN (SELECT id FROM vote)"""
    )
    op.execute(
        """CREATE TABLE ballot_before AS
           SELECT ballot.id, ballot.vote_id, elector.participant_id, ballot.sequence, ballot.cast_at
           FROM ballot JOIN elector ON elector.id = ballot.elector_id
           WHERE ballot.standing = 'counted' AND elector.participant_id IS NOT NULL
             AND ballot.vote_id IN (SELECT id FROM vote)"""
    )
    op.execute(
        """CREATE TABLE answer_before AS SELECT ballot_id, place, vote_id, option_id FROM answer
           WHERE ballot_id IN (SELECT id FROM ballot_before)"""
    )
    for table in ("answer", "shift", "count_line", "ballot", "elector", "count_sheet"):
        op.drop_table(table)
    restore_others()
    create_old_tables()
    for table in ("elector", "ballot", "answer"):
        op.execute(f"INSERT INTO {table} SELECT * FROM {table}_before")
        op.drop_table(f"{table}_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval('ballot_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM ballot), false)")


def restore_others() -> None:
    with op.batch_alter_table("submission") as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_vote_id"))
        batch_op.drop_constraint(batch_op.f("fk_submission_vote_id_vote"), type_="foreignkey")
        batch_op.drop_column("vote_id")
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_organisation_spokesperson_id_participant"), type_="foreignkey"
        )
        batch_op.drop_column("spokesperson_id")
    op.execute("ALTER TABLE workshop DROP COLUMN smallest_group")
    with op.batch_alter_table("option") as batch_op:
        for name in OPTION_CHECKS:
            batch_op.drop_constraint(op.f(f"ck_option_{name}"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_option_vote_id_axis_position"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_option_vote_id_position"), ["vote_id", "position"])
        batch_op.drop_column("meaning")
        batch_op.drop_column("axis")
    with op.batch_alter_table("vote") as batch_op:
        for name in VOTE_CHECKS:
            batch_op.drop_constraint(op.f(f"ck_vote_{name}"), type_="check")
        batch_op.drop_index(batch_op.f("ix_vote_repeats_id"))
        batch_op.drop_constraint(batch_op.f("fk_vote_repeats_id_vote"), type_="foreignkey")
        batch_op.create_check_constraint(op.f("ck_vote_type"), "type IN ('single')")
        for name, _, _ in VOTE:
            batch_op.drop_column(name)


def create_old_tables() -> None:
    op.create_table(
        "elector",
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_elector_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["vote.id"], name=op.f("fk_elector_vote_id_vote"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("vote_id", "participant_id", name=op.f("pk_elector")),
    )
    op.create_index(op.f("ix_elector_participant_id"), "elector", ["participant_id"], unique=False)
    op.create_table(
        "ballot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("cast_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vote_id", "participant_id"],
            ["elector.vote_id", "elector.participant_id"],
            name=op.f("fk_ballot_vote_id_participant_id_elector"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sa.UniqueConstraint("vote_id", "id", name=op.f("uq_ballot_vote_id_id")),
        sa.UniqueConstraint("vote_id", "participant_id", name=op.f("uq_ballot_vote_id_participant_id")),
    )
    op.create_table(
        "answer",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("place >= 1", name=op.f("ck_answer_place")),
        sa.ForeignKeyConstraint(
            ["vote_id", "ballot_id"],
            ["ballot.vote_id", "ballot.id"],
            name=op.f("fk_answer_vote_id_ballot_id_ballot"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id", "option_id"],
            ["option.vote_id", "option.id"],
            name=op.f("fk_answer_vote_id_option_id_option"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ballot_id", "place", name=op.f("pk_answer")),
    )
