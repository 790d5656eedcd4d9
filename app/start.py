"""What happens between the command and the first request: schema, workshop, links.

What a terminal says is for the operator and stays English; whatever people in the room read is in
the catalogue.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.content.built_in import load
from app.domain.agenda import plan
from app.domain.people import links
from app.domain.votes.secrecy import cleared_files
from app.domain.who import server
from app.domain.workshops import making, versions, workshops
from app.models import Workshop
from app.settings import ROOT, Settings
from app.storage.database import database
from app.storage.engines import lock_file
from app.storage.jobs import StorageUnavailable
from app.storage.schema import UnknownSchema, migrate


class Unusable(Exception):
    """The database cannot be used; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class ServedWorkshop:
    """The workshop to be served, and the secrets of its fresh links (label -> token)."""

    code: str
    title: str
    day: str
    links: dict[str, str]


@contextmanager
def holding_database(settings: Settings) -> Iterator[None]:
    """Hold the database for this process, with a note for this machine's own scripts; raises Unusable where
    its folder cannot be written, AlreadyServed where another process holds it."""
    note = note_path(settings)
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        guard = lock_file(settings.database_path) if settings.is_sqlite else None
    except OSError as error:
        raise Unusable(
            f"The folder of {settings.database} cannot be written ({error.strerror})."
            " Choose another with --database."
        ) from None
    _write_note(note, settings)
    try:
        yield
    finally:
        note.unlink(missing_ok=True)
        if guard is not None:
            guard.close()


def note_path(settings: Settings) -> Path:
    """Where the note for scripts lies: next to the SQLite file, or in the data folder."""
    return (
        settings.database_path.with_suffix(".serving")
        if settings.is_sqlite
        else ROOT / "data" / "plenary.serving"
    )


def prepare(settings: Settings, next_day: str | None) -> ServedWorkshop:
    """Bring the schema up to date, make a workshop where there is none, and issue fresh links; raises
    Unusable.

    `next_day` says what is done when the last workshop is of an earlier day: "again", "new" or "keep"; None
    asks.
    """
    try:
        migrate(settings.database_url)
        database.connect(settings.database_url, before_commit=versions.raise_versions)
        try:
            clear_files()
            choice = _choose(database.read_now(workshops.latest), next_day)
            return database.write_now(_served_workshop, settings, choice)
        finally:
            database.disconnect()
    except UnknownSchema as unknown:
        raise Unusable(
            f"The database {settings.database_url} was made by another version of Plenary (its schema is"
            f" {unknown.revision}), which this one cannot read. Nothing was changed. Start that version"
            " again, or give this one a database of its own with --database."
        ) from None
    except (DBAPIError, StorageUnavailable) as error:
        cause = getattr(error.__cause__ or error, "orig", None) or error.__cause__ or error
        raise Unusable(
            f"The database {settings.database_url} cannot be used: {str(cause).strip()}."
            " Check that it exists, that this user may write it, and that the disk is not full."
        ) from None


def clear_files() -> None:
    """Where the last run ended between destroying a key and clearing the files, clear them now."""
    if not (cleared := database.read_now(cleared_files.votes_with_uncleared_files)):
        return
    try:
        database.scrub_now()
    except StorageUnavailable:
        print("Old copies of a secret vote are still in the database’s files; the server tries every minute.")
    else:
        database.write_now(cleared_files.mark_files_cleared, cleared)


def _choose(last: Workshop | None, next_day: str | None) -> str:
    if last is None:
        return "new"
    if plan.today(last.time_zone) <= last.day:
        return "keep"
    return next_day or _ask_operator(last)


def _ask_operator(last: Workshop) -> str:
    sentence = f"The last workshop, “{last.title_en}”, was on {last.day.isoformat()}."
    if not sys.stdin.isatty():
        print(f"{sentence} It is served as it is; start with --again or --new for a workshop today.")
        return "keep"
    print(
        f"{sentence}\n  a  run it again today: the same design, nobody joined yet\n"
        "  n  make a new one from the template"
    )
    print("  k  keep serving it as it is")
    answers = {"a": "again", "n": "new", "k": "keep"}
    while (answer := input("Which? [a/n/k] ").strip().lower()[:1]) not in answers:
        continue
    return answers[answer]


def _served_workshop(session: Session, settings: Settings, choice: str) -> ServedWorkshop:
    last = workshops.latest(session)
    if choice == "new" or last is None:
        workshop_id = making.from_template(session, load(settings.template))
    elif choice == "again":
        workshop_id = making.copy(session, last.id)
    else:
        workshop_id = last.id
    workshop = session.get(Workshop, workshop_id)
    assert workshop is not None, "just made or found"
    made = links.issue_starting_links(session, server(workshop_id, workshop.code))
    return ServedWorkshop(workshop.code, workshop.title_en, workshop.day.isoformat(), made)


def _write_note(note: Path, settings: Settings) -> None:
    """Where the server is and the operator's token, for the owner's eyes only."""
    note.unlink(missing_ok=True)
    with os.fdopen(os.open(note, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
        local = "127.0.0.1" if settings.host in ("0.0.0.0", "", "::") else settings.host
        json.dump({"url": f"http://{local}:{settings.port}", "operator": settings.operator_token}, file)
