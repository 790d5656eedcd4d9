"""Dots: a few each, on one option or on several, with at most `per_option` on one (1: one each)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.votes.types import arithmetic
from app.domain.votes.types.arithmetic import RankedOption
from app.domain.votes.types.question import AnswerValue, Choice, Form, Question
from app.domain.votes.types.result import Counted, Fact, OptionResult, Tie
from app.domain.votes.types.vote_type import VoteType
from app.errors import N_, Refused

FEWEST, HIGHEST = 2, 50
USUAL = 3


@dataclass(frozen=True, slots=True)
class DotsResult(OptionResult):
    """`counts` per option in canonical order its dots, and their share of all `dots` given; `ranking` has
    options by dots, ties as ties; `leaders` have the most. `backers` is by option id how many ballots put
    dots on it; the `sheet_dots` of count sheets are in none of them, as a sheet does not say whose they
    are."""

    dots: int
    sheet_dots: int
    ranking: list[RankedOption[int]]
    leaders: list[Choice]
    backers: dict[int, int]

    def facts(self) -> Iterable[Fact]:
        for count in self.counts:
            yield Fact("dots", str(count.n), count.option.id, n=self.ballots)
            yield Fact("backers", str(self.backers[count.option.id]), count.option.id, n=self.ballots)
        yield from arithmetic.ranking_facts(self.ranking, self.ballots)

    def ties(self) -> Sequence[Tie]:
        return arithmetic.tied_places(self.ranking)


def check(question: Question) -> None:
    arithmetic.require_enough_options(question, FEWEST)
    arithmetic.require_spendable(question, budget(question), HIGHEST)


def budget(question: Question) -> int:
    """How many dots each has."""
    return USUAL if question.most is None else question.most


def read(question: Question, form: Form) -> list[AnswerValue]:
    """`Refused("too_many_dots")` above `budget`, and as by `choice_numbers` and `require_few_each`."""
    numbers = arithmetic.choice_numbers(form, "n_", question.options, lambda option: option.id)
    spent, most = sum(n for _, n in numbers), budget(question)
    if spent > most:
        raise Refused("too_many_dots", n=spent, most=most)
    require_few_each(question, numbers)
    return [AnswerValue(option.id, value=n) for option, n in numbers]


def require_few_each(question: Question, numbers: Sequence[tuple[Choice, int]]) -> None:
    """`Refused("too_many_on_one")` when an option has more than `per_option`."""
    largest = max(n for _, n in numbers)
    if question.per_option is not None and largest > question.per_option:
        raise Refused("too_many_on_one", n=largest, most=question.per_option)


def result(question: Question, counted: Sequence[Counted], ballots: int) -> DotsResult:
    """A count sheet's dots come without a value, one by one."""
    sheets = sum(n for answer, n in counted if answer.value is None)
    spent, backers = sums(counted), backed(question, counted)
    dots = sum(spent.values())
    counts = arithmetic.counts(question.options, lambda number: spent.get(number, 0), dots)
    ranking = arithmetic.ranked((count.option, count.n) for count in counts)
    return DotsResult(ballots, counts, dots, sheets, ranking, arithmetic.leading(counts), backers)


def sums(counted: Sequence[Counted]) -> dict[int | None, int]:
    """What each option was given in all, by its id."""
    found: dict[int | None, int] = {}
    for answer, n in counted:
        found[answer.option] = found.get(answer.option, 0) + n * (1 if answer.value is None else answer.value)
    return found


def backed(question: Question, counted: Sequence[Counted]) -> dict[int, int]:
    """How many ballots gave each option something, by its id."""
    found = {option.id: 0 for option in question.options}
    for answer, n in counted:
        if answer.option is not None and answer.value is not None:
            found[answer.option] += n
    return found


VOTE_TYPE = VoteType(
    name="dots",
    order=3,
    title=N_("Dots"),
    summary=N_("Each has a few dots to place: for a shortlist, not a decision."),
    check=check,
    read=read,
    result=result,
    fewest_options=FEWEST,
    fields=("most", "per_option"),
    defaults={"most": USUAL},
    sheet=True,
)
