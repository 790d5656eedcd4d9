"""Does our ranking agree with pref_voting (Holliday and Pacuit), which others wrote and check?

Ballots come from a seeded generator: complete orders and truncated ones, in large rooms and in rooms so small
that ties are common.
"""

import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from pref_voting.iterative_methods import (
    instant_runoff,
    instant_runoff_for_truncated_linear_orders,
    instant_runoff_put,
    instant_runoff_with_explanation,
)
from pref_voting.profiles import Profile
from pref_voting.profiles_with_ties import ProfileWithTies

from app.domain.votes.types import rank
from app.domain.votes.types.question import AnswerValue, Choice, Question

Orders = list[tuple[tuple[int, ...], int]]  # options as 0, 1, …, and how many ballots
PREFLIB = Path(__file__).resolve().parents[1] / "data" / "preflib" / "debian-2002.soi"
SEEDS = range(200)


def profile(seed: int, truncated: bool) -> tuple[int, Orders]:
    """A room: of 2 to 7 options, 1 to 60 ballots, some options dearer to all than others."""
    chance = random.Random(f"{seed} {truncated}")
    options = chance.randint(2, 7)
    merit = [chance.random() * chance.choice((0.2, 1, 3)) for _ in range(options)]
    orders: dict[tuple[int, ...], int] = {}
    for _ in range(chance.randint(1, chance.choice((15, 60)))):
        liking = [each + chance.random() for each in merit]
        order = sorted(range(options), key=lambda each: -liking[each])
        length = chance.randint(1, options) if truncated else options
        orders[tuple(order[:length])] = orders.get(tuple(order[:length]), 0) + 1
    return options, list(orders.items())


def ours(options: int, orders: Orders) -> rank.RankResult:
    question = Question(
        "rank", [Choice(i, i + 1, f"Option {i + 1}") for i in range(options)], least=1, most=options
    )
    counted = [(tuple(map(AnswerValue, order)), n) for order, n in orders]
    found = rank.result(question, counted, sum(n for _, n in orders))
    assert isinstance(found, rank.RankResult)
    return found


def theirs(options: int, orders: Orders) -> ProfileWithTies:
    """Their profile of truncated orders, in which what is ranked comes before what is not."""
    rankings = [{option: place for place, option in enumerate(order, 1)} for order, _ in orders]
    made = ProfileWithTies(rankings, [n for _, n in orders], candidates=list(range(options)))
    made.use_extended_strict_preference()
    return made


def complete(orders: Orders) -> Profile:
    return Profile([list(order) for order, _ in orders], [n for _, n in orders])


def ids(options: Sequence[Choice]) -> list[int]:
    return sorted(option.id for option in options)


def looked_back(found: rank.RankResult) -> bool:
    """Whether our rule told tied options apart by an earlier round; theirs removes them all."""
    return any(each.why == "earlier" for each in found.rounds)


@pytest.mark.parametrize("truncated", [False, True])
def test_duels_and_the_winner_of_all_of_them(truncated: bool) -> None:
    winners = 0
    for seed in SEEDS:
        options, orders = profile(seed, truncated)
        found, oracle = ours(options, orders), theirs(options, orders)
        for duel in (duel for row in found.duels for duel in row if duel):
            assert duel.n == oracle.support(duel.option.id, duel.other.id), seed
        assert (found.condorcet.id if found.condorcet else None) == oracle.condorcet_winner(), seed
        winners += found.condorcet is not None
    assert 100 < winners < len(SEEDS)  # with and without one


def test_points_of_complete_orders() -> None:
    for seed in SEEDS:
        options, orders = profile(seed, truncated=False)
        scores = complete(orders).borda_scores()
        assert {line.option.id: line.score for line in ours(options, orders).borda} == scores, seed


def test_points_of_truncated_orders() -> None:
    """Sharing what is left equally is the symmetric Borda score (wins less losses), moved and halved."""
    for seed in SEEDS:
        options, orders = profile(seed, truncated=True)
        ballots, scores = sum(n for _, n in orders), theirs(options, orders).borda_scores()
        assert {line.option.id: line.score for line in ours(options, orders).borda} == {
            option: Fraction(ballots * (options - 1) + int(scores[option]), 2) for option in range(options)
        }, seed


def test_run_off_of_complete_orders() -> None:
    """Winners and who left when; where our rule looked back, one of the ways theirs could have gone."""
    same = 0
    for seed in SEEDS:
        options, orders = profile(seed, truncated=False)
        found, oracle = ours(options, orders), complete(orders)
        if looked_back(found):
            assert set(ids(found.winners)) <= set(instant_runoff_put(oracle)), seed
            continue
        same += 1
        assert ids(found.winners) == instant_runoff(oracle), seed
        winners, left = instant_runoff_with_explanation(oracle)
        assert ids(found.winners) == winners, seed
        gone = [ids(each.leaving or each.tied) for each in found.rounds if each.why != "majority"]
        assert gone == [sorted(map(int, each)) for each in left], seed
    assert 150 < same < len(SEEDS)


def test_run_off_of_truncated_orders() -> None:
    same = 0
    for seed in SEEDS:
        options, orders = profile(seed, truncated=True)
        found = ours(options, orders)
        if not looked_back(found):  # as in nearly all of these
            same += 1
            assert ids(found.winners) == instant_runoff_for_truncated_linear_orders(
                theirs(options, orders)
            ), seed
    assert same > 150


def test_bdale_garbee_beats_every_other_option() -> None:
    """Real ballots, read by us and given to both."""
    lines = [line for line in PREFLIB.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    split = [line.split(": ") for line in lines]
    orders = [(tuple(int(each) - 1 for each in order.split(",")), int(n)) for n, order in split]
    found, oracle = ours(4, orders), theirs(4, orders)
    assert found.condorcet is not None
    assert found.condorcet.id == oracle.condorcet_winner() == 2
    assert ids(found.winners) == instant_runoff_for_truncated_linear_orders(oracle) == [2]
