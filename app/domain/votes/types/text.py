"""Free text: a short answer in one's own words, which can become a note."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain import texts
from app.domain.votes.types.question import AnswerValue, Form, Question
from app.domain.votes.types.result import Counted, Fact, Result
from app.domain.votes.types.vote_type import VoteType
from app.errors import N_

LENGTH = 280


@dataclass(frozen=True, slots=True)
class TextResult(Result):
    """How many answered; what they wrote is read as notes are."""

    def facts(self) -> Iterable[Fact]:
        yield Fact("answers", str(self.ballots))


def check(question: Question) -> None:
    """There is nothing to settle."""


def read(question: Question, form: Form) -> list[AnswerValue]:
    return [AnswerValue(text=texts.required(form.get("text", ""), LENGTH))]


def result(question: Question, counted: Sequence[Counted], ballots: int) -> TextResult:
    return TextResult(ballots)


VOTE_TYPE = VoteType(
    name="text",
    order=11,
    title=N_("Free text"),
    summary=N_("Each writes a short answer, which can become a note."),
    check=check,
    read=read,
    result=result,
    options="none",
)
