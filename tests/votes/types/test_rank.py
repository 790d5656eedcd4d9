"""Does a ranking count each ballot where it belongs, and never make up an order among equals?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.votes.types import rank, run_off
from app.domain.votes.types.question import AnswerValue, Choice, Question
from app.errors import N_, Refused
from app.settings import ROOT
from tests.cast.cases import cases

quick = cases(100)
PREFLIB = ROOT / "tests/data/preflib/debian-2002.soi"


def question_of(n: int = 4, **given: Any) -> Question:
    options = [Choice(10 + i, i, f"Option {i}", f"Dewis {i}") for i in range(1, n + 1)]
    return Question("rank", **({"options": options, "least": 1, "most": min(3, n)} | given))


def counted(ballots: Mapping[str, int]) -> list[tuple[tuple[AnswerValue, ...], int]]:
    """Ballots written as the options' numbers: {"132": 2} is two that put 1 first, 3 second, 2 third."""
    return [(tuple(AnswerValue(10 + int(each)) for each in order), n) for order, n in ballots.items()]


def tally(ballots: Mapping[str, int], n: int = 4) -> rank.RankResult:
    found = rank.result(question_of(n, most=n), counted(ballots), sum(ballots.values()))
    assert isinstance(found, rank.RankResult)
    return found


def positions(options: Sequence[Choice]) -> list[int]:
    return [option.position for option in options]


def told(found: rank.RankResult) -> list[tuple[list[int], str]]:
    """Who leaves in each round, and why."""
    return [(positions(each.leaving), each.why) for each in found.rounds]


profiles = st.integers(2, 6).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.dictionaries(
            st.lists(st.integers(1, n), min_size=1, max_size=n, unique=True).map(
                lambda order: "".join(map(str, order))
            ),
            st.integers(1, 9),
            max_size=12,
        ),
    )
)


@pytest.mark.parametrize(
    ("form", "given", "code", "facts"),
    [
        ({}, {}, "nothing_chosen", {}),
        ({"place_1": "", "place_2": ""}, {}, "nothing_chosen", {}),
        ({"place_1": "11", "place_3": "12"}, {}, "rank_gap", {"place": 2}),
        ({"place_2": "11"}, {}, "rank_gap", {"place": 1}),
        ({"place_1": "11", "place_2": "12", "place_3": "11"}, {}, "rank_twice", {"first": 1, "second": 3}),
        ({"place_1": "11"}, {"least": 2}, "rank_too_few", {"least": 2}),
        ({"place_1": "99"}, {}, "option_unknown", {}),
        ({"place_1": "11", "place_4": "12"}, {}, "option_unknown", {}),
        ({"place_1": "11", "place_x": "12"}, {}, "option_unknown", {}),
        ({"place_1": "11", "place_0": "12"}, {}, "option_unknown", {}),
        ({"place_1": "first"}, {}, "bad_request", {}),
    ],
)
def test_what_is_no_ranking_is_refused(
    form: dict[str, str], given: dict[str, Any], code: str, facts: dict[str, int]
) -> None:
    with pytest.raises(Refused) as caught:
        rank.read(question_of(**given), form)
    assert (caught.value.code, caught.value.facts) == (code, facts)
    assert "%(" not in caught.value.sentence(str, str)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"n": 1}, "too_few_options"),
        ({"n": 13}, "too_many_options"),
        ({"most": 5}, "bad_most"),
        ({"most": 0}, "bad_most"),
        ({"least": 4}, "bad_least"),
        ({"least": 0}, "bad_least"),
    ],
)
def test_settings_nobody_could_rank_with_are_refused(given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        rank.check(question_of(**given))
    assert caught.value.code == code
    assert "%(" not in caught.value.sentence(str, str)


def test_places_are_read_from_the_first_on() -> None:  # R44
    form = {"place_1": "13", "place_2": "11", "place_3": "", "version": "1"}
    assert rank.read(question_of(), form) == [AnswerValue(13), AnswerValue(11)]


def test_a_vote_of_few_options_has_no_more_places() -> None:
    assert rank.bounds(question_of(2, most=None, least=None)) == (1, 2)
    rank.check(question_of(2, most=None, least=None))


def test_nobody_answered() -> None:
    found = tally({})
    assert (found.rounds, found.winners, found.condorcet) == ([], [], None)
    assert {line.score for line in found.borda} == {0}
    assert [(line.first, line.last) for line in found.borda] == [(1, 4)] * 4


def test_a_ranked_option_is_before_one_left_out() -> None:
    found = tally({"12": 3, "3": 2})
    pairs = {(d.option.position, d.other.position): (d.n, d.against) for row in found.duels for d in row if d}
    assert pairs[1, 2] == (3, 0)
    assert pairs[1, 3] == (3, 2)
    assert pairs[3, 1] == (2, 3)
    assert pairs[3, 4] == (2, 0)
    assert pairs[1, 4] == (3, 0)
    assert [row[i] for i, row in enumerate(found.duels)] == [None] * 4
    assert found.condorcet is not None
    assert found.condorcet.position == 1


def test_a_circle_has_no_winner_of_all_duels() -> None:
    """Condorcet's paradox: 1 beats 2, 2 beats 3, 3 beats 1."""
    found = tally({"123": 1, "231": 1, "312": 1}, n=3)
    assert found.condorcet is None
    assert told(found) == [([], "tie")]
    assert positions(found.winners) == [1, 2, 3]


def test_equal_in_a_duel_beats_nobody() -> None:
    assert tally({"12": 2, "21": 2}, n=2).condorcet is None


def test_points_by_place_are_shared_by_those_left_out() -> None:
    """4 options: 3, 2, 1, 0 points; of a ballot that names one, the others share 2 + 1 + 0."""
    found = tally({"1": 1, "21": 1})
    assert {line.option.position: line.score for line in found.borda} == {
        1: Fraction(5),
        2: Fraction(4),
        3: Fraction(3, 2),
        4: Fraction(3, 2),
    }
    assert [(line.first, line.last, line.text) for line in found.borda] == [
        (1, 1, "5"),
        (2, 2, "4"),
        (3, 4, "1.5"),
        (3, 4, "1.5"),
    ]
    assert [line.tied for line in found.borda] == [False, False, True, True]


def test_more_than_half_wins_at_once() -> None:
    found = tally({"1": 4, "2": 2, "3": 1})
    assert told(found) == [([], "majority")]
    assert positions(found.winners) == [1]


def test_exactly_half_does_not_win_yet() -> None:
    found = tally({"1": 4, "2": 3, "32": 1}, n=3)
    assert told(found)[0] == ([3], "fewest")


def test_the_last_leaves_and_its_ballots_move_on() -> None:
    found = tally({"1": 4, "2": 3, "32": 2}, n=3)
    assert told(found) == [([3], "fewest"), ([], "majority")]
    assert [count.n for count in found.rounds[1].counts] == [4, 5]
    assert positions(found.winners) == [2]


def test_ballots_without_a_further_choice_are_counted_as_exhausted() -> None:
    found = tally({"1": 4, "2": 3, "3": 2}, n=3)
    last = found.rounds[1]
    assert (last.in_play, last.exhausted) == (7, 2)
    assert [count.per_mille for count in last.counts] == [571, 429]  # of those in play


def test_last_ones_leave_together_when_their_order_cannot_matter() -> None:
    found = tally({"1": 5, "2": 4, "32": 1, "42": 1})
    assert told(found)[0] == ([3, 4], "together")
    assert positions(found.rounds[0].tied) == [3, 4]
    assert positions(found.winners) == [2]


def test_a_tie_for_the_last_place_is_told_apart_by_an_earlier_round() -> None:
    """After 4 has left for 3, options 2 and 3 tie; 3 had fewer in round 1."""
    found = tally({"1": 7, "2": 4, "3": 3, "43": 1})
    assert told(found) == [([4], "fewest"), ([3], "earlier"), ([], "majority")]
    second = found.rounds[1]
    assert (positions(second.tied), second.looked_back) == ([2, 3], 1)
    assert "round %(round)s" in second.words
    assert positions(found.winners) == [1]


def test_the_latest_round_in_which_tied_ones_differed_tells() -> None:
    """2 had fewer in round 1, 3 in round 2; in round 3 they tie."""
    found = tally({"1": 9, "2": 3, "3": 4, "42": 2, "53": 1, "5": 2}, n=5)
    assert told(found)[:3] == [([4], "fewest"), ([5], "fewest"), ([3], "earlier")]
    assert found.rounds[2].looked_back == 2


def test_last_ones_with_as_many_as_the_next_do_not_leave_as_if_it_could_not_matter() -> None:
    assert told(tally({"1": 4, "2": 2, "3": 1, "4": 1}))[0] == ([3, 4], "all")


def test_last_ones_that_never_differed_leave_at_once() -> None:
    found = tally({"1": 3, "2": 2, "3": 2}, n=3)
    assert told(found) == [([2, 3], "all"), ([], "majority")]
    assert positions(found.winners) == [1]


def test_when_all_that_are_left_are_equal_it_is_a_tie() -> None:  # R52
    """Though 1 had more in round 1: what becomes of a tie was settled before the vote."""
    found = tally({"1": 3, "2": 2, "32": 1}, n=3)
    assert told(found) == [([3], "fewest"), ([], "tie")]
    assert positions(found.winners) == [1, 2]
    assert positions(found.rounds[1].tied) == [1, 2]


def test_every_reason_has_its_sentence() -> None:
    assert set(run_off.WHY) == {"majority", "fewest", "together", "earlier", "all", "tie"}
    assert all(N_(words).endswith(".") for words in run_off.WHY.values())


@quick
@given(profiles)
def test_every_ballot_is_somewhere_in_every_round(profile: tuple[int, dict[str, int]]) -> None:
    n, ballots = profile
    found, all_of_them = tally(ballots, n), sum(ballots.values())
    left = set(range(1, n + 1))
    for each in found.rounds:
        assert {count.option.position for count in each.counts} == left
        assert sum(count.n for count in each.counts) == each.in_play
        assert each.in_play + each.exhausted == all_of_them
        assert (not each.leaving) == (each.why in ("majority", "tie")) == (each is found.rounds[-1])
        assert set(positions(each.leaving)) < left
        assert (each.looked_back is not None) == (each.why == "earlier")
        left -= set(positions(each.leaving))
    assert set(positions(found.winners)) <= left
    assert bool(found.winners) == bool(ballots)


@quick
@given(profiles)
def test_points_and_duels_add_up(profile: tuple[int, dict[str, int]]) -> None:
    n, ballots = profile
    found, all_of_them = tally(ballots, n), sum(ballots.values())
    assert sum(line.score for line in found.borda) == Fraction(all_of_them * n * (n - 1), 2)
    assert sum(count.n for count in found.firsts) == all_of_them
    for i, j in combinations(range(n), 2):
        one, other = found.duels[i][j], found.duels[j][i]
        assert one is not None
        assert other is not None
        assert (one.n, one.against) == (other.against, other.n)
        assert one.n + one.against <= all_of_them
        named = sum(k for order, k in ballots.items() if str(i + 1) in order or str(j + 1) in order)
        assert one.n + one.against == named


@quick
@given(profiles, st.randoms())
def test_neither_the_order_of_ballots_nor_of_options_has_a_say(
    profile: tuple[int, dict[str, int]], random: Any
) -> None:  # R52
    n, ballots = profile
    shuffled = dict(random.sample(sorted(ballots.items()), len(ballots)))
    assert tally(shuffled, n) == tally(ballots, n)
    renamed = dict(zip("123456", random.sample("123456"[:n], n), strict=False))
    other = tally({"".join(renamed[each] for each in order): k for order, k in ballots.items()}, n)
    found = tally(ballots, n)

    def names(options: Sequence[Choice]) -> list[int]:
        return sorted(int(renamed[str(option.position)]) for option in options)

    assert sorted(positions(other.winners)) == names(found.winners)
    assert [(sorted(p), why) for p, why in told(other)] == [(names(r.leaving), r.why) for r in found.rounds]
    assert {line.option.position: line[:2] for line in other.borda} == {
        int(renamed[str(line.option.position)]): line[:2] for line in found.borda
    }


@quick
@given(profiles)
def test_who_beats_everybody_is_never_last_in_points(profile: tuple[int, dict[str, int]]) -> None:
    """A Condorcet winner has more than the average number of Borda points (Smith 1973)."""
    n, ballots = profile
    found = tally(ballots, n)
    if found.condorcet:
        average = Fraction(sum(ballots.values()) * (n - 1), 2)
        assert next(line.score for line in found.borda if line.option == found.condorcet) > average


def debian() -> tuple[dict[str, str], Counter[str]]:
    """The 475 ballots of the Debian project leader election of 2002 and the names of the four options."""
    names, ballots = {}, Counter[str]()
    for line in PREFLIB.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ALTERNATIVE NAME "):
            number, name = line.removeprefix("# ALTERNATIVE NAME ").split(": ", 1)
            names[number] = name
        elif not line.startswith("#"):
            n, order = line.split(": ")
            ballots[order.replace(",", "")] += int(n)
    return names, ballots


def test_bdale_garbee_beats_every_other_option() -> None:
    """Debian's leader of 2002, as elected, from the real ballots."""
    names, ballots = debian()
    assert sum(ballots.values()) == 475
    found = tally(ballots)
    assert found.condorcet is not None
    assert names[str(found.condorcet.position)] == "Bdale Garbee"
    assert [names[str(option.position)] for option in found.winners] == ["Bdale Garbee"]
    assert names[str(found.borda[0].option.position)] == "Bdale Garbee"
