"""Multiple choice: several options of several, from `least` (1 unless set) to `most` (all unless set)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.votes.types import Ask, Choice, Counted, Fact, Form, Given, Weighed, scales
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


def check(ask: Ask) -> None:
    enough_options(ask, FEWEST)
    least, most = bounds(ask)
    if not 1 <= most <= len(ask.options):
        raise Refused("bad_most", most=len(ask.options))
    if not 1 <= least <= most:
        raise Refused("bad_least", most=most)


def bounds(ask: Ask) -> tuple[int, int]:
    """How many options a ballot names, at least and at most."""
    return 1 if ask.least is None else ask.least, len(ask.options) if ask.most is None else ask.most


def read(ask: Ask, form: Form) -> list[Given]:
    picked = numbered(form, "pick_", ask.options, lambda option: option.id)
    if any(n != 1 for _, n in picked):
        raise Refused("bad_request")
    least, most = bounds(ask)
    if len(picked) < least:
        raise Refused("too_few_chosen", least=least, n=len(picked))
    if len(picked) > most:
        raise Refused("too_many_chosen", most=most, n=len(picked))
    return [Given(option.id) for option, _ in picked]


def result(ask: Ask, counted: Sequence[Counted], ballots: int) -> Result:
    counts = scales.counts(ask, counted, ballots)
    ranking = placed((count.option, count.n) for count in counts)
    return Result(counts, ballots, sum(count.n for count in counts), ranking, leading(counts))


def weighed(ask: Ask, found: Result) -> Weighed:
    """The ballots that chose a leading option against those that did not, who stand in the way of consent."""
    support = scales.total(found.counts, found.leaders[:1])
    return Weighed(support, found.ballots - support, 0, found.ballots - support)


def facts(ask: Ask, found: Result) -> Iterable[Fact]:
    yield from count_facts(found.counts, found.ballots)
    yield from place_facts(found.ranking, found.ballots)
