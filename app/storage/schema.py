"""The schema of a database: brought up to the newest one, or refused where this Plenary does not know it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.storage.engines import open_engine

ALEMBIC = Path(__file__).resolve().parents[2] / "pyproject.toml"


class UnknownSchema(Exception):
    """The database was made by a Plenary whose migrations this one does not have: an older or a newer one."""

    def __init__(self, revision: str) -> None:
        super().__init__(revision)
        self.revision = revision


def migrate(url: str) -> None:
    """Upgrade the schema of `sqlite:///file` or `postgresql://…` to the newest. Raises UnknownSchema, with
    nothing changed."""
    config = Config(toml_file=ALEMBIC)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    engine = open_engine(url, connections=1, writing=True)
    try:
        with engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
            if revision is not None and revision not in known:
                raise UnknownSchema(revision)
            connection.rollback()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
