"""The version of each workshop, which rises with every committed change."""

from sqlalchemy import update
from sqlmodel import Session, col, select

from app.models import Workshop


def raise_versions(session: Session, announced: dict[int, set[str]]) -> None:
    """Raise the version of every workshop that changed, last in the transaction so that the row
    is held briefly; workers that missed a signal see it move."""
    for workshop_id in sorted(announced):
        statement = update(Workshop).where(col(Workshop.id) == workshop_id)
        session.connection().execute(statement.values(version=Workshop.version + 1))


def versions_by_id(session: Session) -> dict[int, int]:
    """The version of every workshop, by id."""
    return dict(session.exec(select(Workshop.id, Workshop.version)).all())
