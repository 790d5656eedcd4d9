"""Is a rule met exactly when the numbers say so, and never by rounding?"""

import hashlib
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.votes import decisions
from app.domain.votes.decisions import (
    NAMED_SHARES,
    Decision,
    Share,
    decide,
    in_lot_order,
    least_support,
    percentage,
)
from app.domain.votes.types.arithmetic import decimal_text
from app.domain.votes.types.question import Choice
from app.domain.votes.types.result import Count, DecisionCounts
from app.errors import Refused
from tests.cast.cases import cases

quick = cases(200)
counts = st.integers(0, 400)
weights = st.builds(
    lambda support, against, abstain, blocks: DecisionCounts(support, against, abstain, min(blocks, against)),
    counts, counts, counts, counts,
)  # fmt: skip
abstentions = st.sampled_from(["left out", "counted"])
shares = st.integers(1, 10_000)


def per(hundredths: int | Share | None) -> Share | None:
    """A share given in hundredths of a per cent."""
    return Share(hundredths, 10_000) if isinstance(hundredths, int) else hundredths


def decided(rule: str, share: int | Share | None, how: str, weighed: DecisionCounts) -> Decision:
    found = decide(rule, per(share), how, weighed)
    assert found is not None
    return found


def refused(call: object, *args: object) -> str:
    with pytest.raises(Refused) as caught:
        call(*args)  # type: ignore[operator]
    assert "%(" not in caught.value.sentence(str, str)
    return caught.value.code


@pytest.mark.parametrize(
    ("rule", "share", "how", "weighed", "base", "needed", "met"),
    [
        # 35 of 44 is 79.5 %, which is not at least 80 %
        ("share", 8000, "left out", DecisionCounts(35, 9, 0), 44, 36, False),
        ("share", 8000, "left out", DecisionCounts(36, 8, 0), 44, 36, True),
        ("share", 8000, "left out", DecisionCounts(4, 1, 0), 5, 4, True),
        ("share", 6667, "left out", DecisionCounts(2, 1, 0), 3, 3, False),
        ("share", 6666, "left out", DecisionCounts(2, 1, 0), 3, 2, True),
        # two thirds are met by 2 of 3, 30 of 45 and 67 of 100, and by nothing less
        ("share", Share(2, 3), "left out", DecisionCounts(2, 1, 0), 3, 2, True),
        ("share", Share(2, 3), "left out", DecisionCounts(30, 15, 0), 45, 30, True),
        ("share", Share(2, 3), "left out", DecisionCounts(29, 15, 0), 44, 30, False),
        ("share", Share(2, 3), "left out", DecisionCounts(66, 34, 0), 100, 67, False),
        ("share", Share(2, 3), "counted", DecisionCounts(66, 33, 1), 100, 67, False),
        ("share", Share(2, 3), "left out", DecisionCounts(66, 33, 1), 99, 66, True),
        ("share", 10000, "left out", DecisionCounts(9, 0, 3), 9, 9, True),
        ("share", 10000, "counted", DecisionCounts(9, 0, 3), 12, 12, False),
        ("share", 1, "left out", DecisionCounts(0, 5, 0), 5, 1, False),
        ("majority", None, "left out", DecisionCounts(10, 10, 0), 20, 11, False),
        ("majority", None, "left out", DecisionCounts(11, 10, 0), 21, 11, True),
        ("majority", None, "left out", DecisionCounts(10, 9, 5), 19, 10, True),
        ("majority", None, "counted", DecisionCounts(10, 9, 5), 24, 13, False),
        ("consent", None, "left out", DecisionCounts(1, 20, 0, 0), 21, None, True),
        ("consent", None, "left out", DecisionCounts(20, 1, 0, 1), 21, None, False),
        ("consent", None, "counted", DecisionCounts(0, 0, 7, 0), 7, None, False),
    ],
)
def test_a_rule_is_met_by_exact_numbers(
    rule: str,
    share: int | Share | None,
    how: str,
    weighed: DecisionCounts,
    base: int,
    needed: int | None,
    met: bool,
) -> None:  # R53, R54
    found = decided(rule, share, how, weighed)
    assert (found.rule, found.abstentions) == (rule, how)
    assert (found.base, found.needed, found.met) == (base, needed, met)
    assert (found.support, found.against, found.abstain, found.blocks) == weighed
    assert found.reached == Fraction(weighed.support, base)


def test_no_rule_decides_nothing() -> None:  # R53
    assert decide("none", None, "left out", DecisionCounts(9, 0, 0)) is None


@pytest.mark.parametrize("how", ["left out", "counted"])
@pytest.mark.parametrize(
    ("rule", "share"), [("majority", None), ("share", 1), ("share", 10_000), ("consent", None)]
)
def test_when_nobody_answered_nothing_is_met(rule: str, share: int | None, how: str) -> None:
    found = decided(rule, share, how, DecisionCounts(0, 0, 0))
    assert (found.met, found.base, found.reached) == (False, 0, 0)
    assert found.needed in (None, 1)


@pytest.mark.parametrize("share", [None, 0, -1, 10_001, 10_100])
def test_a_threshold_of_101_per_cent_is_refused(share: int | None) -> None:
    assert refused(decide, "share", per(share), "left out", DecisionCounts(1, 0, 0)) == "bad_share"


def test_an_unknown_rule_is_our_fault() -> None:
    with pytest.raises(ValueError, match="two thirds"):
        decide("two thirds", None, "left out", DecisionCounts(1, 0, 0))


@quick
@given(weights, abstentions, shares)
@example(DecisionCounts(35, 9, 0), "left out", 8000)
def test_least_is_the_least_that_meets_a_share(weighed: DecisionCounts, how: str, share: int) -> None:  # R54
    found = decided("share", share, how, weighed)
    exact = Fraction(share, 10_000)
    assert found.met == (found.base > 0 and found.reached >= exact)
    if found.base:
        assert Fraction(found.needed, found.base) >= exact > Fraction(found.needed - 1, found.base)


@quick
@given(weights, abstentions)
def test_a_majority_is_more_than_half(weighed: DecisionCounts, how: str) -> None:  # R53
    found = decided("majority", None, how, weighed)
    assert found.met == (2 * weighed.support > found.base)
    assert 2 * found.needed > found.base >= 2 * (found.needed - 1)


@quick
@given(weights, abstentions, st.sampled_from([("majority", None), ("share", 8000), ("consent", None)]))
def test_one_more_for_it_never_undoes_a_decision(
    weighed: DecisionCounts, how: str, rule: tuple[str, int | None]
) -> None:
    before = decided(*rule, how, weighed)
    after = decided(*rule, how, weighed._replace(support=weighed.support + 1))
    assert after.met >= before.met


@pytest.mark.parametrize(
    ("rule", "share", "weighed", "text"),
    [
        ("share", 8000, DecisionCounts(35, 9, 0), "79.5"),
        ("share", 8000, DecisionCounts(4, 1, 0), "80.0"),
        ("share", 8000, DecisionCounts(323, 81, 0), "79.95"),
        ("share", 6667, DecisionCounts(2, 1, 0), "66.667"),
        ("share", 6670, DecisionCounts(2, 1, 0), "66.67"),
        ("share", Share(2, 3), DecisionCounts(2, 1, 0), "66.7"),
        ("share", Share(2, 3), DecisionCounts(133, 67, 0), "66.5"),
        ("share", Share(2, 3), DecisionCounts(1333, 667, 0), "66.65"),
        ("majority", None, DecisionCounts(999, 1000, 0), "49.97"),
        ("majority", None, DecisionCounts(1, 1, 0), "50.0"),
        ("consent", None, DecisionCounts(2, 1, 0), "66.7"),
        ("majority", None, DecisionCounts(0, 0, 0), "0.0"),
    ],
)
def test_the_share_told_never_looks_like_the_other_side(
    rule: str, share: int | Share | None, weighed: DecisionCounts, text: str
) -> None:  # R54
    found = decided(rule, share, "left out", weighed)
    assert found.reached_text == text


@quick
@given(weights, abstentions, shares)
def test_the_share_told_is_on_the_side_of_the_verdict(
    weighed: DecisionCounts, how: str, share: int
) -> None:  # R54
    found = decided("share", share, how, weighed)
    told, limit = Fraction(found.reached_text), Fraction(share, 100)
    assert (told >= limit) == (found.reached >= limit / 100)
    assert abs(told - 100 * found.reached) <= Fraction(1, 20)


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("80", 8000),
        ("66.67", 6667),
        ("66,67 %", 6667),
        (" 66.7%", 6670),
        ("100", 10_000),
        ("100.00", 10_000),
        ("0.01", 1),
        ("50\u00a0%", 5000),
    ],
)
def test_a_percentage_is_read_exactly(text: str, n: int) -> None:
    assert percentage(text) == Share(n, 10_000)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("101", "bad_share"),
        ("100.01", "bad_share"),
        ("0", "bad_share"),
        ("0.00", "bad_share"),
        ("-5", "bad_share"),
        ("", "bad_share"),
        ("%", "bad_share"),
        ("1.000.000", "not_a_number"),
        ("66.667", "too_many_decimals"),
        ("2/3", "not_a_number"),
        ("eighty", "not_a_number"),
        ("8%0", "not_a_number"),
        ("٨٠", "not_a_number"),
    ],
)
def test_what_is_no_percentage_is_refused(text: str, code: str) -> None:
    assert refused(percentage, text) == code


@quick
@given(weights, abstentions, st.sampled_from(sorted(NAMED_SHARES)))
@example(DecisionCounts(2, 1, 0), "left out", "2/3")
def test_a_usual_majority_is_exact(weighed: DecisionCounts, how: str, name: str) -> None:  # R54
    found = decided("share", NAMED_SHARES[name], how, weighed)
    exact = Fraction(name)
    assert found.met == (found.base > 0 and found.reached >= exact)
    if found.reached != exact:
        assert (Fraction(found.reached_text) > 100 * exact) == (found.reached > exact)
        assert found.reached_text != decimal_text(100 * exact, 1, 1), "66.7 is what two thirds are printed as"


def count(n: int, meaning: str = "", position: int = 1) -> Count:
    return Count(Choice(position, position, f"Option {position}", "", meaning), n, 0)


@pytest.mark.parametrize(
    ("rule", "share", "numbers", "reached"),
    [
        ("share", 5000, (10, 10), [1, 2]),  # a tie at half: both, and neither alone
        ("share", 3000, (10, 6, 4), [1, 2]),  # no tie, but 30 % is reached by two
        ("share", 5000, (11, 9), [1]),
        ("share", 6000, (11, 9), []),
        ("majority", None, (10, 10), []),
        ("share", 2500, (5, 5, 5, 5), [1, 2, 3, 4]),
        ("share", 5000, (0, 0), []),
    ],
)
def test_every_option_that_meets_a_rule_is_told(
    rule: str, share: int | None, numbers: tuple[int, ...], reached: list[int]
) -> None:  # R52, R53
    counts = [count(n, position=position) for position, n in enumerate(numbers, 1)]
    weighed = DecisionCounts(max(numbers), sum(numbers) - max(numbers), 0)
    found = decide(rule, per(share), "left out", weighed, counts)
    assert found is not None
    assert [option.position for option in found.reached_by] == reached
    assert found.met == bool(reached)


def test_abstaining_never_meets_a_rule() -> None:
    counts = [count(3), count(9, "abstain", 2)]
    found = decide("share", per(2500), "counted", DecisionCounts(3, 0, 9), counts)
    assert found is not None
    assert [option.position for option in found.reached_by] == [1]


def test_a_majority_of_an_odd_base() -> None:
    assert [least_support("majority", None, base) for base in range(6)] == [1, 1, 2, 2, 3, 3]


# The lot

OPTIONS = [Choice(100 + n, n, f"Option {n}") for n in range(1, 7)]


def test_a_lot_can_be_drawn_again_by_anybody() -> None:  # R52
    """With any tool that knows SHA-256: `printf '2026-11-26 15:10:3' | sha256sum`."""
    seed = "2026-11-26 15:10"
    keys = {n: hashlib.sha256(f"2026-11-26 15:10:{n}".encode()).hexdigest() for n in (2, 3, 5)}
    tied = [OPTIONS[1], OPTIONS[2], OPTIONS[4]]
    assert [each.position for each in in_lot_order(seed, tied)] == sorted(keys, key=lambda n: keys[n])


def test_a_known_lot_stays_as_it_was_drawn() -> None:  # R52
    assert [each.position for each in in_lot_order("bore da", OPTIONS)] == [
        6,
        2,
        4,
        5,
        3,
        1,
    ]  # as sha256sum and sort put them


def test_the_order_of_asking_has_no_say_in_a_lot() -> None:  # R52
    outcomes = {tuple(in_lot_order("x", order)) for order in permutations(OPTIONS[:4])}
    assert len(outcomes) == 1


def test_no_option_is_favoured_by_lots() -> None:  # R52
    first = [in_lot_order(str(seed), OPTIONS[:3])[0].position for seed in range(3000)]
    assert all(900 < first.count(n) < 1100 for n in (1, 2, 3))


def test_nobody_else_comes_into_a_lot() -> None:  # R52
    assert sorted(in_lot_order("x", OPTIONS[2:4])) == OPTIONS[2:4]
    assert decisions.in_lot_order("x", []) == []
