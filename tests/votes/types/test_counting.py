"""Do choices, dots and points come to the right numbers, exactly, and with ties as ties?"""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.votes.types import arithmetic
from app.domain.votes.types.question import AnswerValue, Choice
from app.domain.votes.types.result import Counted, DecisionCounts
from tests.cast.cases import cases
from tests.cast.questions import options, question_of, refusal, result, tally

quick = cases(100)


def test_a_single_choice_has_a_leader_and_the_rest_is_against_it() -> None:
    """R44, R52, R53: with shares of the ballots; two that lead are a tie, not an order."""
    question = question_of("single")
    found = tally(question, [{"option": "12"}] * 4 + [{"option": "14"}] * 2 + [{"option": "11"}])
    assert [(count.option.id, count.n, count.per_mille) for count in found.counts] == [
        (11, 1, 143), (12, 4, 571), (13, 0, 0), (14, 2, 286),
    ]  # fmt: skip
    assert [option.id for option in found.leaders] == [12]
    assert found.decision_counts() == DecisionCounts(4, 3, 0, 3)
    tied = tally(question, [{"option": "14"}, {"option": "11"}, {"option": "13"}] * 2 + [{"option": "13"}])
    assert [option.id for option in tied.leaders] == [13]
    tied = tally(question, [{"option": "14"}, {"option": "11"}] * 2 + [{"option": "13"}])
    assert [option.id for option in tied.leaders] == [11, 14]
    assert tied.decision_counts() == DecisionCounts(2, 3, 0, 3)
    assert [option.id for option in tally(question, [{"option": "14"}]).leaders] == [14]


def test_who_does_not_know_neither_leads_nor_opposes() -> None:
    """R53"""
    unsure = [*options(2), Choice(13, 3, "Don’t know", "Ddim yn gwybod", "abstain")]
    question = question_of("single", options=unsure)
    found = tally(question, [{"option": "13"}] * 5 + [{"option": "11"}] * 2 + [{"option": "12"}])
    assert [option.id for option in found.leaders] == [11]
    assert found.decision_counts() == DecisionCounts(2, 1, 5, 1)
    assert tally(question, [{"option": "13"}]).leaders == []
    assert arithmetic.leading(tally(question, [{"option": "13"}]).counts[2:]) == []


def test_multiple_choices_are_shares_of_the_ballots() -> None:
    """R44, R52: not of the choices; so they add up to more than the whole."""
    question = question_of("multiple")
    found = tally(
        question, [{"pick_11": "1", "pick_13": "1"}, {"pick_13": "1", "pick_12": "1"}, {"pick_13": "1"}]
    )
    assert [(count.n, count.per_mille) for count in found.counts] == [(1, 333), (1, 333), (3, 1000), (0, 0)]
    assert (found.ballots, found.picks) == (3, 5)
    assert [(line.option.id, line.first, line.last) for line in found.ranking] == [
        (13, 1, 1), (11, 2, 3), (12, 2, 3), (14, 4, 4),
    ]  # fmt: skip
    assert found.decision_counts() == DecisionCounts(3, 0, 0, 0)
    assert tally(
        question, [{"pick_11": "1"}, {"pick_11": "1"}, {"pick_12": "1"}]
    ).decision_counts() == DecisionCounts(2, 1, 0, 1)


def test_dots_make_a_ranking_with_ties() -> None:
    """R44, R52: three on one option are three dots from one ballot."""
    question = question_of("dots")
    found = tally(question, [{"n_13": "3"}, {"n_12": "2", "n_11": "1"}, {"n_12": "1", "n_14": "1"}])
    assert [(line.first, line.last, line.option.id, line.n) for line in found.ranking] == [
        (1, 2, 12, 3), (1, 2, 13, 3), (3, 4, 11, 1), (3, 4, 14, 1),
    ]  # fmt: skip
    assert [option.id for option in found.leaders] == [12, 13]
    assert (found.ballots, found.dots, found.sheet_dots) == (3, 8, 0)
    assert [count.per_mille for count in found.counts] == [125, 375, 375, 125]
    assert found.backers == {11: 1, 12: 2, 13: 1, 14: 1}


def test_dots_of_a_count_sheet_count_but_have_no_backers() -> None:
    """R56: a sheet says how many dots an option has, not from how many people."""
    question = question_of("dots")
    found = result(
        question,
        [Counted(AnswerValue(11, value=2), 1), Counted(AnswerValue(11), 5), Counted(AnswerValue(12), 1)],
        4,
    )
    assert [count.n for count in found.counts] == [7, 1, 0, 0]
    assert (found.ballots, found.dots, found.sheet_dots) == (4, 8, 6)
    assert found.backers == {11: 1, 12: 0, 13: 0, 14: 0}


def test_points_have_a_sum_and_an_exact_mean() -> None:
    """R44, R54: of all ballots, those that gave an option nothing too."""
    question = question_of("points", most=10)
    found = tally(
        question, [{"n_11": "10"}, {"n_11": "3", "n_12": "7"}, {"n_11": "3", "n_12": "6", "n_13": "1"}]
    )
    assert [(line.first, line.last, line.option.id, line.n) for line in found.ranking] == [
        (1, 1, 11, 16), (2, 2, 12, 13), (3, 3, 13, 1), (4, 4, 14, 0),
    ]  # fmt: skip
    assert found.points == 30
    assert [count.per_mille for count in found.counts] == [533, 433, 33, 0]
    assert [option.id for option in found.leaders] == [11]
    assert [found.means[each].exact for each in (11, 12, 13, 14)] == [
        Fraction(16, 3), Fraction(13, 3), Fraction(1, 3), 0,
    ]  # fmt: skip
    assert [found.means[each].text for each in (11, 12, 13, 14)] == ["5.3", "4.3", "0.3", "0"]
    assert found.backers == {11: 3, 12: 2, 13: 1, 14: 0}
    nobody = result(question, [], 0)
    assert nobody.means[11] == (None, "–")


@quick
@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.randoms())
def test_equal_scores_share_their_places(scores: list[int], random: Random) -> None:
    """R52: and are told in canonical order, whichever was counted first."""
    lines = list(zip(options(len(scores)), scores, strict=True))
    ranking = arithmetic.ranked(random.sample(lines, len(lines)))
    assert sorted(line.n for line in ranking) == sorted(scores)
    for line in ranking:
        assert line.first == 1 + sum(score > line.n for score in scores)
        assert line.last - line.first + 1 == scores.count(line.n)
        assert line.tied == (scores.count(line.n) > 1)
    assert ranking == sorted(ranking, key=lambda line: (line.first, line.option.position))


def test_a_tie_is_a_property_of_the_result() -> None:
    """R52"""
    ranking = arithmetic.ranked(zip(options(8), [9, 8, 7, 6, 5, 4, 4, 3], strict=True))
    assert [(line.first, line.last) for line in ranking[4:]] == [(5, 5), (6, 7), (6, 7), (8, 8)]


@pytest.mark.parametrize(
    ("n", "of", "share"), [(35, 44, 795), (1, 8, 125), (1, 16, 63), (0, 0, 0), (2, 3, 667), (5, 5, 1000)]
)
def test_shares_come_from_integers(n: int, of: int, share: int) -> None:
    """R54"""
    assert arithmetic.per_mille(n, of) == share


@pytest.mark.parametrize(
    ("value", "most", "least", "text"),
    [
        (Fraction(7, 2), 1, 0, "3.5"),
        (Fraction(3), 1, 0, "3"),
        (Fraction(30), 0, 0, "30"),
        (Fraction(2, 3), 2, 0, "0.67"),
        (Fraction(12), 2, 2, "12.00"),
        (Fraction(1, 8), 2, 0, "0.13"),
        (Fraction(-1, 8), 2, 0, "-0.13"),
        (Fraction(-1, 8), 0, 0, "0"),
        (Fraction(-1, 2000), 2, 1, "0.0"),
        (Fraction(1999, 2000), 2, 1, "1.0"),
    ],
)
def test_exact_numbers_are_written_out(value: Fraction, most: int, least: int, text: str) -> None:
    assert arithmetic.decimal_text(value, most, least) == text


@quick
@given(st.integers(-(10**9), 10**9), st.integers(0, 6), st.sampled_from([".", ","]))
def test_a_number_as_it_is_written_is_the_number_that_is_read(n: int, decimals: int, mark: str) -> None:
    typed = arithmetic.units_text(n, decimals).replace(".", mark)
    assert arithmetic.units_of_text(typed, decimals) == n
    assert Fraction(typed.replace(",", ".")) == Fraction(n, 10**decimals)


@pytest.mark.parametrize(
    ("typed", "decimals", "n"),
    [
        ("", 0, None),
        ("  ", 2, None),
        ("80.0", 0, 80),
        ("80,", 0, 80),
        ("12 500", 0, 12500),
        ("12\u00a0500", 0, 12500),
        (" 12,5 ", 2, 1250),
        ("−.05", 2, -5),
        ("+7", 0, 7),
        ("007", 0, 7),
        ("0" * 20 + "7", 0, 7),
        ("-0", 0, 0),
        ("1000000000000", 0, 10**12),
        ("1.000", 3, 1000),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, decimals: int, n: int | None) -> None:
    assert arithmetic.units_of_text(typed, decimals) == n


@pytest.mark.parametrize(
    ("typed", "decimals", "code"),
    [
        ("about 10", 0, "not_a_number"),
        ("1e3", 0, "not_a_number"),
        (".", 0, "not_a_number"),
        ("--5", 0, "not_a_number"),
        ("٣", 0, "not_a_number"),
        ("1.000.000", 0, "not_a_number"),
        ("1,000", 0, "whole_number"),
        ("1,000", 2, "too_many_decimals"),
        ("0.25", 1, "too_many_decimals"),
        ("1000000000001", 0, "number_too_large"),
        ("9" * 5000, 0, "number_too_large"),
    ],
)
def test_what_is_no_number_or_could_be_two_is_refused(typed: str, decimals: int, code: str) -> None:
    """A thousand with a comma is never taken for one."""
    assert refusal(arithmetic.units_of_text, typed, decimals).code == code
