"""Multiple choice: several options of several, from `least` (1 unless set) to `most` (all unless set)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.votes.types import AnswerValue, Choice, Counted, Fact, Form, Question, Weighed, scales
from app.domain.votes.types.arithmetic import (
    Count,
    Placed,
    count_facts,
    enough_options,
    leading,
    numbered,
    place_facts,
    placed,
)
from app.errors import N_, Refused

ORDER = 2
TITLE = N_("Multiple choice")
SUMMARY = N_("Each chooses several options, as many as you allow.")
BY = "answers"
OPTIONS = "free"
LEVELS: tuple[Choice, ...] = ()
CRITERIA = False
FIELDS: tuple[str, ...] = ("least", "most")
DEFAULTS: dict[str, int] = {"least": 1}
SHEET = True
DECIDES = True
BREAKDOWN = False
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Result:
    """Per option in canonical order how many ballots chose it, and which share of all ballots that is; as a
    ballot has several choices (`picks` in all), shares add up to more than the whole. `ranking` has options
    by number, ties as ties; `leaders` have the most."""

    counts: list[Count]
    ballots: int
    picks: int
    ranking: list[Placed[int]]
    leaders: list[Choice]


def check(question: Question) -> None:
    enough_options(question, FEWEST)
    least, most = bounds(question)
    if not 1 <= most <= len(question.options):
        raise Refused("bad_most", most=len(question.options))
    if not 1 <= least <= most:
        raise Refused("bad_least", most=most)


def bounds(question: Question) -> tuple[int, int]:
    """How many options a ballot names, at least and at most."""
    return 1 if question.least is None else question.least, len(
        question.options
    ) if question.most is None else question.most


def read(question: Question, form: Form) -> list[AnswerValue]:
    picked = numbered(form, "pick_", question.options, lambda option: option.id)
    if any(n != 1 for _, n in picked):
        raise Refused("bad_request")
    least, most = bounds(question)
    if len(picked) < least:
        raise Refused("too_few_chosen", least=least, n=len(picked))
    if len(picked) > most:
        raise Refused("too_many_chosen", most=most, n=len(picked))
    return [AnswerValue(option.id) for option, _ in picked]


def result(question: Question, counted: Sequence[Counted], ballots: int) -> Result:
    counts = scales.counts(question, counted, ballots)
    ranking = placed((count.option, count.n) for count in counts)
    return Result(counts, ballots, sum(count.n for count in counts), ranking, leading(counts))


def weighed(question: Question, found: Result) -> Weighed:
    """The ballots that chose a leading option against those that did not, who stand in the way of consent."""
    support = scales.total(found.counts, found.leaders[:1])
    return Weighed(support, found.ballots - support, 0, found.ballots - support)


def facts(question: Question, found: Result) -> Iterable[Fact]:
    yield from count_facts(found.counts, found.ballots)
    yield from place_facts(found.ranking, found.ballots)
