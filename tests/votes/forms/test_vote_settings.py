"""Making a vote: what its form settles, how it is drawn anew, previewed, copied, and asked again."""

import re
from html import unescape

import pytest
from sqlmodel import select

from app.domain import log
from app.domain.votes import decisions, lookup
from app.domain.votes.forms import form_fields, vote_forms, vote_settings
from app.domain.votes.life import drafts, votes
from app.domain.votes.types import registry
from app.errors import Refused
from app.models import Option, Vote

KINDS = registry.names()
NONE = dict.fromkeys(("option_en_1", "option_cy_1", "option_en_2", "option_en_3"), "")
TWO = {"option_en_1": "Yes", "option_en_2": "No"}


def form(kind: str = "single", **fields: str) -> dict[str, str]:
    """A form that can be kept, of any type."""
    lines = {"option_en_1": "One", "option_cy_1": "Un", "option_en_2": "Two", "option_en_3": "Three"}
    return {**vote_forms.blank(kind), "question_en": "How?", **lines, "criterion_en_1": "Fair", **fields}


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def values(html: str) -> dict[str, str]:
    """What the form would send: the fields as they stand in it."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        about = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if about.get("type") not in ("radio", "checkbox") or " checked" in tag:
            found[about.get("name", "")] = unescape(about.get("value", ""))
    found |= {
        n: unescape(t)
        for n, t in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>', html, re.S)
    }
    for name, inside in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', html, re.S):
        found[name] = (re.findall(r'value="(\w*)" selected', inside) or [""])[0]
    return {name: value for name, value in found.items() if name}


def only(room, item) -> Vote:
    (made,) = room.read(votes.of_item, item.id)
    return made


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


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_shows_the_settings_of_its_type_and_no_others(room, alice, kind) -> None:
    """R44, R53, R59, R68: every field that is read is drawn, and sent as it stands it makes a vote."""
    item = room.items()[2]
    html = alice.get(f"items/{item.id}/votes/new?type={kind}").text
    shown = set(re.findall(r'name="([\w.]+)"', html))
    fields = form_fields.field_names(kind)
    assert fields <= shown, fields - shown
    others = {name for each in KINDS for name in form_fields.field_names(each)} - fields
    assert not others & shown
    assert html.count('name="secrecy"') == 3
    for told in ("Secret: shown only as numbers", "Without your name", "Not secret: your name"):
        assert told in text(html), "each degree of secrecy is told as people are told it"
    sent = {**values(html), "question_en": "Why?", "option_en_1": "A", "option_en_2": "B", "option_en_3": "C"}
    sent = {**sent, "criterion_en_1": "Fair"} if kind == "grid" else sent
    alice.does(f"items/{item.id}/votes", {n: v for n, v in sent.items() if n in {*fields, "type"}})
    assert only(room, item).type == kind


def test_a_wrong_form_comes_back_with_everything_typed(room, alice) -> None:
    """The refusal names its field, beside it and above the form, in the panel and as a page."""
    item = room.items()[2]
    wrong = {
        **TWO,
        "question_cy": "Sut?",
        "secrecy": "named",
        "rule": "share",
        "rule_percent": "101",
        "ties": "lot",
    }
    for htmx in (True, False):
        answer = alice.post(f"items/{item.id}/votes", wrong, htmx=htmx)
        assert answer.status_code == 422
        kept = values(answer.text)
        assert {name: kept[name] for name in wrong} == wrong
        said = text(answer.text)
        assert "Question in English : Write the question." in said
        assert "Least share in per cent : A threshold is more than 0 % and at most 100 %." in said
        assert 'href="#vote-question_en"' in answer.text
        assert re.search(r'id="vote-question_en"[^>]*aria-invalid="true"', answer.text)
        assert ("<html" in answer.text) is not htmx
    assert room.read(votes.of_item, item.id) == []


def test_the_form_is_drawn_anew_for_another_type(room, alice) -> None:
    """With htmx as a piece, without as the page; the questions and options typed so far are in it."""
    item = room.items()[2]
    typed = {
        "item": str(item.id),
        "vote": "",
        "was": "single",
        "type": "dots",
        "question_en": "Which?",
        **TWO,
    }
    piece = alice.does("votes/form", typed)
    assert values(piece.text)["most"] == "3"
    assert values(piece.text)["option_en_2"] == "No"
    page = alice.post("votes/form", {**typed, "type": "comfort"}, htmx=False)
    assert "<html" in page.text
    kept = values(page.text)
    assert (kept["question_en"], kept["option_en_1"], kept["threshold"]) == ("Which?", "Yes", "3")


@pytest.mark.parametrize("kind", KINDS)
def test_the_preview_draws_the_ballot_and_the_projector(room, alice, kind) -> None:
    """What the room would see, with whatever is missing said in words; nothing is written."""
    item = room.items()[2]
    place = {"item": str(item.id), "type": kind, "was": kind}
    empty = alice.does("votes/preview", place).text
    assert "Question in English: Write the question." in text(empty)
    assert "Your question" in text(empty)
    before = len(room.read(log.lines, room.id))
    full = alice.does("votes/preview", {**form(kind, reasons="1"), **place}).text
    assert "missing" not in text(full)
    phone, wall = full.split('class="vote-preview__wall"')
    assert "How?" in text(phone)
    assert "How?" in text(wall)
    assert "inert" in phone
    assert 'action="' not in full
    assert len(room.read(log.lines, room.id)) == before
    assert room.read(votes.of_item, item.id) == []


def test_the_preview_speaks_either_language_and_survives_a_wrong_number(room, alice) -> None:
    place = {"item": str(room.items()[2].id), "shown_in": "cy"}
    typed = form("dots", question_cy="Sut?", most="lots", **place)
    seen = text(alice.does("votes/preview", typed).text)
    assert "Write whole numbers" in seen
    assert "Sut?" in seen
    assert "How?" not in seen
    assert "Un" in seen


def test_organisations_are_told_that_they_are_named(room, alice) -> None:
    """R63, R68"""
    typed = form(item=str(room.items()[2].id), unit="organisations", secrecy="named")
    assert "your organisation’s name stands beside" in text(alice.does("votes/preview", typed).text)


def test_a_vote_is_copied_into_another_item(room, alice) -> None:
    """Whatever has become of the first; a draft, of its own, with nothing of what happened to it."""
    item = room.go_to(15)
    first = room.read(votes.of_item, item.id)[0]
    room.join("Carys")
    for step in ("opening", "closing", "reveal", "finish"):
        alice.does(f"votes/{first.id}/{step}")
    to = room.items()[2]
    alice.does(f"votes/{first.id}/copy", {"to": str(to.id)})
    made = only(room, to)
    assert (made.state, made.version, made.electorate_size, made.final_at) == ("draft", 1, None, None)
    was, now = (vote_forms.of_vote(each, room.read(lookup.question_of, each)) for each in (first, made))
    assert was == now
    page = alice.get(f"votes/{first.id}").text
    assert "wording stays as people answered it" in text(page)
    assert 'name="question_en"' not in page


def test_a_second_round_may_be_copied_by_itself(room, alice) -> None:
    second = room.read(votes.of_item, room.items()[14].id)[1]
    assert second.repeats_as == "round"
    alice.does(f"votes/{second.id}/copy", {"to": str(room.items()[2].id)})
    assert only(room, room.items()[2]).repeats_id is None


def test_the_list_to_copy_from_tells_rounds_apart(room, alice) -> None:
    """A further round asks the same question, often in the same words."""
    listed = alice.get(f"items/{room.items()[2].id}/votes/new").text
    assert "new version of the method statement? · Round 2</option>" in listed


def test_the_form_is_filled_in_from_another_vote(room, alice) -> None:
    dots = room.read(votes.of_item, room.items()[8].id)[0]
    item = room.items()[2]
    page = alice.get(f"items/{item.id}/votes/new?from={dots.id}").text
    kept = values(page)
    assert (kept["type"], kept["most"], kept["repeats"]) == ("dots", "3", "")
    assert kept["option_en_6"].startswith("Public voice")
    alice.does(f"items/{item.id}/votes", kept)
    made = only(room, item)
    assert [o.label_cy for o in room.read(lookup.options, made.id)] == [
        o.label_cy for o in room.read(lookup.options, dots.id)
    ]


@pytest.mark.parametrize("how", ["round", "after"])
def test_a_vote_that_asks_another_again_keeps_its_answers(room, alice, how) -> None:
    """R61, R65: linked, and refused when it is not the same; a round may be worded anew."""
    first = room.read(votes.of_item, room.items()[14].id)[1]  # itself a second round
    item = room.items()[2]
    page = alice.get(f"items/{item.id}/votes/new?from={first.id}&as={how}").text
    kept = values(page)
    assert kept["repeats"] == str(first.id)
    refused = alice.post(f"items/{item.id}/votes", {**kept, "level_en_1": "Hurrah"})
    assert refused.status_code == 422
    assert "keeps its type and its answers" in text(refused.text)
    reworded = {**kept, "question_en": "And now?"}
    assert alice.post(f"items/{item.id}/votes", reworded).status_code == (204 if how == "round" else 422)
    if how == "after":
        alice.does(f"items/{item.id}/votes", kept)
    made = only(room, item)
    assert (made.repeats_id, made.repeats_as) == (first.id, how)
    assert made.version == first.version + (how == "round"), "other words are another version"
    assert alice.post(f"items/{item.id}/votes", kept).status_code == 409, "rounds follow one another"


def test_a_change_of_the_question_before_reaches_the_question_after(room, alice) -> None:
    """R65: one question, written once. The template's closing question follows the opening one."""
    before, after = (room.read(votes.of_item, room.items()[n].id)[0] for n in (0, 16))
    kept = values(alice.get(f"votes/{before.id}").text)
    alice.does(
        f"votes/{before.id}",
        {**kept, "question_en": "How sure are you?", "option_en_6": "", "option_cy_6": ""},
    )
    follower = room.read(lambda session: session.get(Vote, after.id))
    assert follower.question_en == "How sure are you?"
    assert follower.version == 2
    assert len(room.read(lookup.options, after.id)) == 5
    page = alice.get(f"votes/{after.id}").text
    assert re.search(r'id="vote-question_en"[^>]*readonly', page)
    kept = values(page)
    assert alice.post(f"votes/{after.id}", {**kept, "question_en": "Other?"}).status_code == 422
    alice.does(f"votes/{after.id}", {**kept, "secrecy": "named"})
    assert room.read(lambda session: session.get(Vote, after.id)).secrecy == "named"


def test_a_vote_is_not_made_the_second_that_asks_another_again(room, alice) -> None:
    """Rounds follow one another, whether a vote is new or was there before."""
    item = room.items()[2]
    first, second, third = (room.new_vote(3, "Bread", "Roses") for _ in range(3))
    again = {"question_en": first.question_en, "option_en_1": "Bread", "option_en_2": "Roses"}
    again |= {"repeats": str(first.id), "repeats_as": "round"}
    alice.does(f"votes/{second.id}", again)
    alice.does(f"votes/{second.id}", {**again, "secrecy": "named"})
    refused = alice.post(f"votes/{third.id}", again)
    assert refused.status_code == 409
    assert "has been asked again already" in text(refused.text)
    assert [vote.repeats_id for vote in room.read(votes.of_item, item.id)][-3:] == [None, first.id, None]


def test_a_vote_never_asks_one_of_another_workshop_or_itself_again(room, other_room, alice) -> None:
    item = room.items()[2]
    theirs = other_room.read(votes.of_item, other_room.items()[0].id)[0]
    fields = {"question_en": "Why?", **TWO, "repeats_as": "round"}
    assert alice.post(f"items/{item.id}/votes", {**fields, "repeats": str(theirs.id)}).status_code == 404
    alice.does(f"items/{item.id}/votes", fields)
    made = only(room, item)
    assert alice.post(f"votes/{made.id}", {**fields, "repeats": str(made.id)}).status_code == 404
    assert alice.get(f"items/{item.id}/votes/new?from={theirs.id}").status_code == 404


def test_each_edit_is_a_version_and_an_opened_vote_has_no_form(room, alice) -> None:
    """R59: frozen while open."""
    item = room.go_to(3)
    alice.does(f"items/{item.id}/votes", {"question_en": "Why?", **TWO})
    made = only(room, item)
    alice.does(f"votes/{made.id}", {"question_en": "Why not?", **TWO})
    assert room.read(lambda session: session.get(Vote, made.id)).version == 2
    alice.does(f"votes/{made.id}/opening")
    assert alice.post(f"votes/{made.id}", {"question_en": "Else?", **TWO}).status_code == 409
    assert "Else?" not in alice.get(f"votes/{made.id}").text


def test_the_console_says_in_a_line_how_a_vote_is_held(room, alice) -> None:
    """R53, R68: before it is opened."""
    console = alice.screen()
    room.go_to(16)
    console.shows("controls", "Single choice · organisations · named · temperature check")
    room.go_to(15)
    console.shows("controls", "Comfort scale · people · anonymous · at least 80 %")
    console.shows("controls", "a further round")
    room.go_to(9)
    console.shows("controls", "Dots, 3 each · people · anonymous")


def test_a_vote_in_a_talk_or_at_the_tables_is_offered_and_opened(room, alice) -> None:
    """R44: the opening question of item 1 and the rating of item 5 are the next step, and reach phones."""
    carys = room.join("Carys")
    seen, phone = room.enter("projector").screen(), carys.screen()
    console = alice.screen()
    for position, words in ((1, "How confident are you"), (5, "How well does each case")):
        item = room.go_to(position)
        made = only(room, item)
        console.shows("controls", "Open the vote")
        alice.does(f"votes/{made.id}/opening")
        seen.shows("stage", words)
        phone.wait(lambda screen, made=made: f"vote-{made.id}-" in screen.regions.get("now", ""), "the vote")
        assert words in text(carys.get("phone/mine").text)
        alice.does(f"votes/{made.id}/closing")
        alice.does(f"votes/{made.id}/stage", {"on": "false"})
        seen.shows("stage", item.title_en)


def test_a_vote_that_is_over_in_an_item_left_behind_is_settled_from_its_panel(room, alice) -> None:
    """R45: shown and made final wherever the room is."""
    item = room.go_to(1)
    made = only(room, item)
    room.join("Carys")
    for step in ("opening", "closing"):
        alice.does(f"votes/{made.id}/{step}")
    room.go_to(2)
    assert "Show the result" in text(alice.get(f"votes/{made.id}").text)
    alice.does(f"votes/{made.id}/reveal")
    assert "Make it final" in text(alice.get(f"votes/{made.id}").text)
    assert f"/votes/{made.id}" in alice.get(f"items/{item.id}").text


def test_making_a_vote_is_for_staff(room, alice, charlie) -> None:
    """R24"""
    item = room.items()[2]
    carys = room.join("Carys")
    vote = room.read(votes.of_item, room.items()[8].id)[0]
    for person, status in ((carys, 403), (charlie, 404), (room.stranger(), 404)):
        here = f"/{room.code}"
        fields = {"item": str(item.id), "to": str(item.id), "question_en": "Why?", **TWO}
        assert person.get(f"{here}/items/{item.id}/votes/new").status_code == status
        for path in ("votes/preview", "votes/form", f"votes/{vote.id}/copy", f"items/{item.id}/votes"):
            assert person.post(f"{here}/{path}", fields).status_code == status
    assert room.read(votes.of_item, item.id) == []


def test_options_of_a_vote_stand_in_the_order_written(room, alice) -> None:
    """R58: canonical order; empty lines between are left out."""
    item = room.items()[2]
    lines = {"option_en_2": "Second", "option_en_5": "Fifth", "option_en_12": "Twelfth"}
    alice.does(f"items/{item.id}/votes", {"question_en": "Why?", **lines})
    rows = room.read(
        lambda session: session.exec(
            select(Option.position, Option.label_en).where(Option.vote_id == only(room, item).id)
        ).all()
    )
    assert sorted(rows) == [(1, "Second"), (2, "Fifth"), (3, "Twelfth")]
