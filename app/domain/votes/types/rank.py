"""Ranking: each puts up to `most` options in order, and the room's order is looked at in four ways.

First choices; every option against every other; Borda points; and instant run-off, round by round. They can
disagree, which is worth seeing, so none of them decides by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from app.domain.votes.types import arithmetic
from app.domain.votes.types.question import AnswerValue, Choice, Form, Question
from app.domain.votes.types.result import Count, Fact, Result, Tie
from app.domain.votes.types.run_off import Orders, RunOffRound, firsts, run_off
from app.domain.votes.types.vote_type import VoteType
from app.errors import N_, Refused

FEWEST = 2
PLACES = 3  # to fill, where the vote does not say how many and there are as many options

Ballots = Sequence[tuple[tuple[AnswerValue, ...], int]]


class BordaScore(NamedTuple):
    """One option with its Borda points, exact and as people read them. Tied options share the places `first`
    to `last`, in canonical order."""

    first: int
    last: int
    option: Choice
    score: Fraction
    text: str

    @property
    def tied(self) -> bool:
        return self.first != self.last


class Duel(NamedTuple):
    """One option against another: how many ballots put it before (`n`), and how many behind (`against`).
    A ranked option is before one left out; two left out are neither."""

    option: Choice
    other: Choice
    n: int
    against: int

    @property
    def won(self) -> bool:
        return self.n > self.against


class FirstPlace(NamedTuple):
    """What comes first (several are tied, none: there is no winner), and which ways of looking say so."""

    options: tuple[Choice, ...]
    ways: list[str]


@dataclass(frozen=True, slots=True)
class RankResult(Result):
    """`firsts` per option in canonical order; `duels` a row per option with a cell per other (None against
    itself); `condorcet` beats each other option; `borda` best first; `winners` of the run-off: several are
    tied, none when nobody answered."""

    firsts: list[Count]
    duels: list[list[Duel | None]]
    condorcet: Choice | None
    borda: list[BordaScore]
    rounds: list[RunOffRound]
    winners: list[Choice]

    @property
    def agreed(self) -> list[FirstPlace]:
        """What each of the four ways ("firsts", "duels", "points", "run-off") puts first, those that say the
        same together and what most of them say before the rest; empty when nobody answered."""
        if not self.ballots:
            return []
        found: dict[tuple[Choice, ...], list[str]] = {}
        for way, options in self._first_by_each_way().items():
            found.setdefault(tuple(sorted(options, key=lambda each: each.position)), []).append(way)
        return sorted((FirstPlace(*each) for each in found.items()), key=lambda first: -len(first.ways))

    def _first_by_each_way(self) -> dict[str, Sequence[Choice]]:
        most = max(count.n for count in self.firsts)
        return {
            "firsts": [count.option for count in self.firsts if count.n == most],
            "duels": [self.condorcet] if self.condorcet else [],
            "points": [line.option for line in self.borda if line.first == 1],
            "run-off": self.winners,
        }

    def facts(self) -> Iterable[Fact]:
        for count in self.firsts:
            yield Fact("first_choices", str(count.n), count.option.id, n=self.ballots)
        for duel in (duel for row in self.duels for duel in _others(row)):
            yield Fact("preferred_to", str(duel.n), duel.option.id, level=duel.other.label_en, n=self.ballots)
        if self.condorcet:
            yield Fact("condorcet_winner", "1", self.condorcet.id, n=self.ballots)
        for line in self.borda:
            yield Fact("borda_points", line.text, line.option.id, n=self.ballots)
            yield Fact("borda_first_place", str(line.first), line.option.id)
            yield Fact("borda_last_place", str(line.last), line.option.id)
        for each in self.rounds:
            for count in each.counts:
                level = f"round {each.number}"
                yield Fact("run_off", str(count.n), count.option.id, level=level, n=each.in_play)
        for option in self.winners:
            yield Fact("run_off_winner" if len(self.winners) == 1 else "run_off_tied", "1", option.id)

    def option_counts(self) -> Sequence[Count]:
        return self.firsts

    def ties(self) -> Sequence[Tie]:
        return arithmetic.tie_for_first(self.winners)


def check(question: Question) -> None:
    """`Refused("bad_most")`, `"bad_least"`, and as by `require_enough_options`."""
    arithmetic.require_enough_options(question, FEWEST)
    least, most = bounds(question)
    if not 1 <= most <= len(question.options):
        raise Refused("bad_most", most=len(question.options))
    if not 1 <= least <= most:
        raise Refused("bad_least", most=most)


def read(question: Question, form: Form) -> list[AnswerValue]:
    """Places are filled from the first without a gap; options left out share what is behind them.
    `Refused("nothing_chosen")`, `"rank_gap"`, `"rank_twice"`, `"rank_too_few"`, `"option_unknown"`."""
    least, most = bounds(question)
    arithmetic.require_known_fields(form, "place_", {f"place_{place}" for place in range(1, most + 1)})
    places = {place: arithmetic.whole_number(form, f"place_{place}") for place in range(1, most + 1)}
    filled = {place: question.option(option).id for place, option in places.items() if option is not None}
    if not filled:
        raise Refused("nothing_chosen")
    if gap := next((place for place in range(1, max(filled)) if place not in filled), None):
        raise Refused("rank_gap", place=gap)
    places_by_option: dict[int, int] = {}
    for place, option in filled.items():
        if (first := places_by_option.setdefault(option, place)) != place:
            raise Refused("rank_twice", first=first, second=place)
    if len(filled) < least:
        raise Refused("rank_too_few", least=least)
    return [AnswerValue(option) for option in filled.values()]


def bounds(question: Question) -> tuple[int, int]:
    """How many places must be filled, and how many there are."""
    most = min(PLACES, len(question.options)) if question.most is None else question.most
    return 1 if question.least is None else question.least, most


def result(question: Question, counted: Ballots, ballots: int) -> RankResult:
    orders = [(tuple(answer.option or 0 for answer in ballot), n) for ballot, n in counted]
    n = firsts(question.options, orders)
    first = arithmetic.counts(question.options, lambda number: n[number], ballots)
    duels = _duels(question.options, orders)
    winner = next((row[0].option for row in map(_others, duels) if row and all(d.won for d in row)), None)
    rounds, winners = run_off(question.options, orders, ballots)
    return RankResult(ballots, first, duels, winner, borda(question.options, orders), rounds, winners)


def _duels(options: Sequence[Choice], orders: Orders) -> list[list[Duel | None]]:
    before = {(one.id, other.id): 0 for one in options for other in options}
    for order, ballots in orders:
        left_out = [option.id for option in options if option.id not in order]
        for place, option in enumerate(order):
            for other in (*order[place + 1 :], *left_out):
                before[option, other] += ballots
    return [
        [
            None if one is other else Duel(one, other, before[one.id, other.id], before[other.id, one.id])
            for other in options
        ]
        for one in options
    ]


def _others(row: Iterable[Duel | None]) -> list[Duel]:
    return [duel for duel in row if duel]


def borda(options: Sequence[Choice], orders: Orders) -> list[BordaScore]:
    """Of m options the first place is worth m - 1 points, the next m - 2, …; options left out share equally
    what is left of 0 + 1 + … + (m - 1), so that every ballot gives away as much (Borda count, averaged)."""
    points = {option.id: Fraction(0) for option in options}
    for order, ballots in orders:
        shared = Fraction(len(options) - len(order) - 1, 2)
        for option in points:
            place = order.index(option) + 1 if option in order else None
            points[option] += ballots * (shared if place is None else len(options) - place)
    return [
        BordaScore(*line, arithmetic.decimal_text(line.n, 1))
        for line in arithmetic.ranked((each, points[each.id]) for each in options)
    ]


VOTE_TYPE = VoteType(
    name="rank",
    order=5,
    title=N_("Ranking"),
    summary=N_("Each puts a few options in order."),
    check=check,
    read=read,
    result=result,
    by="ballots",
    fewest_options=FEWEST,
    fields=("least", "most"),
    defaults={"least": 1},
)
