"""what decided about a vote as lines of the log becomes columns: when it first opened and closed, by what its
result is broken down, when its key was destroyed and the files were cleared of it

Revises: 8b1f6e2d9a04
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "2f7c9d1e5b38"
down_revision = "8b1f6e2d9a04"
branch_labels = None
depends_on = None

TIMES = ("first_opened_at", "first_closed_at", "key_destroyed_at", "files_cleared_at")
CHECKS = {
    "breakdown": "breakdown IN ('', 'table', 'sector', 'role')",
    "first_opened_at": "(first_opened_at IS NULL) = (electorate_size IS NULL)",
    "first_closed_at": "first_closed_at IS NULL OR first_opened_at IS NOT NULL",
    "key_destroyed_at": "(key_destroyed_at IS NOT NULL) = (state = 'final' AND secrecy <> 'named')",
    "files_cleared_at": "files_cleared_at IS NULL OR key_destroyed_at IS NOT NULL",
}
LINE = "FROM log WHERE log.row_kind = 'vote' AND log.row_id = vote.id AND log.what"
OPENED = f"SELECT max(log.at) {LINE} = 'vote opened'"  # after an undone opening the next one is the first
CLOSED = f"SELECT min(log.at) {LINE} = 'vote closed' AND log.at >= vote.first_opened_at"
UNDONE = f"SELECT max(log.at) {LINE} = 'undo vote closed'"
BY = {"sqlite": "json_extract(log.changes, '$.note.by')", "postgresql": "log.changes -> 'note' ->> 'by'"}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    with op.batch_alter_table("vote") as batch_op:
        batch_op.add_column(sa.Column("breakdown", sa.String(), nullable=False, server_default=sa.text("''")))
        for name in TIMES:
            batch_op.add_column(sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.execute(
        f"UPDATE vote SET first_opened_at = coalesce(({OPENED}), opened_at, created.at) FROM"
        " (SELECT id, created_at AS at FROM workshop) AS created"
        " WHERE created.id = vote.workshop_id AND electorate_size IS NOT NULL"
    )
    op.execute(
        f"UPDATE vote SET first_closed_at = ({CLOSED} AND log.at > coalesce(({UNDONE}), vote.first_opened_at))"
        " WHERE electorate_size IS NOT NULL"
    )
    op.execute(
        f"UPDATE vote SET breakdown = coalesce((SELECT {BY[dialect]} {LINE} = 'breakdown chosen'"
        " ORDER BY log.id LIMIT 1), '')"
    )
    op.execute(
        f"UPDATE vote SET key_destroyed_at = final_at, files_cleared_at = (SELECT max(log.at) {LINE} ="
        " 'traces removed') WHERE state = 'final' AND secrecy <> 'named'"
    )
    with op.batch_alter_table("vote") as batch_op:
        for name, words in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_vote_{name}"), words)


def downgrade() -> None:
    with op.batch_alter_table("vote") as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_vote_{name}"), type_="check")
        for name in (*TIMES, "breakdown"):
            batch_op.drop_column(name)
