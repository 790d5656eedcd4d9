"""Making a vote: what its form settles, what is refused by which field, and what another type keeps."""

import re

import pytest

from app.domain.votes import decisions, lookup
from app.domain.votes.forms import form_fields, vote_forms, vote_settings
from app.domain.votes.life import drafts, votes
from app.domain.votes.types import registry
from app.errors import Refused
from tests.cast.vote_forms import KINDS, TWO, form

NONE = dict.fromkeys(("option_en_1", "option_cy_1", "option_en_2", "option_en_3"), "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_type_needs_only_words(kind) -> None:
    """R44: what is not written is sound as it is; a new vote is anonymous, of people, and decides nothing."""
    columns = vote_settings.read(form(kind)).columns
    assert (columns["unit"], columns["secrecy"], columns["rule"]) == ("people", "anonymous", "none")
    assert (columns["shuffled"], columns["reasons"], columns["receipts"]) == (False, False, False)


@pytest.mark.parametrize("kind", KINDS)
def test_a_vote_gives_back_the_form_it_was_written_with(shared_room, kind) -> None:
    """R44: whatever can be settled can be seen, changed and copied."""
    settled = form(
        kind, question_cy="Sut?", unit="organisations", secrecy="group", rule="share", rule_percent="66.67",
        abstentions="counted", ties="lot", shuffled="1", reasons="1", receipts="1", lowest="-1.5",
        highest="20", decimals="2", measure_en="pounds", measure_cy="punnoedd", level_en_1="Gladly",
    )  # fmt: skip
    item = shared_room.items()[2]
    made = shared_room.write(drafts.write, shared_room.who, item.id, vote_settings.read(settled))
    given = vote_settings.read(settled)
    again = vote_settings.read(vote_forms.of_vote(made, shared_room.read(lookup.question_of, made)))
    assert again == given
    columns = given.columns
    share = (columns["rule_part"], columns["rule_whole"])
    assert share == ((6667, 10_000) if registry.type_of(kind).decides else (None, None))
    assert (columns["lowest"], columns["highest"]) == ((-150, 2000) if kind == "estimate" else (None, None))


@pytest.mark.parametrize(
    ("typed", "kept"), [("66.67", 6667), ("66,67 %", 6667), ("80", 8000), ("0.01", 1), ("100", 10000)]
)
def test_a_threshold_is_kept_exactly(typed, kept) -> None:
    """R54"""
    columns = vote_settings.read(form(rule="share", rule_percent=typed)).columns
    assert (columns["rule_part"], columns["rule_whole"]) == (kept, 10_000)
    again = vote_forms.share_form(decisions.Share(kept, 10_000))
    assert vote_settings.read(form(**again)).columns == columns


@pytest.mark.parametrize(("rule", "part", "whole"), [("2/3", 2, 3), ("3/4", 3, 4), ("4/5", 4, 5)])
def test_a_usual_majority_is_kept_as_the_fraction_it_is(room, alice, rule, part, whole) -> None:
    """R53, R54: two thirds are no percentage. The form and a copy have it as chosen."""
    columns = vote_settings.read(form(rule=rule, rule_percent="101")).columns
    assert (columns["rule"], columns["rule_part"], columns["rule_whole"]) == ("share", part, whole)
    item = room.items()[2]
    alice.does(f"items/{item.id}/votes", {**TWO, "question_en": "Shall we?", "rule": rule})
    (made,) = room.read(votes.of_item, item.id)
    assert (made.rule_part, made.rule_whole) == (part, whole)
    page = alice.get(f"votes/{made.id}").text
    assert re.search(rf'id="vote-rule-{rule.replace("/", "-")}"[^>]*value="{rule}" checked', page)
    alice.does(f"votes/{made.id}/copy", {"to": str(item.id)})
    copied = room.read(votes.of_item, item.id)[1]
    assert (copied.rule_part, copied.rule_whole) == (part, whole)


@pytest.mark.parametrize(
    ("kind", "fields", "field", "code"),
    [
        ("single", {"question_en": " "}, "question_en", "question_missing"),
        ("single", {"question_en": "x" * 301}, "question_en", "text_too_long"),
        ("single", {"question_cy": "x" * 301}, "question_cy", "text_too_long"),
        ("single", {"option_en_2": "", "option_en_3": ""}, "option_en_2", "too_few_options"),
        ("single", {"option_en_3": "one"}, "option_en_3", "same_option_twice"),
        ("single", {"option_en_1": ""}, "option_en_1", "english_missing"),
        ("single", {"option_en_13": "Thirteen"}, "option_en_12", "too_many_options"),
        ("single", {"option_cy_3": "x" * 121}, "option_cy_3", "text_too_long"),
        ("single", {"rule": "share"}, "rule_percent", "bad_share"),
        ("single", {"rule": "share", "rule_percent": "101"}, "rule_percent", "bad_share"),
        ("single", {"rule": "share", "rule_percent": "0"}, "rule_percent", "bad_share"),
        ("single", {"rule": "share", "rule_percent": "66.667"}, "rule_percent", "too_many_decimals"),
        ("single", {"rule": "share", "rule_percent": "most"}, "rule_percent", "not_a_number"),
        ("multiple", {"least": "two"}, "least", "not_whole"),
        ("dots", {"most": "-1"}, "most", "not_whole"),
        ("grid", {"criterion_en_1": ""}, "criterion_en_1", "too_few_criteria"),
        ("grid", {"criterion_en_2": "fair"}, "criterion_en_2", "same_option_twice"),
        ("grid", NONE, "option_en_1", "nothing_to_rate"),
        ("comfort", {"level_en_2": "I back it fully"}, "level_en_2", "same_option_twice"),
        ("estimate", {"lowest": "ten"}, "lowest", "not_a_number"),
        ("estimate", {"lowest": "2", "highest": "1"}, "highest", "bounds_reversed"),
        ("estimate", {"lowest": "2", "decimals": "999999999"}, "decimals", "bad_decimals"),
    ],
)  # fmt: skip
def test_what_cannot_be_held_is_refused_by_its_field(kind, fields, field, code) -> None:
    """R53, R54: a threshold of 101 %, a vote without options: the field is named, and no other is blamed."""
    _, problems = vote_settings.read_with_problems(form(kind, **fields))
    assert {name: refused.code for name, refused in problems.items()} == {field: code}
    with pytest.raises(Refused) as refused:
        vote_settings.read(form(kind, **fields))
    assert (refused.value.code, refused.value.facts["field"]) == (code, field)


@pytest.mark.parametrize(
    "fields", [{"most": "0"}, {"most": "4000"}, {"per_option": "9"}, {"per_option": "0"}]
)
@pytest.mark.parametrize("kind", ["dots", "points"])
def test_limits_that_nobody_could_keep_are_refused_where_they_stand(kind, fields) -> None:
    _, problems = vote_settings.read_with_problems(form(kind, **{"most": "3", **fields}))
    assert set(problems) == set(fields)


def test_several_faults_are_told_at_once() -> None:
    _, problems = vote_settings.read_with_problems({"rule": "share", "rule_percent": "101"})
    assert list(problems) == ["question_en", "rule_percent", "option_en_1"]


@pytest.mark.parametrize("name", ["unit", "secrecy", "rule", "ties", "abstentions"])
def test_a_choice_that_is_not_offered_is_refused(name) -> None:
    with pytest.raises(Refused) as refused:
        vote_settings.read_with_problems(
            form("yes_no" if name == "abstentions" else "single", **{name: "whatever"})
        )
    assert refused.value.code == "bad_request"


def test_what_a_type_does_not_use_is_not_kept() -> None:
    """R53, R58: no rule on dots, no shuffled scale, no options on an estimate."""
    every = {"rule": "majority", "abstentions": "counted", "ties": "lot", "shuffled": "1", "reasons": "1"}
    dots, comfort = (vote_settings.read(form(kind, **every)).columns for kind in ("dots", "comfort"))
    assert (dots["rule"], dots["ties"], dots["shuffled"]) == ("none", "lot", True)
    assert (comfort["rule"], comfort["ties"], comfort["shuffled"]) == ("majority", "keep", False)
    assert comfort["abstentions"] == "left out"
    assert vote_settings.read(form("estimate", **every)).options == []
    text = vote_settings.read(form("text", **every, receipts="1")).columns
    assert text["reasons"] is False
    assert text["receipts"] is False, "R68: a note that is hidden must not stand in a published list"


def test_levels_keep_their_meaning_whatever_they_are_called() -> None:
    """R44: editable labels; an empty line takes our words in both languages."""
    given = vote_settings.read(
        form("gradients", level_en_8="Over my dead body", level_cy_8="", level_en_2="")
    )
    assert len(given.options) == 8
    assert (given.options[7]["label_en"], given.options[7]["label_cy"]) == ("Over my dead body", "")
    assert given.options[7]["meaning"] == "block"
    ours = registry.type_of("gradients").levels[1]
    assert (given.options[1]["label_en"], given.options[1]["label_cy"]) == (ours.label_en, ours.label_cy)


def test_another_type_keeps_what_was_typed_and_gives_it_back() -> None:
    typed = form("dots", most="5", option_en_1="Roads")
    points = vote_forms.change_type({**typed, "was": "dots", "type": "points"})
    assert (points["most"], points["option_en_1"], points["question_en"]) == ("100", "Roads", "How?")
    comfort = vote_forms.change_type({**points, "was": "points", "type": "comfort", "most": "90"})
    assert comfort["level_en_1"] == "I back it fully"
    assert set(form_fields.fields_of_other_types(comfort)) >= {"option_en_1", "dots.most", "points.most"}
    back = vote_forms.change_type({**comfort, "was": "comfort", "type": "points", "level_en_1": "Gladly"})
    assert (back["most"], back["option_en_1"]) == ("90", "Roads")
    again = vote_forms.change_type({**back, "was": "points", "type": "comfort"})
    assert again["level_en_1"] == "Gladly"
