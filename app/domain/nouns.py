"""The tables the log knows. The topic of each stands in its model; how an action on its rows is taken back is
registered by the module that has its rules."""

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
class UndoableNoun:
    """A table whose rows an undo can bring back, and how."""

    model: type[SQLModel]
    undoing: Undoing[Any]


UNDOABLE: dict[str, UndoableNoun] = {}  # by the word the log knows the table by


def register(model: type[Model], undoing: Undoing[Model]) -> None:
    """Say once, in the module that has a noun's rules, that and how actions on it are taken back."""
    UNDOABLE[str(model.__tablename__)] = UndoableNoun(model, undoing)


def topic_of(row: SQLModel) -> Topic:
    """What is announced when this row changes; AttributeError for a table the log does not know."""
    topic: Topic = type(row).__topic__  # type: ignore[attr-defined]  # SQLModel knows no such field
    return topic


def kind_of(row: SQLModel) -> str:
    """The word the log knows this row's table by."""
    return str(type(row).__tablename__)
