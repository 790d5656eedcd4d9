"""A vote copied into another item, and a vote that asks another one's question again."""

import re

import pytest

from app.domain.votes import lookup
from app.domain.votes.forms import vote_forms
from app.domain.votes.life import votes
from app.models import Vote
from tests.cast.vote_forms import TWO, only, text, values


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
