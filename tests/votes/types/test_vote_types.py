"""Does every type refuse what is no vote and no ballot, with a sentence, and count every answer once?"""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.votes.types import registry
from app.domain.votes.types.question import AnswerValue
from tests.cast.cases import cases
from tests.cast.questions import check, criteria, options, question_of, read, refusal, result, tally

quick = cases(60)

FORMS: dict[str, list[dict[str, str]]] = {
    "single": [{"option": "11"}, {"option": "12"}, {"option": "11"}],
    "multiple": [{"pick_11": "1", "pick_13": "1"}, {"pick_13": "1"}],
    "dots": [{"n_11": "3"}, {"n_11": "1", "n_12": "2"}, {"n_14": "1"}],
    "points": [{"n_11": "60", "n_12": "40"}, {"n_11": "100"}],
    "rank": [{"place_1": "11", "place_2": "12"}, {"place_1": "13"}],
    "grid": [{"rate_11_91": "4", "rate_11_92": "dk"}, {"rate_11_91": "1", "rate_12_92": "5"}],
    "gradients": [{"option": "11"}, {"option": "18"}, {"option": "15"}],
    "comfort": [{"option": "13"}, {"option": "14"}],
    "yes_no": [{"option": "11"}, {"option": "13"}, {"option": "12"}],
    "estimate": [{"value": "12"}, {"value": "-3"}],
    "text": [{"text": "More time for questions"}],
}


def test_there_are_the_types_the_day_needs() -> None:  # R44
    assert set(registry.names()) == set(FORMS)
    assert registry.names()[0] == "single"


@pytest.mark.parametrize("kind", FORMS)
def test_a_type_answers_all_the_questions_asked_of_it(kind: str) -> None:  # R44
    vote_type, question = registry.type_of(kind), question_of(kind)
    assert vote_type.options in ("free", "levels", "none")
    assert vote_type.by in ("answers", "ballots")
    assert set(vote_type.defaults) <= set(vote_type.fields)
    assert all(level.id == 0 and level.label_en and level.label_cy for level in vote_type.levels)
    assert (kind in ("single", "multiple", "dots", "yes_no")) == vote_type.sheet
    assert (kind in ("single", "yes_no", "gradients", "comfort")) == vote_type.breakdown
    vote_type.check(question)
    found = tally(question, FORMS[kind])
    assert found.ballots == len(FORMS[kind])
    assert (found.decision_counts() is not None) == vote_type.decides
    facts = list(found.facts())
    assert facts
    assert all(fact.measure and fact.value for fact in facts)
    known = {None} | {each.id for each in (*question.options, *question.criteria)}
    assert all(fact.option in known and fact.criterion in known for fact in facts)


@pytest.mark.parametrize("kind", FORMS)
def test_nobody_answered_is_a_result_too(kind: str) -> None:
    question = question_of(kind)
    found = result(question, [], 0)
    weighed = found.decision_counts()
    assert weighed is None or not any(weighed)
    list(found.facts())


@pytest.mark.parametrize("kind", FORMS)
def test_an_empty_form_is_no_ballot(kind: str) -> None:
    refused = refusal(read, question_of(kind), {})
    assert refused.code in ("nothing_chosen", "not_a_number", "text_empty")
    assert refused.status == 422


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("single", {"option": "99"}),
        ("single", {"option": "0"}),
        ("single", {"option": "999999999"}),
        ("multiple", {"pick_11": "1", "pick_99": "1"}),
        ("dots", {"n_99": "1"}),
        ("dots", {"n_11": "1", "n_x": "1"}),
        ("points", {"n_11": "100", "n_99": ""}),
        ("rank", {"place_1": "99"}),
        ("rank", {"place_1": "11", "place_4": "12"}),
        ("grid", {"rate_11_91": "3", "rate_11_99": "3"}),
        ("grid", {"rate_91_11": "3"}),
        ("gradients", {"option": "10"}),
        ("yes_no", {"option": "14"}),
    ],
)
def test_options_of_another_vote_are_refused(kind: str, form: dict[str, str]) -> None:
    assert refusal(read, question_of(kind), form).code == "option_unknown"


@pytest.mark.parametrize(
    ("kind", "given", "form", "code", "facts"),
    [
        ("single", {}, {"option": "one"}, "bad_request", {}),
        ("single", {}, {"option": "1000000000"}, "bad_request", {}),
        ("multiple", {"least": 2}, {"pick_11": "1"}, "too_few_chosen", {"least": 2, "n": 1}),
        ("multiple", {"most": 1}, {"pick_11": "1", "pick_12": "1"}, "too_many_chosen", {"most": 1, "n": 2}),
        ("multiple", {}, {"pick_11": "2"}, "bad_request", {}),
        ("dots", {}, {"n_11": "2", "n_12": "2"}, "too_many_dots", {"n": 4, "most": 3}),
        ("dots", {"per_option": 1}, {"n_11": "2"}, "too_many_on_one", {"n": 2, "most": 1}),
        ("dots", {}, {"n_11": "-1", "n_12": "1"}, "not_whole", {}),
        ("dots", {}, {"n_11": "1.5"}, "not_whole", {}),
        ("dots", {}, {"n_11": "٣"}, "not_whole", {}),
        ("dots", {}, {"n_11": "0"}, "nothing_chosen", {}),
        ("points", {}, {"n_11": "60", "n_12": "41"}, "too_many_points", {"n": 101, "most": 100}),
        ("points", {}, {"n_11": "60", "n_12": "37"}, "points_left", {"left": 3, "most": 100}),
        ("points", {"per_option": 50}, {"n_11": "51", "n_12": "9"}, "too_many_on_one", {"most": 50, "n": 51}),
        ("text", {}, {"text": " \u202e\n"}, "text_empty", {}),
        ("text", {}, {"text": "x" * 281}, "text_too_long", {"limit": 280, "length": 281}),
    ],
)  # fmt: skip
def test_what_is_no_ballot_is_refused_with_the_reason(
    kind: str, given: dict[str, Any], form: dict[str, str], code: str, facts: dict[str, Any]
) -> None:
    refused = refusal(read, question_of(kind, **given), form)
    assert (refused.code, refused.facts) == (code, facts)


@pytest.mark.parametrize(
    ("kind", "given", "form", "ballot"),
    [
        ("multiple", {}, {"pick_13": "1", "pick_11": "1", "csrf": "x"}, [AnswerValue(11), AnswerValue(13)]),
        ("dots", {}, {"n_11": "0", "n_12": " 2 ", "n_13": ""}, [AnswerValue(12, value=2)]),
        (
            "dots",
            {"per_option": 2},
            {"n_11": "2", "n_12": "1"},
            [AnswerValue(11, value=2), AnswerValue(12, value=1)],
        ),
        (
            "points",
            {"most": 10},
            {"n_12": "7", "n_11": "3"},
            [AnswerValue(11, value=3), AnswerValue(12, value=7)],
        ),
        ("text", {}, {"text": "  More\ntime "}, [AnswerValue(text="More time")]),
    ],
)  # fmt: skip
def test_a_ballot_is_read_as_it_was_filled_in(
    kind: str, given: dict[str, Any], form: dict[str, str], ballot: list[AnswerValue]
) -> None:
    assert read(question_of(kind, **given), form) == ballot


LEVELS = [level._replace(id=level.position) for level in registry.type_of("gradients").levels]


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("single", {"options": []}, "too_few_options"),
        ("single", {"options": options(1)}, "too_few_options"),
        ("single", {"options": options(13)}, "too_many_options"),
        ("multiple", {"options": options(1)}, "too_few_options"),
        ("multiple", {"options": options(13)}, "too_many_options"),
        ("multiple", {"least": 3, "most": 2}, "bad_least"),
        ("multiple", {"least": 0}, "bad_least"),
        ("multiple", {"least": 5}, "bad_least"),
        ("multiple", {"most": 5}, "bad_most"),
        ("multiple", {"most": 0}, "bad_most"),
        ("dots", {"options": options(1)}, "too_few_options"),
        ("dots", {"most": 0}, "setting_outside"),
        ("dots", {"most": 51}, "setting_outside"),
        ("dots", {"per_option": 0}, "setting_outside"),
        ("dots", {"per_option": 4}, "per_option_above_most"),
        ("dots", {"per_option": 1, "most": 5}, "budget_unspendable"),
        ("points", {"options": options(13)}, "too_many_options"),
        ("points", {"most": 0}, "setting_outside"),
        ("points", {"most": 1001}, "setting_outside"),
        ("points", {"per_option": 101}, "per_option_above_most"),
        ("points", {"per_option": 24}, "budget_unspendable"),
        ("gradients", {"threshold": None}, "threshold_outside"),
        ("gradients", {"threshold": 0}, "threshold_outside"),
        ("gradients", {"threshold": 8}, "threshold_outside"),
        ("gradients", {"options": LEVELS[:7]}, "levels_missing"),
        ("gradients", {"options": [LEVELS[7], *LEVELS[:7]]}, "levels_missing"),
        ("comfort", {"threshold": 5}, "threshold_outside"),
        ("comfort", {"options": []}, "levels_missing"),
        ("yes_no", {"options": options(3)}, "levels_missing"),
    ],
)
def test_settings_nobody_could_vote_with_are_refused(kind: str, given: dict[str, Any], code: str) -> None:
    refused = refusal(check, question_of(kind, **given))
    assert (refused.code, refused.status) == (code, 422)


@pytest.mark.parametrize(
    ("kind", "given", "facts"),
    [
        ("single", {"options": options(1)}, {"least": 2}),
        ("single", {"options": options(13)}, {"most": 12}),
        ("multiple", {"most": 5}, {"most": 4}),
        ("multiple", {"least": 3, "most": 2}, {"most": 2}),
        ("rank", {"most": 5}, {"most": 4}),
        ("rank", {"least": 3, "most": 2}, {"most": 2}),
        ("dots", {"most": 51}, {"lowest": 1, "highest": 50}),
        ("dots", {"per_option": 51}, {"lowest": 1, "highest": 50}),
        ("dots", {"per_option": 4}, {"per_option": 4, "most": 3}),
        ("points", {"most": 1001}, {"lowest": 1, "highest": 1000}),
        ("points", {"per_option": 24}, {"per_option": 24, "most": 100}),
        ("grid", {"criteria": criteria(9)}, {"most": 8}),
        ("gradients", {"threshold": 8}, {"highest": 7}),
        ("gradients", {"options": LEVELS[:7]}, {"levels": 8}),
        ("estimate", {"decimals": 5}, {"most": 4}),
    ],
)
def test_a_refused_setting_says_what_is_possible(
    kind: str, given: dict[str, Any], facts: dict[str, int]
) -> None:
    assert refusal(check, question_of(kind, **given)).facts == facts


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("multiple", {"least": 4, "most": 4}),
        ("multiple", {"most": 1}),
        ("multiple", {"least": None, "most": 1}),
        ("rank", {"most": 1}),
        ("rank", {"least": 4, "most": 4}),
        ("dots", {"most": 50}),
        ("points", {"most": 1000}),
        ("dots", {"most": 4, "per_option": 1}),
        ("dots", {"most": None}),
        ("points", {"per_option": 25}),
        ("points", {"most": None}),
        ("points", {"most": 1, "per_option": 1}),
        ("gradients", {"threshold": 7}),
        ("comfort", {"threshold": 1}),
        ("single", {"options": options(12)}),
    ],
)
def test_settings_at_the_edge_are_taken(kind: str, given: dict[str, Any]) -> None:
    check(question_of(kind, **given))


@pytest.mark.parametrize("name", ["arithmetic", "scales", "run_off", "nothing", "../votes", "", "__init__"])
def test_an_unknown_type_is_refused(name: str) -> None:
    assert refusal(registry.type_of, name).code == "vote_type_unknown"


# A form of each type, drawn at random

A_FORM = {
    "single": st.builds(lambda n: {"option": str(n)}, st.integers(11, 14)),
    "gradients": st.builds(lambda n: {"option": str(n)}, st.integers(11, 18)),
    "comfort": st.builds(lambda n: {"option": str(n)}, st.integers(11, 15)),
    "yes_no": st.builds(lambda n: {"option": str(n)}, st.integers(11, 13)),
    "multiple": st.sets(st.integers(11, 14), min_size=1).map(lambda ids: {f"pick_{i}": "1" for i in ids}),
    "dots": st.lists(st.integers(11, 14), min_size=1, max_size=3).map(
        lambda ids: {f"n_{i}": str(n) for i, n in Counter(ids).items()}
    ),
    "points": st.lists(st.integers(0, 100), min_size=3, max_size=3).map(
        lambda cuts: {
            f"n_{11 + i}": str(high - low)
            for i, (low, high) in enumerate(zip([0, *sorted(cuts)], [*sorted(cuts), 100], strict=True))
        }
    ),
    "rank": st.lists(st.integers(11, 14), min_size=1, max_size=3, unique=True).map(
        lambda ids: {f"place_{place}": str(i) for place, i in enumerate(ids, 1)}
    ),
    "grid": st.dictionaries(
        st.sampled_from([f"rate_{o}_{c}" for o in range(11, 15) for c in (91, 92)]),
        st.sampled_from(["1", "2", "3", "4", "5", "dk"]),
        min_size=1,
    ),
    "estimate": st.builds(lambda n: {"value": str(n)}, st.integers(-(10**6), 10**6)),
    "text": st.just({"text": "yes"}),
}
ROOMS = st.sampled_from(sorted(A_FORM)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.lists(A_FORM[kind], max_size=30), st.randoms())
)


@quick
@given(ROOMS)
def test_the_order_in_which_ballots_came_does_not_matter(room: Any) -> None:
    kind, forms, random = room
    question = question_of(kind)
    shuffled = random.sample(forms, len(forms))
    assert tally(question, forms) == tally(question, shuffled)


@quick
@given(ROOMS)
def test_totals_equal_the_ballots(room: Any) -> None:
    kind, forms, _ = room
    question = question_of(kind)
    found = tally(question, forms)
    if registry.type_of(kind).breakdown:
        assert sum(count.n for count in found.counts) == len(forms)
        assert abs(sum(count.per_mille for count in found.counts) - 1000 * bool(forms)) <= len(found.counts)
    if weighed := found.decision_counts():
        assert weighed.support + weighed.against + weighed.abstain == len(forms)
        assert 0 <= weighed.blocks <= weighed.against
    if kind == "multiple":
        assert found.picks == sum(len(form) for form in forms)
        assert all(count.n <= len(forms) for count in found.counts)
    if kind in ("dots", "points"):
        total = sum(int(n) for form in forms for n in form.values())
        assert sum(count.n for count in found.counts) == total
        assert [(place.option.id, place.n) for place in found.ranking if place.n] == [
            pair
            for pair in sorted(((c.option.id, c.n) for c in found.counts), key=lambda p: -p[1])
            if pair[1]
        ]
    if kind == "grid":
        cells = [cell for profile in found.profiles for cell in profile.cells]
        assert sum(cell.rated + cell.dont_know for cell in cells) == sum(len(form) for form in forms)
    if kind == "estimate":
        assert sum(each.n for each in found.bins) == len(forms)
