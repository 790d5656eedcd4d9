"""votes that close by themselves, and who asks for more time

Revises: 4406d5c887d3
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "9b1f6e2d7c05"
down_revision = "4406d5c887d3"
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
COLUMNS = (
    ("closes_after", sa.Integer),
    ("closes_at", MOMENT),
    ("warned_at", MOMENT),
    ("extended_at", MOMENT),
)
CHECKS = {
    "closes_after": "closes_after BETWEEN 60 AND 36000",
    "closes_at": "closes_at IS NULL OR state = 'open'",
    "warned_at": "warned_at IS NULL OR closes_at IS NOT NULL",
}


def upgrade() -> None:
    with op.batch_alter_table("vote") as batch_op:
        for name, kind in COLUMNS:
            batch_op.add_column(sa.Column(name, kind(), nullable=True))
        for name, words in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_vote_{name}"), words)
    here = sa.text("closes_at IS NOT NULL")
    op.create_index(
        op.f("ix_vote_closes_at"), "vote", ["closes_at"], sqlite_where=here, postgresql_where=here
    )
    op.create_table(
        "time_request",
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["vote.id"], name=op.f("fk_time_request_vote_id_vote"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_time_request_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("vote_id", "participant_id", name=op.f("pk_time_request")),
    )
    op.create_index(op.f("ix_time_request_participant_id"), "time_request", ["participant_id"])


def downgrade() -> None:
    op.drop_table("time_request")
    op.drop_index(op.f("ix_vote_closes_at"), "vote")
    with op.batch_alter_table("vote") as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_vote_{name}"), type_="check")
        for name, _ in COLUMNS:
            batch_op.drop_column(name)
