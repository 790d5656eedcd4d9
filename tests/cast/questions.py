"""A vote of any type as the form makes it, and what ballots come to: for the tests of the arithmetic."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from app.domain.votes.types import registry
from app.domain.votes.types.question import AnswerValue, Choice, Question
from app.domain.votes.types.result import Counted
from app.errors import Refused


def options(n: int, first: int = 11) -> list[Choice]:
    return [Choice(first + i, i + 1, f"Option {i + 1}", f"Dewis {i + 1}") for i in range(n)]


def criteria(n: int) -> list[Choice]:
    return options(n, first=91)


def question_of(kind: str, **given: Any) -> Question:
    """A vote of this type as the form makes it when nothing is changed."""
    vote_type = registry.type_of(kind)
    levels = [level._replace(id=10 + level.position) for level in vote_type.levels]
    defaults: dict[str, Any] = dict(vote_type.defaults)
    if vote_type.options == "free":
        defaults["options"] = options(4)
    if vote_type.options == "levels":
        defaults["options"] = levels
    if vote_type.criteria:
        defaults["criteria"] = criteria(2)
    return Question(kind, **(defaults | given))


def counted(question: Question, ballots: Iterable[list[AnswerValue]]) -> Any:
    """Ballots as a type's `result` wants them."""
    ballots = list(ballots)
    if registry.type_of(question.type).by == "ballots":
        return list(Counter(map(tuple, ballots)).items())
    return [Counted(answer, n) for answer, n in Counter(a for each in ballots for a in each).items()]


def tally(question: Question, forms: Iterable[Mapping[str, str]]) -> Any:
    """The result of these forms, as the room would see it."""
    ballots = [read(question, form) for form in forms]
    return result(question, counted(question, ballots), len(ballots))


def check(question: Question) -> None:
    registry.type_of(question.type).check(question)


def read(question: Question, form: Mapping[str, str]) -> list[AnswerValue]:
    return registry.type_of(question.type).read(question, form)


def result(question: Question, counted: Any, ballots: int) -> Any:
    return registry.type_of(question.type).result(question, counted, ballots)


def refusal(call: Any, *args: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args)
    refused: Refused = caught.value
    assert "%" not in refused.sentence(str, str)  # every fact of the sentence is there
    return refused
