"""The page of a vote's form: which fields it has, how it comes back, is drawn anew and previewed."""

import re

import pytest
from sqlmodel import select

from app.domain import log
from app.domain.votes.forms import form_fields
from app.domain.votes.life import votes
from app.models import Option, Vote
from tests.cast.vote_forms import KINDS, TWO, form, only, text, values


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
