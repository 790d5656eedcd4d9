"""One ballot per person: sent again, changed, out of order, all at once, and from whom none is taken."""

import re
import threading
import time

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from app.domain import log
from app.domain.people import attendance
from app.domain.votes.ballots import ballot_counts
from app.domain.votes.life import votes
from app.models import Answer, Ballot, Submission, Vote
from app.storage.database import database
from tests.cast.ballots import cast, choice_of_six, counts, now_ms, options
from tests.cast.patience import PATIENCE

pytestmark = pytest.mark.postgres


@pytest.fixture
def vote(room) -> Vote:
    """A single choice of six in item 9, with the room in it, as a draft."""
    return choice_of_six(room)


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
