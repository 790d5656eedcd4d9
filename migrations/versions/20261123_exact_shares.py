"""exact shares, a vote asked again once in each way, the wall of a vote's answers, sheets of no table

Revises: e3a7d41f8b06
"""

from datetime import UTC, datetime

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "8b1f6e2d9a04"
down_revision = "e3a7d41f8b06"
branch_labels = None
depends_on = None

MADE = "answers became notes"
STANDS = "removed_at IS NULL"
LOG = sa.table(
    "log",
    sa.column("workshop_id"),
    sa.column("at", sqlmodel.sql.sqltypes.UTCDateTime()),
    sa.column("role"),
    sa.column("what"),
    sa.column("row_kind"),
    sa.column("row_id"),
    sa.column("changes", sa.JSON()),
)


def upgrade() -> None:
    op.execute(
        """UPDATE vote SET repeats_id = NULL, repeats_as = NULL WHERE removed_at IS NULL AND EXISTS (
             SELECT 1 FROM vote AS earlier WHERE earlier.repeats_id = vote.repeats_id AND earlier.id < vote.id
               AND earlier.repeats_as = vote.repeats_as AND earlier.removed_at IS NULL)"""
    )
    with op.batch_alter_table("vote") as batch_op:
        batch_op.add_column(sa.Column("rule_part", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("rule_whole", sa.Integer(), nullable=True))
    op.execute("UPDATE vote SET rule_part = rule_share, rule_whole = 10000 WHERE rule_share IS NOT NULL")
    with op.batch_alter_table("vote") as batch_op:
        batch_op.drop_constraint(op.f("ck_vote_rule_share"), type_="check")
        batch_op.drop_constraint(op.f("ck_vote_share"), type_="check")
        batch_op.drop_column("rule_share")
    with op.batch_alter_table("vote") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_vote_rule_part"), "(rule = 'share') = (rule_part IS NOT NULL)"
        )
        batch_op.create_check_constraint(
            op.f("ck_vote_rule_whole"), "(rule_part IS NULL) = (rule_whole IS NULL)"
        )
        batch_op.create_check_constraint(op.f("ck_vote_rule_share"), "rule_part BETWEEN 1 AND rule_whole")
    op.create_index(
        "uq_vote_repeats",
        "vote",
        ["repeats_id", "repeats_as"],
        unique=True,
        sqlite_where=sa.text(STANDS),
        postgresql_where=sa.text(STANDS),
    )
    with op.batch_alter_table("wall") as batch_op:
        batch_op.add_column(sa.Column("vote_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_wall_vote_id_vote"), "vote", ["vote_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_unique_constraint(batch_op.f("uq_wall_vote_id"), ["vote_id"])
    with op.batch_alter_table("count_sheet") as batch_op:
        batch_op.alter_column("table_id", existing_type=sa.Integer(), nullable=True)
    tie_walls(op.get_bind())


def tie_walls(connection: sa.Connection) -> None:
    """So far the log alone knew which wall holds the answers of which vote."""
    lines = connection.execute(sa.select(LOG.c.row_id, LOG.c.changes).where(LOG.c.what == MADE))
    for wall, changes in lines.all():
        about = {"wall": wall, "vote": changes["note"]["vote"]}
        connection.execute(sa.text("UPDATE wall SET vote_id = :vote WHERE id = :wall"), about)


def downgrade() -> None:
    """A named share becomes the next percentage above it that can be written: 66.67 % of two thirds. A sheet
    of every table becomes the first table's."""
    op.execute(
        """UPDATE count_sheet SET table_id = (
             SELECT min(seating_table.id) FROM seating_table JOIN vote USING (workshop_id)
             WHERE vote.id = count_sheet.vote_id) WHERE table_id IS NULL"""
    )
    with op.batch_alter_table("count_sheet") as batch_op:
        batch_op.alter_column("table_id", existing_type=sa.Integer(), nullable=False)
    untie_walls(op.get_bind())
    with op.batch_alter_table("wall") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_wall_vote_id"), type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_wall_vote_id_vote"), type_="foreignkey")
        batch_op.drop_column("vote_id")
    op.drop_index("uq_vote_repeats", table_name="vote")
    with op.batch_alter_table("vote") as batch_op:
        batch_op.add_column(sa.Column("rule_share", sa.Integer(), nullable=True))
    op.execute("UPDATE vote SET rule_share = (10000 * rule_part + rule_whole - 1) / rule_whole")
    with op.batch_alter_table("vote") as batch_op:
        for name in ("rule_part", "rule_whole", "rule_share"):
            batch_op.drop_constraint(op.f(f"ck_vote_{name}"), type_="check")
        batch_op.drop_column("rule_part")
        batch_op.drop_column("rule_whole")
    with op.batch_alter_table("vote") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_vote_rule_share"), "(rule = 'share') = (rule_share IS NOT NULL)"
        )
        batch_op.create_check_constraint(op.f("ck_vote_share"), "rule_share BETWEEN 1 AND 10000")


def untie_walls(connection: sa.Connection) -> None:
    """Walls made since are told by the log again."""
    known = connection.execute(sa.select(LOG.c.row_id).where(LOG.c.what == MADE)).scalars().all()
    rows = connection.execute(sa.text("SELECT id, workshop_id, vote_id FROM wall WHERE vote_id IS NOT NULL"))
    for wall, workshop, vote in rows.all():
        if wall not in known:
            about = {"workshop_id": workshop, "row_id": wall, "changes": {"note": {"vote": vote}}}
            line = {"at": datetime.now(UTC), "role": "server", "what": MADE, "row_kind": "wall", **about}
            connection.execute(sa.insert(LOG).values(**line))
