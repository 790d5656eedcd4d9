"""Votes: the life of a vote, one ballot per person, and what may be seen when."""

import re
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from app.domain import log, submissions, undo
from app.domain.agenda import plan
from app.domain.people import attendance
from app.domain.votes import lookup
from app.domain.votes.ballots import ballot_counts, ballots
from app.domain.votes.life import make_final, votes
from app.domain.votes.results import tallies
from app.domain.votes.types.arithmetic import per_mille
from app.domain.who import Who
from app.models import Answer, Ballot, Participant, Submission, Vote
from app.storage.database import database
from tests.cast.ballots import cast, counts, now_ms, options, reload
from tests.cast.concurrency import beside, several_writers
from tests.cast.patience import PATIENCE

pytestmark = pytest.mark.postgres

IMPLICATIONS = ("Purpose", "Decisions", "Partnership", "Good practice", "Communication", "Public voice")


@pytest.fixture
def vote(room) -> Vote:
    """A single choice of six in item 9, with the room in it, as a draft."""
    room.go_to(9)
    return room.new_vote(9, *IMPLICATIONS)


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


def test_one_ballot_each_changed_while_open(room, alice, vote) -> None:
    """R47: the last answer stands."""
    carys = room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    first, second = options(room, vote)[:2]
    assert cast(carys, vote, first, "a" * 32, now_ms() - 50).status_code == 200
    assert cast(carys, vote, second, "b" * 32, now_ms()).status_code == 200
    assert counts(room, vote)[:2] == [0, 1]
    assert room.read(ballot_counts.counted, vote.id) == 1


def test_three_deliveries_of_one_submission_count_once(room, alice, vote) -> None:
    """R47: the same key with the same body is acknowledged again and has no second effect."""
    carys = room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    choice, key, at = options(room, vote)[0], "c" * 32, now_ms()
    answers = [cast(carys, vote, choice, key, at) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert room.read(ballot_counts.counted, vote.id) == 1
    accepted = [line for line in room.read(log.lines, room.id) if line.what == "ballots accepted"]
    assert sum(line.changes["note"]["accepted"] for line in accepted) == 1


def test_the_same_key_with_another_body_is_never_acknowledged(room, alice, vote) -> None:
    """R47, R48"""
    carys = room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    first, second = options(room, vote)[:2]
    cast(carys, vote, first, "d" * 32, now_ms())
    refused = cast(carys, vote, second, "d" * 32, now_ms() + 5)
    assert refused.status_code == 409
    assert "not taken" in refused.text
    assert counts(room, vote)[:2] == [1, 0]


def test_an_older_submission_arriving_late_never_overwrites_a_newer_one(room, alice, vote) -> None:
    """R47"""
    carys = room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    first, second = options(room, vote)[:2]
    at = now_ms()
    assert cast(carys, vote, second, "e" * 32, at).status_code == 200
    late = cast(carys, vote, first, "f" * 32, at - 400)
    assert late.status_code == 200
    assert counts(room, vote)[:2] == [0, 1]
    assert f'value="{second}"' in re.sub(r"\s+", " ", late.text)


def test_a_sequence_from_the_future_does_not_shut_out_later_answers(room, alice, vote) -> None:
    carys = room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    first, second = options(room, vote)[:2]
    cast(carys, vote, first, "1" * 32, now_ms() + 10_000_000)
    time.sleep(0.005)
    cast(carys, vote, second, "2" * 32, now_ms())
    assert counts(room, vote)[:2] == [0, 1]


def test_received_is_said_only_after_the_commit(room, alice, vote, monkeypatch) -> None:
    """R48: while the commit has not happened the phone hears nothing; what it heard is on disk."""
    carys = room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    gate, reached = threading.Event(), threading.Event()
    writer = database.writer
    before = writer.before_commit

    def held(session, announced) -> None:
        reached.set()
        gate.wait(PATIENCE)
        before(session, announced)

    monkeypatch.setattr(writer, "before_commit", held)
    answers: list = []
    thread = threading.Thread(target=lambda: answers.append(cast(carys, vote, options_[0])))
    options_ = options(room, vote)
    thread.start()
    assert reached.wait(PATIENCE)
    time.sleep(0.2)
    assert not answers, "nothing is acknowledged before the commit"
    gate.set()
    thread.join(PATIENCE)
    assert answers[0].status_code == 200
    assert room.read(ballot_counts.counted, vote.id) == 1


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


def test_sixty_ballots_within_moments_are_each_stored_once(room, alice, vote) -> None:
    """R51 (its times are measured by the bench): all stored exactly once, the projector's turnout right."""
    people = [room.join(f"P{n}") for n in range(20)]
    seen = room.enter("projector").screen()
    alice.does(f"votes/{vote.id}/opening")
    choices = options(room, vote)
    threads = [
        threading.Thread(target=cast, args=(person, vote, choices[n % len(choices)], f"{n:032x}", now_ms()))
        for n, person in enumerate(people)
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert room.read(ballot_counts.counted, vote.id) == 20
    seen.shows("turnout", "20")


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


def test_a_ballot_names_an_option_of_its_own_vote(room, alice, vote) -> None:
    """Refused with a sentence; and the database itself would not take it."""
    carys = room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    other = room.read(votes.of_item, room.items()[15].id)[0]
    foreign = options(room, other)[0]
    assert cast(carys, vote, foreign).status_code == 422
    cast(carys, vote, options(room, vote)[0])

    def force(session) -> None:
        answer = session.exec(select(Answer).where(Answer.vote_id == vote.id)).one()
        answer.option_id = foreign
        session.add(answer)
        session.flush()

    with pytest.raises(IntegrityError):
        room.write(force)


def test_the_database_refuses_a_ballot_from_outside_the_electorate(room, alice, vote) -> None:
    room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    with pytest.raises(IntegrityError):
        room.write(lambda session: session.add(Ballot(vote_id=vote.id, elector_id=999_999, sequence=1)))


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


def test_a_removed_person_can_no_longer_answer(room, alice, vote) -> None:
    carys = room.join("Carys")
    alice.does(f"votes/{vote.id}/opening")
    person = room.read(attendance.by_table, room.id)[0].people[0]
    alice.does(f"participants/{person['id']}/removal")
    refused = cast(carys, vote, options(room, vote)[0])
    assert refused.status_code == 410
    assert room.read(ballot_counts.counted, vote.id) == 0


def test_submissions_are_kept_per_person(room, alice, vote) -> None:
    """Two people may use the same key; neither is taken for the other."""
    carys, dev = room.join("Carys"), room.join("Dev")
    alice.does(f"votes/{vote.id}/opening")
    first, second = options(room, vote)[:2]
    assert cast(carys, vote, first, "7" * 32, now_ms()).status_code == 200
    assert cast(dev, vote, second, "7" * 32, now_ms()).status_code == 200
    assert counts(room, vote)[:2] == [1, 1]
    kept = room.read(lambda s: s.exec(select(Submission).where(Submission.workshop_id == room.id)).all())
    assert len({submission.who for submission in kept}) == 2
