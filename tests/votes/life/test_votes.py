"""Votes: the life of a vote, its electorate, and what may be seen when."""

import re

import pytest

from app.domain import log
from app.domain.agenda import plan
from app.domain.votes import lookup
from app.domain.votes.ballots import ballot_counts
from app.domain.votes.life import votes
from app.domain.votes.results import tallies
from app.domain.votes.types.arithmetic import per_mille
from app.models import Vote
from tests.cast.ballots import cast, choice_of_six, counts, now_ms, options, reload

pytestmark = pytest.mark.postgres


@pytest.fixture
def vote(room) -> Vote:
    """A single choice of six in item 9, with the room in it, as a draft."""
    return choice_of_six(room)


def test_the_life_of_a_vote(room, alice, vote) -> None:
    """R45: draft → open → closed → revealed → re-opened (hidden again) → … → final, each logged."""
    assert vote.state == "draft", "new votes are locked by default"
    carys = room.join("Carys")
    for step, after in (
        ("opening", "open"),
        ("closing", "closed"),
        ("reveal", "revealed"),
        ("opening", "open"),
        ("closing", "closed"),
        ("reveal", "revealed"),
        ("finish", "final"),
    ):
        alice.does(f"votes/{vote.id}/{step}")
        assert reload(room, vote).state == after
        shown = carys.get("phone/mine").text if after == "open" else ""
        assert "%" not in re.sub(r"<[^>]+>", "", shown), "re-opening hides the result again"
    refused = alice.post(f"votes/{vote.id}/opening")
    assert refused.status_code == 409
    assert "final" in refused.text
    logged = [
        line for line in room.read(log.lines, room.id) if line.row_kind == "vote" and line.row_id == vote.id
    ]
    assert [line.what for line in logged if line.what.startswith("vote ")][1:] == [
        "vote opened", "vote closed", "vote revealed",
        "vote reopened", "vote closed", "vote revealed", "vote final",
    ]  # fmt: skip
    assert {line.role for line in logged if line.what.startswith("vote ")} == {"lead"}
    assert all(line.at for line in logged)


def test_only_what_the_room_has_seen_becomes_final(room, alice, vote) -> None:
    """R45: final follows revealed; a result nobody saw is not sealed away."""
    room.join("Carys")
    for step in ("opening", "closing"):
        assert alice.post(f"votes/{vote.id}/finish").status_code == 409
        alice.does(f"votes/{vote.id}/{step}")
    assert "Show the result first" in alice.post(f"votes/{vote.id}/finish").text


def test_the_electorate_is_frozen_and_counted_at_opening(room, alice, vote) -> None:
    """R46: who is there at opening may answer; turnout is cast / eligible; the late are let in on purpose."""
    early = [room.join(f"Early {n}") for n in range(3)]
    alice.does(f"votes/{vote.id}/opening")
    assert reload(room, vote).electorate_size == 3
    late = room.join("Late")
    refused = cast(late, vote, options(room, vote)[0])
    assert refused.status_code == 409
    assert "before you joined" in refused.text
    assert cast(early[0], vote, options(room, vote)[0]).status_code == 200
    alice.does(f"votes/{vote.id}/electorate")
    assert reload(room, vote).electorate_size == 4
    assert cast(late, vote, options(room, vote)[0]).status_code == 200
    assert room.read(tallies.tally, reload(room, vote)).cast == 2


def test_reopening_keeps_ballots_and_electorate(room, alice, vote) -> None:
    carys = room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    cast(carys, vote, options(room, vote)[1])
    alice.does(f"votes/{vote.id}/closing")
    room.join("Dev")
    alice.does(f"votes/{vote.id}/opening")
    assert reload(room, vote).electorate_size == 1
    assert counts(room, vote)[1] == 1


def test_a_late_ballot_is_told_the_closing_time(room, alice, vote) -> None:
    """R49"""
    carys = room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    alice.does(f"votes/{vote.id}/closing")
    late = cast(carys, vote, options(room, vote)[0], "9" * 32, now_ms() - 60_000)
    closed = plan.local_time(reload(room, vote).closed_at, "Europe/London").strftime("%H:%M")
    assert late.status_code == 409
    assert f"closed at {closed}" in late.text
    assert room.read(ballot_counts.counted, vote.id) == 0


def test_running_results_are_nowhere_before_the_reveal(room, alice, vote) -> None:
    """R50: only turnout; not on the projector, phones or pads, neither pushed, polled nor drawn as a page."""
    carys, dev = room.join("Carys"), room.join("Dev")
    projector, bob = room.enter("projector"), room.enter("table 1")
    seen = projector.screen()
    alice.does(f"votes/{vote.id}/opening")
    cast(carys, vote, options(room, vote)[0])
    seen.shows("turnout", "1")
    labels = [option.label_en for option in room.read(lookup.options, vote.id)]
    for html in (
        seen.regions["tally"],
        projector.get(projector.home).text.split('id="tally"')[1],
        dev.get(f"/{room.code}/phone/regions").text,
        bob.get(f"{bob.home}/regions").text,
    ):
        assert "100" not in re.sub(r"<[^>]+>|#\w+", "", html.split('id="wall"')[0])
    assert not any(label in seen.text("tally") for label in labels)
    alice.does(f"votes/{vote.id}/closing")
    assert not any(label in seen.text("tally") for label in labels)
    alice.does(f"votes/{vote.id}/reveal")
    seen.shows("tally", labels[0])


def test_a_preview_is_logged_and_stays_on_its_console(room, alice, vote) -> None:
    """R50"""
    carys = room.join("Carys")
    seen = room.enter("projector").screen()
    alice.does(f"votes/{vote.id}/opening")
    cast(carys, vote, options(room, vote)[0])
    shown = alice.does(f"votes/{vote.id}/preview")
    assert room.read(lookup.options, vote.id)[0].label_en in shown.text
    lines = [line for line in room.read(log.lines, room.id) if line.what == "result previewed"]
    assert [(line.role, line.changes["note"]["ballots"]) for line in lines] == [("lead", 1)]
    seen.shows("turnout", "1")
    assert room.read(lookup.options, vote.id)[0].label_en not in seen.text("tally")


def test_ties_stay_ties(room, alice, vote) -> None:
    """R52: options with the same count keep canonical order; nothing ranks them."""
    people = [room.join(f"P{n}") for n in range(4)]
    alice.does(f"votes/{vote.id}/opening")
    choices = options(room, vote)
    for person, choice in zip(people, [choices[2], choices[0], choices[2], choices[0]], strict=True):
        cast(person, vote, choice)
    found = room.read(tallies.tally, reload(room, vote)).result
    assert [count.option.id for count in found.counts] == choices
    assert [count.n for count in found.counts][:3] == [2, 0, 2]


@pytest.mark.parametrize(
    ("n", "of", "share"), [(0, 0, 0), (1, 3, 333), (2, 3, 667), (1, 2, 500), (35, 44, 795)]
)
def test_shares_come_from_integers(n, of, share) -> None:
    """Tenths of a per cent, rounded half up: 35 of 44 is 79.5 %, never 80."""
    assert per_mille(n, of) == share


def test_a_vote_is_written_ahead_and_edited_until_opened(room, alice) -> None:
    item = room.items()[4]
    fields = {
        "question_en": "Is this acceptable?",
        "question_cy": "A yw hyn yn dderbyniol?",
        "option_en_1": "Yes",
        "option_en_2": "No",
    }
    alice.does(f"items/{item.id}/votes", fields)
    made = room.read(votes.of_item, item.id)[-1]
    alice.does(f"votes/{made.id}", {**fields, "option_en_3": "Not sure", "question_en": "Is it?"})
    assert reload(room, made).question_en == "Is it?"
    assert len(options(room, made)) == 3
    for wrong in ({"question_en": " "}, {"option_en_2": "yes"}, {"option_en_2": ""}):
        assert alice.post(f"votes/{made.id}", {**fields, **wrong}).status_code == 422
    room.go_to(5)
    alice.does(f"votes/{made.id}/opening")
    assert alice.post(f"votes/{made.id}", fields).status_code == 409
    assert alice.post(f"votes/{made.id}/removal").status_code == 409


def test_only_the_current_items_vote_opens(room, alice, vote) -> None:
    room.go_to(3)
    assert "Move to this item first" in alice.post(f"votes/{vote.id}/opening").text


def test_moving_on_leaves_a_vote_open_and_says_so(room, alice, vote) -> None:
    """R14: nothing closes by itself; the console offers to close it."""
    console = alice.screen()
    alice.does(f"votes/{vote.id}/opening")
    alice.does(f"items/{vote.item_id}/leaving")
    assert reload(room, vote).state == "open"
    console.shows("controls", vote.question_en)
    alice.does(f"votes/{vote.id}/closing")
    assert reload(room, vote).state == "closed"
