"""Single choice: one option of several."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.vote_types import Ask, Choice, Counted, Fact, Form, Given, Weighed
from app.domain.vote_types.arithmetic import Count, chosen, count_facts, counts_of, require_options
from app.errors import N_

ORDER = 1
TITLE = N_("Single choice")
SUMMARY = N_("Each chooses one option.")
BY = "answers"
OPTIONS = "free"  # "free": written by the organiser; "levels": a scale whose labels may be changed; "none"
LEVELS: tuple[Choice, ...] = ()
CRITERIA = False
FIELDS: tuple[str, ...] = ()
DEFAULTS: dict[str, int] = {}
SHEET = True  # a count sheet for a table without codes makes sense
DECIDES = True  # a decision rule can be put to it (`weighed`)
BREAKDOWN = True  # each ballot counts for one option, so the counts of groups add up to the whole
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Result:
    """Per option in canonical order; `leaders` are the options with the most, none when nobody answered."""

    counts: list[Count]
    ballots: int
    leaders: list[Choice]


def check(ask: Ask) -> None:
    require_options(ask, FEWEST)


def read(ask: Ask, form: Form) -> list[Given]:
    return chosen(ask, form)


def result(ask: Ask, counted: Sequence[Counted], ballots: int) -> Result:
    counts = counts_of(ask.options, {given.option: n for given, n in counted}, ballots)
    most = max((count.n for count in counts), default=0)
    return Result(counts, ballots, [count.option for count in counts if count.n == most > 0])


def weighed(ask: Ask, found: Result) -> Weighed:
    """The leading option against the rest, whom a consent would need too; where two lead, neither has more
    than the other. Options that mean abstaining ("Don’t know") neither lead nor oppose."""
    abstain = sum(count.n for count in found.counts if count.option.meaning == "abstain")
    most = max((count.n for count in found.counts if count.option.meaning != "abstain"), default=0)
    against = found.ballots - most - abstain
    return Weighed(most, against, abstain, against)


def facts(ask: Ask, found: Result) -> Iterable[Fact]:
    return count_facts(found.counts, found.ballots)
