"""Are estimates read as people write them, and told without losing a decimal?"""

import statistics
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.votes.types import estimate
from app.domain.votes.types.question import AnswerValue, Question
from app.domain.votes.types.result import Counted
from app.errors import Refused
from tests.cast.cases import cases

quick = cases(200)


def tally(values: list[int], **given: Any) -> estimate.EstimateResult:
    """The result of estimates in units of the last decimal."""
    counted = [Counted(AnswerValue(value=value), n) for value, n in Counter(values).items()]
    found = estimate.result(Question("estimate", **given), counted, len(values))
    assert isinstance(found, estimate.EstimateResult)
    return found


@pytest.mark.parametrize(
    ("text", "given", "value"),
    [
        ("12", {}, 12),
        ("80.0", {}, 80),
        ("-3", {}, -3),
        ("−3", {}, -3),
        ("+3", {}, 3),
        ("12 500", {}, 12500),
        ("12,5", {"decimals": 2}, 1250),
        ("12.50", {"decimals": 2}, 1250),
        (".5", {"decimals": 1}, 5),
        ("-.05", {"decimals": 2}, -5),
        ("0", {"lowest": 0, "highest": 10}, 0),
        ("10", {"lowest": 0, "highest": 10}, 10),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, given: dict[str, int], value: int) -> None:  # R44
    assert estimate.read(Question("estimate", **given), {"value": text}) == [AnswerValue(value=value)]


@pytest.mark.parametrize(
    ("text", "given", "code", "facts"),
    [
        ("", {}, "not_a_number", {}),
        ("about 10", {}, "not_a_number", {}),
        ("10 %", {}, "not_a_number", {}),
        ("1e3", {}, "not_a_number", {}),
        (".", {}, "not_a_number", {}),
        ("--3", {}, "not_a_number", {}),
        ("١٢", {}, "not_a_number", {}),
        ("1.000.000", {}, "not_a_number", {}),
        ("inf", {}, "not_a_number", {}),
        ("0.25", {"decimals": 1}, "too_many_decimals", {"most": 1}),
        ("9" * 30, {}, "number_too_large", {}),
        ("4", {"lowest": 5}, "estimate_too_low", {"lowest": "5"}),
        ("100.1", {"decimals": 1, "highest": 1000}, "estimate_too_high", {"highest": "100.0"}),
    ],
)
def test_what_is_no_estimate_is_refused(
    text: str, given: dict[str, int], code: str, facts: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as caught:
        estimate.read(Question("estimate", **given), {"value": text})
    assert (caught.value.code, caught.value.facts) == (code, facts)
    assert "%(" not in caught.value.sentence(str, str)


def test_a_thousand_is_never_taken_for_one() -> None:
    for text in ("1,000", "1.000", "12,000"):
        with pytest.raises(Refused):
            estimate.read(Question("estimate"), {"value": text})


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"lowest": 6, "highest": 5}, "bounds_reversed"),
        ({"lowest": 5, "highest": 5}, "bounds_reversed"),
        ({"decimals": 5}, "bad_decimals"),
        ({"decimals": -1}, "bad_decimals"),
    ],
)
def test_settings_nobody_could_keep_are_refused(given: dict[str, int], code: str) -> None:
    with pytest.raises(Refused) as caught:
        estimate.check(Question("estimate", **given))
    assert caught.value.code == code
    assert "%(" not in caught.value.sentence(str, str)
    estimate.check(Question("estimate", lowest=-5, highest=5, decimals=4))
    estimate.check(Question("estimate"))


def five(found: estimate.EstimateResult) -> list[estimate.ExactNumber]:
    numbers = [found.minimum, found.lower, found.median, found.upper, found.maximum]
    return [number for number in numbers if number]


def test_nobody_answered() -> None:
    found = tally([])
    assert (found.ballots, five(found), found.bins) == (0, [], [])
    assert list(found.facts()) == []


def test_numbers_stand_over_the_middle_of_their_bar() -> None:
    found = tally([3, 4, 4, 5])  # bars of width 1
    assert [found.along(number) for number in five(found)] == [166, 416, 500, 583, 833]


def test_quartiles_are_interpolated_between_neighbours() -> None:
    """The example of Hyndman and Fan's type 7: of 1, 2, 3, 4 the lower quartile is 1.75."""
    assert [number.text for number in five(tally([1, 2, 3, 4]))] == ["1", "1.75", "2.5", "3.25", "4"]
    assert [number.text for number in five(tally([7]))] == ["7"] * 5
    assert [number.text for number in five(tally([125, 130], decimals=1))] == [
        "12.5",
        "12.625",
        "12.75",
        "12.875",
        "13.0",
    ]


@quick
@given(st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=40))
def test_quartiles_are_those_of_the_statistics_module(values: list[int]) -> None:
    found = [number.units for number in five(tally(values))]
    quartiles = statistics.quantiles(map(Fraction, values), n=4, method="inclusive")
    assert found == [min(values), *quartiles, max(values)]
    assert found[2] == statistics.median(map(Fraction, values))
    assert [Fraction(number.text) for number in five(tally(values))] == found  # the words are exact too


@quick
@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=40), st.integers(0, 4))
@example([0, 9], 0)
@example([0, 10], 0)
@example([-1, 0], 2)
@example([9, 10], 0)
def test_bars_are_few_even_and_hold_every_estimate(values: list[int], decimals: int) -> None:
    found = tally(values, decimals=decimals)
    assert 1 <= len(found.bins) <= 10
    widths = {each.high - each.low + 1 for each in found.bins}
    assert len(widths) == 1
    assert str(widths.pop()).rstrip("0") in ("1", "2", "5")
    assert all(one.high + 1 == other.low for one, other in zip(found.bins, found.bins[1:], strict=False))
    assert [each.n for each in found.bins] == [
        sum(each.low <= v <= each.high for v in values) for each in found.bins
    ]
    assert sum(each.n for each in found.bins) == len(values)
    assert found.bins[0].n > 0
    assert found.bins[-1].n > 0
    places = [found.along(number) for number in five(found)]
    assert places == sorted(places)
    assert 0 <= places[0] <= places[-1] <= 1000


@pytest.mark.parametrize(
    ("values", "decimals", "texts"),
    [
        ([3, 5], 0, ["3", "4", "5"]),
        ([0, 19], 0, ["0–1", "2–3", "4–5", "6–7", "8–9", "10–11", "12–13", "14–15", "16–17", "18–19"]),
        ([30, 61], 0, ["30–34", "35–39", "40–44", "45–49", "50–54", "55–59", "60–64"]),
        ([25, 31], 1, ["2.5", "2.6", "2.7", "2.8", "2.9", "3.0", "3.1"]),
        ([-12, 9], 0, ["-15 – -11", "-10 – -6", "-5 – -1", "0–4", "5–9"]),
    ],
)
def test_bars_have_readable_bounds(values: list[int], decimals: int, texts: list[str]) -> None:
    assert [each.text for each in tally(values, decimals=decimals).bins] == texts


@quick
@given(st.lists(st.integers(-50, 50), max_size=30), st.randoms())
def test_the_order_of_estimates_does_not_matter(values: list[int], random: Any) -> None:
    assert tally(values) == tally(random.sample(values, len(values)))


def test_the_record_keeps_five_numbers_and_the_bars() -> None:
    kept = {(f.measure, f.level): f.value for f in tally([10, 20, 40], decimals=1).facts()}
    assert kept["median", ""] == "2.0"
    assert kept["upper_quartile", ""] == "3.0"
    assert kept["n", "4.0–4.4"] == "1"
