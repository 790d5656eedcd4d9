"""Submissions in any order, repeated and late: what stands is what the newest one said, once."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from app.domain import submissions
from app.domain.notes import notes, wall_states, walls
from app.domain.people import joining
from app.domain.submissions import stamp
from app.domain.votes import lookup
from app.domain.votes.ballots import ballots
from app.domain.votes.life import votes
from app.domain.who import Who
from app.errors import Refused
from app.models import Answer, Note, Participant
from app.models.base import moment
from tests.cast.cases import cases

pytestmark = pytest.mark.postgres

# A delivery: which submission of the phone's (0 oldest), and whether another body is sent under its key.
DELIVERIES = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=14)


def participant(room, person) -> Who:
    personal = person.http.cookies["me"].partition(".")[0]
    found = room.read(joining.by_code, room.id, personal)
    assert isinstance(found, Participant)
    return Who(room.id, room.code, "participant", participant_id=found.id)


def test_whatever_the_network_does_the_newest_answer_stands_once(room) -> None:
    """R47, R48, R75: random orders, repeats and re-used keys of six submissions."""
    carys = participant(room, room.join("Carys"))
    item = room.go_to(9)
    start = int(moment().timestamp() * 1000) - 100_000

    @cases(30, derandomize=True)
    @given(DELIVERIES)
    def run(deliveries) -> None:
        vote = room.new_vote(item.position, *(f"Option {n}" for n in range(6)))
        room.write(votes.open, room.who, vote.id)
        options = [option.id for option in room.read(lookup.options, vote.id)]
        newest, bodies = None, {}
        for turn, forged in deliveries:
            choice = options[(turn + 1) % 6] if forged else options[turn]
            given_stamp = stamp(f"{vote.id}-{turn}", start + turn, 0, str(vote.id), str(choice))
            known = bodies.get(turn)
            if known is not None and known != choice:
                with pytest.raises(Refused, match="key_reused"):
                    room.write(ballots.cast, carys, vote.id, {"option": str(choice)}, given_stamp)
                continue
            room.write(ballots.cast, carys, vote.id, {"option": str(choice)}, given_stamp)
            bodies[turn] = choice
            newest = max(newest or turn, turn)
        stored = room.read(lambda s: s.exec(select(Answer.option_id).where(Answer.vote_id == vote.id)).all())
        assert stored == [bodies[newest]]

    run()


def labels() -> list[dict[str, str]]:
    return [{"label_en": f"Option {n}"} for n in range(6)]


def test_notes_are_kept_once_each_in_whatever_order(room) -> None:
    """R75"""
    carys = participant(room, room.join("Carys"))
    item = room.go_to(12)
    start = int(moment().timestamp() * 1000) - 100_000

    @cases(20, derandomize=True)
    @given(st.lists(st.integers(0, 5), min_size=1, max_size=14))
    def run(deliveries) -> None:
        wall = room.write(walls.write, room.who, item.id, {"prompt_en": "?"})
        room.write(wall_states.open, room.who, wall.id)
        for turn in deliveries:
            text = f"Note {turn}"
            given_stamp = stamp(f"{wall.id}-{turn}", start + turn, start + turn, str(wall.id), text)
            room.write(notes.add, carys, wall.id, text, given_stamp)
        stored = room.read(lambda s: s.exec(select(Note.text).where(Note.wall_id == wall.id)).all())
        assert sorted(stored) == sorted({f"Note {turn}" for turn in deliveries})

    run()


def test_times_from_the_future_are_held_to_the_present() -> None:
    far = int(moment().timestamp() * 1000) + 10_000_000
    held = submissions.stamp("k", far, far, "body")
    assert held.sequence <= int(moment().timestamp() * 1000)
    assert held.written_at <= moment()
    assert submissions.stamp("k", 0, 0, "a").digest != submissions.stamp("k", 0, 0, "b").digest
    assert submissions.stamp("", 5, 1, "a").written_at == datetime.fromtimestamp(0.001, UTC)
