"""What the log alone tells (R31): whoever has nothing else can say how the rows stand."""

from typing import Any

from sqlmodel import Session

from app.domain import log


def rows(session: Session, workshop_id: int, row_kind: str) -> dict[int, dict[str, Any]]:
    """The rows of one kind: id -> column -> value as JSON knows it."""
    found: dict[int, dict[str, Any]] = {}
    for line in log.lines(session, workshop_id):
        if line.row_kind == row_kind and line.row_id is not None:
            columns = {name: value for name, value in (line.changes or {}).items() if name != "note"}
            found.setdefault(line.row_id, {}).update(columns)
    return found
