"""the log only grows: lines are never changed, and go only with their workshop

Revises: c8f082cbfc79
"""

from alembic import op

revision = "5d1c0a7b9e42"
down_revision = "c8f082cbfc79"
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE TRIGGER log_no_update BEFORE UPDATE ON log
       BEGIN SELECT RAISE(ABORT, 'the log only grows'); END""",
    """CREATE TRIGGER log_no_delete BEFORE DELETE ON log
       WHEN EXISTS (SELECT 1 FROM workshop WHERE id = OLD.workshop_id)
       BEGIN SELECT RAISE(ABORT, 'the log only grows'); END""",
)
POSTGRES = (
    """CREATE FUNCTION log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM workshop WHERE id = OLD.workshop_id) THEN
           RETURN OLD;
         END IF;
         RAISE EXCEPTION 'the log only grows';
       END $$""",
    "CREATE TRIGGER log_only_grows BEFORE UPDATE OR DELETE ON log"
    " FOR EACH ROW EXECUTE FUNCTION log_only_grows()",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER log_no_update")
        op.execute("DROP TRIGGER log_no_delete")
    else:
        op.execute("DROP TRIGGER log_only_grows ON log")
        op.execute("DROP FUNCTION log_only_grows()")
