"""roles that people may say they have, and ballots told apart by them

Revises: 9b1f6e2d7c05
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "9b1e6f0c2a57"
down_revision = "9b1f6e2d7c05"
branch_labels = None
depends_on = None

TAGGED = ("participant", "ballot")


def upgrade() -> None:
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_en", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_cy", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("removed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint("length(name_en) BETWEEN 1 AND 80", name=op.f("ck_role_name_en")),
        sa.CheckConstraint("length(name_cy) <= 80", name=op.f("ck_role_name_cy")),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_role_workshop_id_workshop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("workshop_id", "position", name=op.f("uq_role_workshop_id_position")),
    )
    for table in TAGGED:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("role_id", sa.Integer(), nullable=True))
            batch_op.create_foreign_key(batch_op.f(f"fk_{table}_role_id_role"), "role", ["role_id"], ["id"])


def downgrade() -> None:
    for table in TAGGED:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"fk_{table}_role_id_role"), type_="foreignkey")
            batch_op.drop_column("role_id")
    op.drop_table("role")
