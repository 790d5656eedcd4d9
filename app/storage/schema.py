"""The schema of a database: brought up to the newest one, or refused where this Plenary does not know it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

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
    engine = open_engine(url, connections=1, writing=True)
    try:
        with engine.connect() as connection:
            config = Config(toml_file=ALEMBIC)
            _require_known(connection, config)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def _require_known(connection: Connection, config: Config) -> None:
    revision = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise UnknownSchema(revision)
