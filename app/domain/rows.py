"""Rows for looking at only: to watch them for changes, as the session does, costs twice what reading them
does, and every screen is drawn from such looks."""

from typing import TypeVar, cast

from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

Model = TypeVar("Model")


def look(session: Session, query: SelectOfScalar[Model], **values: object) -> list[Model]:
    """What a query of one model finds, as plain rows with the model's columns: nothing can be changed through
    them, and what this session has yet to flush is not in them."""
    return cast(list[Model], session.connection().execute(query, values).all())
