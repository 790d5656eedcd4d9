"""Do scales draw their line where it was drawn, and tell how far apart a room is without rounding?"""

from fractions import Fraction
from math import sqrt
from statistics import median, pvariance

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.votes import decisions
from app.domain.votes.types import scales
from app.domain.votes.types.question import AnswerValue, Question
from app.domain.votes.types.result import Counted, DecisionCounts
from app.domain.votes.types.scales import ScaleResult
from tests.cast.cases import cases
from tests.cast.questions import check, question_of, refusal, result

quick = cases(150)
distributions = st.lists(st.integers(0, 40), min_size=2, max_size=8)


def answered(question: Question, *n: int) -> ScaleResult:
    """The result when n[0] chose the first level, n[1] the second …"""
    given = [Counted(AnswerValue(option.id), k) for option, k in zip(question.options, n, strict=True) if k]
    found = result(question, given, sum(n))
    assert found.ballots == sum(n)
    return found


def test_a_scale_has_our_words_in_both_languages_and_its_meanings() -> None:
    """R44: eight levels from wholehearted endorsement to veto, five of comfort; only the last blocks."""
    meanings = {
        kind: [level.meaning for level in question_of(kind).options] for kind in ("gradients", "comfort")
    }
    assert meanings == {"gradients": [""] * 7 + ["block"], "comfort": [""] * 4 + ["block"]}
    assert [level.meaning for level in question_of("yes_no").options] == ["for", "against", "abstain"]
    assert (question_of("gradients").threshold, question_of("comfort").threshold) == (4, 3)


def test_levels_may_have_other_words_but_none_may_go_or_change_its_meaning() -> None:
    """R44"""
    question = question_of("gradients")
    renamed = [level._replace(label_en=f"Level {level.position}", label_cy="") for level in question.options]
    check(question_of("gradients", options=renamed))
    assert answered(question_of("gradients", options=renamed), *[1] * 8).support == 4
    for wrong in (question.options[:7], [level._replace(meaning="") for level in question.options]):
        assert refusal(check, question_of("gradients", options=wrong)).code == "levels_missing"


@pytest.mark.parametrize(
    ("kind", "threshold", "n", "support", "share", "blocks"),
    [
        ("comfort", 3, (20, 10, 5, 6, 3), 35, 795, 3),
        ("comfort", 3, (20, 10, 6, 6, 2), 36, 818, 2),
        ("comfort", 1, (20, 10, 5, 6, 3), 20, 455, 3),
        ("comfort", 4, (0, 0, 0, 1, 0), 1, 1000, 0),
        ("gradients", 4, (1, 2, 3, 4, 5, 6, 7, 8), 10, 278, 8),
        ("gradients", 7, (1, 2, 3, 4, 5, 6, 7, 8), 28, 778, 8),
        ("gradients", 4, (0,) * 8, 0, 0, 0),
    ],
)
def test_the_line_parts_support_from_the_rest(
    kind: str, threshold: int, n: tuple[int, ...], support: int, share: int, blocks: int
) -> None:
    """R44, R54"""
    question = question_of(kind, threshold=threshold)
    found = answered(question, *n)
    assert (found.support, found.support_per_mille, found.blocks) == (support, share, blocks)
    assert found.threshold.position == threshold
    assert found.decision_counts() == DecisionCounts(support, sum(n) - support, 0, blocks)


def test_35_of_44_are_not_80_per_cent() -> None:
    """R53, R54: nor do they look like it."""
    question = question_of("comfort")
    for n, met in (((20, 10, 5, 6, 3), False), ((20, 10, 6, 6, 2), True)):
        found = answered(question, *n)
        decision = decisions.decide("share", decisions.Share(4, 5), "left out", found.decision_counts())
        assert decision
        assert (decision.met, decision.needed, decision.base) == (met, 36, 44)


def test_serious_doubts_do_not_block_but_not_accepting_does() -> None:
    """R53: consent on a scale with a level that blocks."""
    question = question_of("comfort")
    doubts, objection = answered(question, 3, 0, 0, 4, 0), answered(question, 30, 0, 0, 0, 1)
    for found, met in ((doubts, True), (objection, False)):
        decision = decisions.decide("consent", None, "left out", found.decision_counts())
        assert decision
        assert decision.met is met


def test_where_no_level_blocks_everyone_against_does() -> None:
    """R53: a no, or a level beyond the line of a scale without a veto."""
    question = question_of("yes_no")
    for n, met in (((9, 0, 3), True), ((9, 1, 3), False), ((0, 0, 3), False)):
        found = answered(question, *n)
        weighed = found.decision_counts()
        assert weighed == DecisionCounts(*n, n[1])
        decision = decisions.decide("consent", None, "counted", weighed)
        assert decision
        assert decision.met is met
    mild = question_of(
        "comfort", options=[level._replace(meaning="") for level in question_of("comfort").options]
    )
    assert answered(mild, 5, 0, 0, 2, 1).decision_counts() == DecisionCounts(5, 3, 0, 3)
    assert answered(mild, 5, 0, 2, 0, 0).decision_counts() == DecisionCounts(7, 0, 0, 0)


def test_who_abstains_on_a_scale_supports_nothing_and_opposes_nothing() -> None:
    """R53: on whichever side of the line."""
    for place in (2, 5):
        levels = [
            level._replace(meaning="abstain" if level.position == place else "")
            for level in question_of("comfort").options
        ]
        question = question_of("comfort", options=levels)
        found = answered(question, 1, 1, 1, 1, 1)
        support = 3 - (place == 2)
        assert found.decision_counts() == DecisionCounts(support, 4 - support, 1, 4 - support)


@pytest.mark.parametrize(
    ("n", "support", "against", "abstain", "leaders"),
    [
        ((5, 3, 9), 5, 3, 9, ["Yes"]),
        ((3, 5, 0), 3, 5, 0, ["No"]),
        ((4, 4, 1), 4, 4, 1, ["Yes", "No"]),
        ((0, 0, 2), 0, 0, 2, []),
    ],
)
def test_yes_no_and_abstain(
    n: tuple[int, ...], support: int, against: int, abstain: int, leaders: list[str]
) -> None:
    """R44, R52, R53: abstentions never lead."""
    question = question_of("yes_no")
    given = [Counted(AnswerValue(option.id), k) for option, k in zip(question.options, n, strict=True)]
    found = result(question, given, sum(n))
    assert (found.support, found.against, found.abstain) == (support, against, abstain)
    assert [option.label_en for option in found.leaders] == leaders


def values(n: list[int]) -> list[int]:
    return [level for level, k in enumerate(n, 1) for _ in range(k)]


@quick
@example([0, 1, 0])
@given(distributions)
def test_median_and_spread_are_those_of_the_answers(n: list[int]) -> None:
    """R62: the population standard deviation over half of the scale's range, against Python's statistics."""
    answers = values(n)
    assert scales.median(n) == (Fraction(median(map(Fraction, answers))) if answers else None)
    found = scales.spread(n)
    if len(answers) < 2:
        assert found is None
        return
    assert found is not None
    assert found.variance == pvariance(map(Fraction, answers))
    exact = sqrt(found.variance) / ((len(n) - 1) / 2)
    assert abs(found.hundredths / 100 - exact) <= 0.005 + 1e-9
    assert 0 <= found.hundredths <= 100
    assert found.wide == (float(found.text) > 0.3)
    assert abs(float(found.text) - exact) <= 0.005 + 1e-9


@pytest.mark.parametrize(
    ("n", "text", "wide"),
    [
        ([7, 0, 0, 0, 0], "0.00", False),
        ([5, 0, 0, 0, 5], "1.00", True),
        ([9, 0, 1, 0, 0], "0.30", False),  # exactly 0.3, which is not above it
        ([899, 0, 101, 0, 0], "0.301", True),  # two decimals would look like 0.3
        ([8, 0, 1, 0, 0], "0.31", True),
        ([1, 0, 0, 0, 0, 0, 0, 1], "1.00", True),
        ([1, 1], "1.00", True),
    ],
)
def test_a_room_is_far_apart_above_three_tenths_exactly(n: list[int], text: str, wide: bool) -> None:
    """R62"""
    found = scales.spread(n)
    assert found is not None
    assert (found.text, found.wide) == (text, wide)


@quick
@example([0, 0, 1, 0, 1])
@given(distributions)
def test_the_middle_is_one_level_or_two(n: list[int]) -> None:
    answers = values(n)
    found = scales.middle(n)
    if not answers:
        assert found is None
        return
    assert found == (answers[(len(answers) - 1) // 2], answers[len(answers) // 2])


def test_the_middle_is_told_by_its_levels_beside_the_distribution() -> None:
    """R62: never a mean, and of nobody nothing."""
    question = question_of("comfort")
    assert answered(question, 0, 0, 0, 0, 0).median is None
    found = answered(question, 0, 2, 0, 2, 0)
    assert found.median
    assert [level.position for level in found.median] == [2, 4]
    assert found.spread
    assert found.spread.text == "0.50"
    facts = [(fact.measure, fact.value) for fact in found.facts()]
    assert ("median_level", "2") in facts
    assert ("median_level", "4") in facts
    assert ("spread", "0.50") in facts
    assert ("support_percent", "50.0") in facts
    assert not any("mean" in measure for measure, _ in facts)
