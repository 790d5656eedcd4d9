"""The tables the log knows: each noun registers its topic, and how an action on its rows is taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlmodel import Session, SQLModel

from app.announce import Topic
from app.domain.who import Who

Columns = dict[str, Any]  # of a row, by name: each has a type of its own
Model = TypeVar("Model", bound=SQLModel)


def _nothing(*_: Any) -> None: ...


def _as_it_was(session: Session, row: SQLModel, before: Columns) -> Columns:
    return before


@dataclass(frozen=True, slots=True)
class Undoing(Generic[Model]):
    """What taking back an action on a row asks of its noun; `before` is what its columns return to.

    `require(session, row, before)` refuses, before anything is changed; `restored(session, row, before)` says
    what they really return to; `after(session, who, row)` follows when all rows are written, and
    `always(session, who)` whatever noun's action was taken back.
    """

    require: Callable[[Session, Model, Columns], None] = _nothing
    restored: Callable[[Session, Model, Columns], Columns] = _as_it_was
    after: Callable[[Session, Who, Model], None] = _nothing
    always: Callable[[Session, Who], None] = _nothing


@dataclass(frozen=True, slots=True)
class Noun:
    """A table the log knows: its topic, and how an action on its rows is taken back, if it can be."""

    model: type[SQLModel]
    topic: Topic
    undoing: Undoing[Any] | None


NOUNS: dict[str, Noun] = {}  # by the word the log knows the table by


def register(model: type[Model], topic: Topic, undoing: Undoing[Model] | None = None) -> None:
    """Make a noun known to the log: once, in the module that has its rules."""
    NOUNS[str(model.__tablename__)] = Noun(model, topic, undoing)


def kind_of(row: SQLModel) -> str:
    """The word the log knows this row's table by."""
    return str(type(row).__tablename__)
