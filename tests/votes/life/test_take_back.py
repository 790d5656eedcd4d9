"""Taking back the making, opening, closing or reveal of a vote: no ballot is lost."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app.domain import log, submissions, undo
from app.domain.votes import lookup
from app.domain.votes.ballots import ballot_counts, ballots
from app.domain.votes.life import make_final, votes
from app.domain.who import Who
from app.models import Participant, Vote
from tests.cast.ballots import cast, choice_of_six, counts, options, reload
from tests.cast.concurrency import beside, several_writers

pytestmark = pytest.mark.postgres


@pytest.fixture
def vote(room) -> Vote:
    """A single choice of six in item 9, with the room in it, as a draft."""
    return choice_of_six(room)


def test_undoing_a_reveal_hides_it_and_the_log_says_how_long(room, alice, vote) -> None:
    """R29, R30: hidden again on all screens; how long and with how many ballots it was visible is kept."""
    carys = room.join("Carys")
    seen, phone = room.enter("projector").screen(), carys.screen()
    alice.does(f"votes/{vote.id}/opening")
    cast(carys, vote, options(room, vote)[0])
    alice.does(f"votes/{vote.id}/closing")
    alice.does(f"votes/{vote.id}/reveal")
    label = room.read(lookup.options, vote.id)[0].label_en
    seen.shows("tally", label)
    phone.shows("now", label)
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    seen.hides("tally", label)
    phone.hides("now", label)
    assert reload(room, vote).state == "closed"
    lines = room.read(log.lines, room.id)
    shown = next(line for line in lines if line.what == "result shown")
    hidden = next(line for line in lines if line.what == "undo vote revealed")
    assert shown.changes["note"] == {"ballots": 1}
    assert hidden.at - shown.at < timedelta(seconds=30)


@pytest.mark.parametrize("step", ["opening", "closing"])
def test_undo_of_opening_and_closing_loses_no_ballot(room, alice, vote, step) -> None:
    """R29"""
    carys = room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    cast(carys, vote, options(room, vote)[0])
    if step == "closing":
        alice.does(f"votes/{vote.id}/closing")
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert reload(room, vote).state == ("draft" if step == "opening" else "open")
    assert room.read(ballot_counts.counted, vote.id) == 1
    alice.does(f"votes/{vote.id}/opening")
    assert counts(room, vote)[0] == 1


def test_an_undone_opening_keeps_the_frame_of_ballots_already_in(room, alice, vote) -> None:
    """R29: nothing may be edited away from under them, and nobody is added silently."""
    carys = room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    cast(carys, vote, options(room, vote)[0])
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert reload(room, vote).electorate_size == 1
    assert alice.post(f"votes/{vote.id}/removal").status_code == 409
    room.join("Dev")
    alice.does(f"votes/{vote.id}/opening")
    assert reload(room, vote).electorate_size == 1


def test_an_undone_opening_without_ballots_frees_the_electorate(room, alice, vote) -> None:
    room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    room.join("Dev")
    alice.does(f"votes/{vote.id}/opening")
    assert reload(room, vote).electorate_size == 2


def test_a_new_vote_is_taken_back_only_while_unused(room, alice) -> None:
    """R29: undoing "vote made" after it was opened would hide people's answers."""
    item = room.go_to(9)
    alice.does(f"items/{item.id}/votes", {"question_en": "Ready?", "option_en_1": "Yes", "option_en_2": "No"})
    made, kept = room.read(votes.of_item, item.id)[-1], room.read(undo.latest, room.id)
    alice.does(f"votes/{made.id}/opening")
    assert alice.post(f"undo/{kept.id}").status_code == 409
    assert reload(room, made).removed_at is None


def test_a_vote_with_answers_is_not_taken_back_after_its_opening_was(room, alice) -> None:
    """R29: made and opened in haste, answered, both undone; the answers stay, and so does their vote."""
    room.go_to(9)
    carys = room.join("Carys")
    made = room.new_vote(9, "Yes", "No")
    taken = room.read(undo.latest, room.id)
    alice.does(f"votes/{made.id}/opening")
    cast(carys, made, options(room, made)[0])
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert alice.post(f"undo/{taken.id}").status_code == 409
    assert reload(room, made).removed_at is None
    alice.does(f"votes/{made.id}/opening")
    assert counts(room, made) == [1, 0]


@several_writers
def test_an_undone_opening_waits_for_a_ballot_at_another_worker(room, alice, vote, database_url) -> None:
    """R29, R48: the ballot keeps its electorate, and so it is not lost with the next opening."""
    room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    offered, choice = room.read(undo.latest, room.id), options(room, vote)[0]
    (carys,) = room.read(lambda s: s.exec(select(Participant.id).where(Participant.workshop_id == room.id)))

    def cast_there(session) -> None:
        who = Who(room.id, room.code, "participant", carys)
        ballots.cast(session, who, vote.id, {"option": str(choice)}, submissions.stamp("", 0, 0))

    beside(database_url, cast_there, lambda: alice.does(f"undo/{offered.id}"))
    assert (reload(room, vote).state, reload(room, vote).electorate_size) == ("draft", 1)
    alice.does(f"votes/{vote.id}/opening")
    assert counts(room, vote)[0] == 1


@several_writers
def test_an_undo_finds_what_another_worker_has_made_final(room, alice, vote, database_url) -> None:
    """R45"""
    for step in ("opening", "closing", "reveal"):
        alice.does(f"votes/{vote.id}/{step}")
    offered = room.read(undo.latest, room.id)
    refused = beside(
        database_url,
        lambda session: make_final.by_facilitator(session, room.who, vote.id),
        lambda: alice.post(f"undo/{offered.id}"),
    )
    assert (refused.status_code, reload(room, vote).state) == (409, "final")
