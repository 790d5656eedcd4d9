"""Migrations: numbered, each tested with the rows of the one before, and databases of others refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app import start
from app.settings import Settings
from app.storage.engines import open_engine
from app.storage.schema import ALEMBIC, UnknownSchema, migrate
from tests.cast.processes import begun

pytestmark = pytest.mark.postgres

# Of each migration after the first: what puts rows into a database of the one before, and what looks at them.
CHANGES: dict[str, tuple[Callable[[Connection], None], Callable[[Connection], None]]] = {}


def revisions() -> list[str]:
    scripts = ScriptDirectory.from_config(Config(toml_file=ALEMBIC))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def test_names_tell_the_order() -> None:
    assert revisions() == [f"{number:04}" for number in range(1, len(revisions()) + 1)]
    files = sorted(path.name for path in (ALEMBIC.parent / "migrations" / "versions").glob("*.py"))
    assert [name[:4] for name in files] == revisions()


def test_every_change_of_the_schema_carries_rows_over(new_database) -> None:
    assert list(CHANGES) == revisions()[1:]
    for revision, (before, after) in CHANGES.items():
        with new_database() as url:
            engine = open_engine(url, connections=1, writing=True)
            for to, act in ((revisions()[revisions().index(revision) - 1], before), (revision, after)):
                with engine.connect() as connection:
                    config = Config(toml_file=ALEMBIC)
                    config.attributes["connection"] = connection
                    command.upgrade(config, to)
                    act(connection)
                    connection.commit()
            engine.dispose()


def test_a_database_of_another_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    begun(path)
    engine = open_engine(f"sqlite:///{path}", connections=1, writing=True)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '4406d5c887d3'")
        connection.exec_driver_sql("DROP TABLE submission")
    with pytest.raises(UnknownSchema):
        migrate(f"sqlite:///{path}")
    with pytest.raises(start.Unusable, match=r"another version of Plenary \(its schema is 4406d5c887d3\)"):
        start.prepare(Settings(database=str(path)), None)
    with engine.connect() as connection:
        tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name = 'submission'")
        assert tables.scalar_one() == 0
    engine.dispose()


def test_migrating_again_changes_nothing(new_database) -> None:
    with new_database() as url:
        migrate(url)
        migrate(url)
