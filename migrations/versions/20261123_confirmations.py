"""what organisations say later of a commitment, and the links they say it by

Revises: 9b1e6f0c2a57
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "e3a7d41f8b06"
down_revision = "9b1e6f0c2a57"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
TIME = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "confirm_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("elector_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", TEXT(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("issued_at", TIME(), nullable=False),
        sa.Column("revoked_at", TIME(), nullable=True),
        of_elector("confirm_link"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirm_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_confirm_link_token_hash")),
        sa.UniqueConstraint("vote_id", "elector_id", name=op.f("uq_confirm_link_vote_id_elector_id")),
    )
    op.create_table(
        "confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("elector_id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.Column("reason", TEXT(), nullable=False),
        sa.Column("confirmed_at", TIME(), nullable=False),
        sa.Column("replaced_at", TIME(), nullable=True),
        sa.CheckConstraint("length(reason) <= 280", name=op.f("ck_confirmation_reason")),
        of_elector("confirmation"),
        sa.ForeignKeyConstraint(
            ["vote_id", "option_id"],
            ["option.vote_id", "option.id"],
            name=op.f("fk_confirmation_vote_id_option_id_option"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )
    standing = sa.text("replaced_at IS NULL")
    op.create_index(
        "uq_confirmation_standing",
        "confirmation",
        ["vote_id", "elector_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def of_elector(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["vote_id", "elector_id"],
        ["elector.vote_id", "elector.id"],
        name=op.f(f"fk_{table}_vote_id_elector_id_elector"),
        ondelete="CASCADE",
    )


def downgrade() -> None:
    op.drop_table("confirmation")
    op.drop_table("confirm_link")
