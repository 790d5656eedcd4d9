"""Does a grid show every rating, and no score without its weakest criterion?"""

import statistics
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.votes.types import grid
from app.domain.votes.types.question import AnswerValue, Choice, Question
from app.domain.votes.types.result import Counted
from app.errors import Refused
from tests.cast.cases import cases

quick = cases(100)


def question_of(proposals: int = 2, criteria: int = 3) -> Question:
    return Question(
        "grid",
        [Choice(10 + i, i, f"Proposal {i}") for i in range(1, proposals + 1)],
        [Choice(90 + i, i, f"Criterion {i}") for i in range(1, criteria + 1)],
    )


def tally(question: Question, forms: list[dict[str, str]]) -> grid.GridResult:
    ballots = [grid.read(question, form) for form in forms]
    counted = [Counted(given, n) for given, n in Counter(g for each in ballots for g in each).items()]
    found = grid.result(question, counted, len(ballots))
    assert isinstance(found, grid.GridResult)
    return found


def rated(question: Question, cells: dict[tuple[int, int], str]) -> grid.GridResult:
    """The result of ratings given cell by cell: {(1, 2): "455?"} is proposal 1 on criterion 2."""
    counted = [
        Counted(AnswerValue(10 + i, 90 + j, None if rating == "?" else int(rating)), n)
        for (i, j), ratings in cells.items()
        for rating, n in Counter(ratings).items()
    ]
    return grid.result(question, counted, max(map(len, cells.values()), default=0))


def cell_of(found: grid.GridResult, proposal: int = 1, criterion: int = 1) -> grid.Cell:
    return found.profiles[proposal - 1].cells[criterion - 1]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, "nothing_chosen"),
        ({"rate_11_91": ""}, "nothing_chosen"),
        ({"rate_11_91": "0"}, "bad_request"),
        ({"rate_11_91": "6"}, "bad_request"),
        ({"rate_11_91": "4.5"}, "bad_request"),
        ({"rate_11_91": "٤"}, "bad_request"),
        ({"rate_11_91": "4", "rate_11_94": "4"}, "option_unknown"),
        ({"rate_91_11": "4"}, "option_unknown"),
        ({"rate_11": "4"}, "option_unknown"),
    ],
)
def test_what_is_no_rating_is_refused(form: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as caught:
        grid.read(question_of(), form)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("proposals", "criteria", "code"),
    [
        (0, 3, "too_few_options"),
        (13, 1, "too_many_options"),
        (1, 0, "too_few_criteria"),
        (1, 9, "too_many_criteria"),
    ],
)
def test_a_grid_needs_proposals_and_criteria(proposals: int, criteria: int, code: str) -> None:
    with pytest.raises(Refused) as caught:
        grid.check(question_of(proposals, criteria))
    assert caught.value.code == code
    assert "%(" not in caught.value.sentence(str, str)
    grid.check(question_of(12, 8))
    grid.check(question_of(1, 1))


def test_cells_may_be_left_open_and_not_knowing_is_an_answer() -> None:  # R44
    form = {"rate_12_91": "5", "rate_11_92": "dk", "rate_11_91": "", "reason": "…"}
    assert grid.read(question_of(), form) == [AnswerValue(11, 92), AnswerValue(12, 91, 5)]


def test_a_cell_counts_every_answer() -> None:
    cell = cell_of(rated(question_of(), {(1, 1): "1445?5??"}))
    assert cell.counts == (1, 0, 0, 2, 2)
    assert (cell.rated, cell.dont_know, cell.dont_know_per_mille) == (5, 3, 375)
    assert cell.shares == (200, 0, 0, 400, 400)
    assert (cell.median, cell.high, cell.high_per_mille) == (4, 4, 800)  # of those who rated


@pytest.mark.parametrize(
    ("ratings", "median", "text"),
    [("1", 1, "1"), ("12", Fraction(3, 2), "1.5"), ("1555", 5, "5"), ("??", None, "")],
)
def test_a_median_is_exact(ratings: str, median: Fraction | None, text: str) -> None:
    cell = cell_of(rated(question_of(), {(1, 1): ratings}))
    assert (cell.median, cell.median_text) == (median, text)


@quick
@given(st.lists(st.integers(1, 5), min_size=2, max_size=40))
def test_median_and_spread_are_those_of_the_statistics_module(ratings: list[int]) -> None:
    cell = cell_of(rated(question_of(), {(1, 1): "".join(map(str, ratings))}))
    assert cell.median == statistics.median(map(Fraction, ratings))
    assert cell.spread is not None
    assert cell.spread.variance == statistics.pvariance(map(Fraction, ratings))
    assert abs(cell.spread.hundredths / 100 - statistics.pstdev(ratings) / 2) <= 0.005 + 1e-9
    assert 0 <= cell.spread.hundredths <= 100
    assert cell.wide == (statistics.pvariance(map(Fraction, ratings)) > Fraction(36, 100))


@pytest.mark.parametrize(
    ("ratings", "hundredths", "wide"),
    [
        ("33", 0, False),
        ("15", 100, True),
        ("1155", 100, True),
        ("23", 25, False),
        ("1" + 9 * "3", 30, False),  # variance 0.36: exactly 0.3, which is not above
        ("1" + 8 * "3", 31, True),
        (10 * "1" + 88 * "3", 30, True),  # 0.3027
    ],
)
def test_cells_above_a_spread_of_three_tenths_are_flagged(ratings: str, hundredths: int, wide: bool) -> None:
    cell = cell_of(rated(question_of(), {(1, 1): ratings}))
    assert cell.spread is not None
    assert (cell.spread.hundredths, cell.wide) == (hundredths, wide)


def test_one_rating_has_no_spread() -> None:
    cell = cell_of(rated(question_of(), {(1, 1): "5??"}))
    assert (cell.spread, cell.wide) == (None, False)


def test_cells_furthest_apart_come_first_and_equal_ones_in_canonical_order() -> None:  # R52
    found = rated(question_of(2, 2), {(2, 2): "12", (2, 1): "15", (1, 2): "12", (1, 1): "5"})
    assert [(cell.option.position, cell.criterion.position) for cell in found.widest] == [
        (2, 1),
        (1, 2),
        (2, 2),
    ]


def test_acceptability_is_the_mean_of_the_shares_who_rated_four_or_five() -> None:
    found = rated(question_of(1, 3), {(1, 1): "45????", (1, 2): "41", (1, 3): "511"})
    profile = found.profiles[0]
    assert profile.score == (1 + Fraction(1, 2) + Fraction(1, 3)) / 3
    assert profile.score_per_mille == 611
    assert [cell.criterion.position for cell in profile.weakest] == [3]
    assert [cell.rated for cell in profile.cells] == [2, 2, 3]


def test_all_weakest_criteria_are_named() -> None:  # R52
    profile = rated(question_of(1, 3), {(1, 1): "5", (1, 2): "41", (1, 3): "4411"}).profiles[0]
    assert [cell.criterion.position for cell in profile.weakest] == [2, 3]


def test_a_criterion_nobody_rated_leaves_no_score() -> None:
    profile = rated(question_of(1, 3), {(1, 1): "5", (1, 2): "1", (1, 3): "??"}).profiles[0]
    assert (profile.score, profile.score_per_mille) == (None, None)
    assert [criterion.position for criterion in profile.unrated] == [3]
    assert [cell.criterion.position for cell in profile.weakest] == [2]


def test_nobody_answered() -> None:
    found = rated(question_of(), {})
    assert (found.widest, found.ballots) == ([], 0)
    assert all(profile.score is None and not profile.weakest for profile in found.profiles)
    assert all(fact.value == "0" for fact in found.facts())


CELLS = [f"rate_{10 + i}_{90 + j}" for i in (1, 2) for j in (1, 2, 3)]
ballots = st.lists(
    st.dictionaries(st.sampled_from(CELLS), st.sampled_from(["1", "2", "3", "4", "5", "dk"]), min_size=1),
    max_size=25,
)


@quick
@given(ballots, st.randoms())
def test_every_rating_is_counted_once_in_whatever_order(forms: list[dict[str, str]], random: Any) -> None:
    found = tally(question_of(), forms)
    assert found == tally(question_of(), random.sample(forms, len(forms)))
    for profile in found.profiles:
        for cell in profile.cells:
            given = [form.get(f"rate_{cell.option.id}_{cell.criterion.id}") for form in forms]
            assert cell.counts == tuple(given.count(str(rating)) for rating in range(1, 6))
            assert cell.dont_know == given.count("dk")
            assert (cell in found.widest) == (cell.rated >= 2)
        if profile.score is not None:
            assert profile.weakest[0].high_share is not None
            assert 0 <= profile.weakest[0].high_share <= profile.score <= 1
    spreads = [cell.spread.variance for cell in found.widest if cell.spread]
    assert spreads == sorted(spreads, reverse=True)


def test_the_record_keeps_every_cell() -> None:
    question = question_of(1, 2)
    found = rated(question, {(1, 1): "15?", (1, 2): "44"})
    kept = {(f.measure, f.criterion, f.level): (f.value, f.n) for f in found.facts()}
    assert kept["n", 91, "5"] == ("1", 2)
    assert kept["dont_know", 91, ""] == ("1", 3)
    assert kept["median", 91, ""] == ("3", 2)
    assert kept["spread", 91, ""] == ("1.00", 2)
    assert kept["rated_4_or_5_percent", 92, ""] == ("100.0", 2)
    assert kept["acceptability_percent", None, ""] == ("75", 4)
    assert kept["weakest_percent", 91, ""] == ("50.0", 2)


def test_the_record_has_the_spread_that_screens_show() -> None:
    """R117: 0.3027 is far apart, which 0.30 would deny."""
    question = question_of(1, 1)
    found = rated(question, {(1, 1): 10 * "1" + 88 * "3"})
    kept = {fact.measure: fact.value for fact in found.facts()}
    assert kept["spread"] == cell_of(found).spread.text == "0.303"
