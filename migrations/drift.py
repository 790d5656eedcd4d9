"""Do the migrations make what the models say? `python -m migrations.drift` compares the two on the empty
database that PLENARY_DATABASE names, and sees that the way down leads back to nothing.

Both are read back from the database: so checks and lengths count too, which `alembic check` passes over.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect
from sqlmodel import SQLModel

import app.models  # noqa: F401  (fills the metadata)
from app.storage.engines import open_engine

CONFIG = Path(__file__).parents[1] / "pyproject.toml"


def main() -> int:
    engine = open_engine(os.environ["PLENARY_DATABASE"], connections=1, writing=True)
    differences = list(drift(engine, Config(toml_file=CONFIG)))
    print("\n".join(differences) or "Migrations and models agree.")
    return 1 if differences else 0


def drift(engine: Engine, alembic: Config) -> Iterator[str]:
    """One sentence for every difference; the database is left with the tables of the models."""
    command.upgrade(alembic, "head")
    migrated = schema(engine)
    command.downgrade(alembic, "base")
    left = schema(engine)
    yield from (f"the way down leaves {thing}" for thing in left)
    if left:
        return
    SQLModel.metadata.create_all(engine)
    modelled = schema(engine)
    for thing in sorted(migrated.keys() | modelled.keys()):
        made, wanted = migrated.get(thing, "nothing"), modelled.get(thing, "nothing")
        if made != wanted:
            yield f"{thing}: the migrations make {made}, the models say {wanted}"


def schema(engine: Engine) -> dict[str, Any]:
    """Every table, column, key, index and check by name, as the database tells them."""
    inspector = inspect(engine)
    kinds: dict[str, Any] = {
        "column": inspector.get_multi_columns,
        "primary key": inspector.get_multi_pk_constraint,
        "foreign key": inspector.get_multi_foreign_keys,
        "index": inspector.get_multi_indexes,
        "unique constraint": inspector.get_multi_unique_constraints,
        "check": inspector.get_multi_check_constraints,
    }
    return {
        f"{kind} {thing['name']} of {table}": plain(thing)
        for kind, read in kinds.items()
        for (_, table), things in read().items()
        if table != "alembic_version"
        for thing in many(things)
    }


def many(things: Any) -> list[Any]:
    """A primary key is told alone, everything else in a list."""
    return things if isinstance(things, list) else [things]


def plain(thing: Any) -> Any:
    """What a reflected thing says, in values that can be compared: types and conditions as SQL."""
    return {key: plain(value) for key, value in thing.items()} if isinstance(thing, dict) else str(thing)


if __name__ == "__main__":
    sys.exit(main())
