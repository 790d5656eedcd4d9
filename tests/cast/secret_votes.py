"""Secret votes that were answered, and every byte the database keeps, for the tests of the end of a key."""

from pathlib import Path

from sqlalchemy import text

from app.models import Vote
from app.settings import settings
from app.storage.database import database
from tests.cast.ballots import cast, now_ms, options, through
from tests.cast.databases import ON_SQLITE

KEY = "c0ffee0123456789deadbeef%08x"


def new(room, **settings_) -> Vote:
    """A secret single choice of three in item 9, with the room in it, as a draft."""
    room.go_to(9)
    return room.new_vote(9, "For", "Against", "Neither", **{"secrecy": "anonymous", **settings_})


def voted(room, alice, vote, n=6, key=KEY, **more):
    """So many people have answered in this order, each with a key of their own; closed and shown."""
    people = [room.join(f"P{place}", 1 + place % 2, **more) for place in range(n)]
    through(alice, vote, "opening")
    choices = options(room, vote)
    for place, person in enumerate(people):
        assert cast(person, vote, choices[place % 3], key % place, now_ms() - 500 + place).status_code == 200
    through(alice, vote, "closing", "reveal")
    return people


def bytes_kept() -> bytes:
    """Everything the database's files hold; of Postgres but for its own write-ahead log."""
    if ON_SQLITE:
        path = settings().database_path
        return b"".join(Path(f"{path}{end}").read_bytes() for end in ("", "-wal", "-shm"))
    with database.writer.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        where = Path(connection.execute(text("SHOW data_directory")).scalar_one())
    return b"".join(path.read_bytes() for path in (where / "base").rglob("*") if path.is_file())
