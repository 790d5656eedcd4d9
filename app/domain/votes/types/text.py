"""Free text: a short answer in one's own words, which can become a note."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain import texts
from app.domain.votes.types import AnswerValue, Choice, Counted, Fact, Form, Question
from app.errors import N_

ORDER = 11
TITLE = N_("Free text")
SUMMARY = N_("Each writes a short answer, which can become a note.")
BY = "answers"
OPTIONS = "none"
LEVELS: tuple[Choice, ...] = ()
CRITERIA = False
FIELDS: tuple[str, ...] = ()
DEFAULTS: dict[str, int] = {}
SHEET = False
DECIDES = False
BREAKDOWN = False
LENGTH = 280


@dataclass(frozen=True, slots=True)
class Result:
    """How many answered; what they wrote is read as notes are."""

    ballots: int


def check(question: Question) -> None:
    """There is nothing to settle."""


def read(question: Question, form: Form) -> list[AnswerValue]:
    return [AnswerValue(text=texts.required(form.get("text", ""), LENGTH))]


def result(question: Question, counted: Sequence[Counted], ballots: int) -> Result:
    return Result(ballots)


def weighed(question: Question, found: Result) -> None:
    """Nothing: words are not weighed."""


def facts(question: Question, found: Result) -> Iterable[Fact]:
    yield Fact("answers", str(found.ballots))
