"""The log is for reading: no line of it decides anything, be it a lie or lost."""

from datetime import timedelta

import pytest

from app.domain import log, undo
from app.domain.votes import lookup
from app.domain.votes.life import make_final, votes
from app.domain.votes.results import breakdowns
from app.domain.votes.secrecy import cleared_files
from app.domain.votes.time import closings
from app.errors import Refused
from app.models import LogEntry, Vote
from app.models.base import moment
from tests.cast.repeated_votes import again, answered, made, whole


def claim(room, vote: Vote, what: str, **facts) -> None:
    """A line of the log that is not true, and older than what is."""
    line = LogEntry(
        workshop_id=room.id,
        role="lead",
        what=what,
        row_kind="vote",
        row_id=vote.id,
        at=moment() - timedelta(hours=1),
        changes={"note": facts} if facts else None,
    )
    room.write(lambda session: session.add(line))


def state(room, vote: Vote) -> Vote:
    return room.read(lookup.vote_of, room.who, vote.id)


def revealed(room, **settings) -> Vote:
    room.go_to(9)
    vote = room.new_vote(9, "For", "Against", **settings)
    for step in (votes.open, closings.close, votes.reveal):
        room.write(step, room.who, vote.id)
    return vote


def test_a_breakdown_is_chosen_in_the_vote(room) -> None:
    vote = revealed(room, secrecy="group")
    claim(room, vote, "breakdown chosen", by="sector")
    room.write(breakdowns.choose, room.who, vote.id, "table")
    assert state(room, vote).breakdown == "table"
    with pytest.raises(Refused, match="breakdown_chosen"):
        room.write(breakdowns.choose, room.who, vote.id, "sector")


def test_a_key_is_destroyed_and_the_files_cleared_in_the_vote(room) -> None:
    final, other = revealed(room, secrecy="anonymous"), revealed(room, secrecy="anonymous")
    claim(room, other, "key destroyed")
    claim(room, final, "traces removed")
    room.write(make_final.by_facilitator, room.who, final.id)
    found = room.read(cleared_files.votes_with_uncleared_files)
    assert final.id in found
    assert other.id not in found
    room.write(cleared_files.mark_files_cleared, [final.id])
    claim(room, final, "key destroyed")
    assert final.id not in room.read(cleared_files.votes_with_uncleared_files)


def test_which_answers_are_late_stands_in_the_vote(room, alice) -> None:
    people = [room.join(f"P{n}") for n in range(5)]
    before = made(room, type="comfort", secrecy="named")
    for what in ("vote opened", "vote closed"):
        claim(room, before, what)
    answered(room, people, before, 1, 2, 3, 4, 5)
    after = again(room, alice, before, "after")
    answered(room, people, after, 1, 2, 3, 4, 5)
    assert whole(room, after).shift.paper_or_late == 0


def test_a_vote_first_opens_and_first_closes_once(room, alice) -> None:
    room.go_to(9)
    vote = room.new_vote(9, "For", "Against")
    room.write(votes.open, room.who, vote.id)
    room.write(undo.take_back, room.who, room.read(undo.latest, room.id).id)
    assert state(room, vote).first_opened_at is None, "nobody had answered"
    room.write(votes.open, room.who, vote.id)
    opened = state(room, vote).first_opened_at
    room.write(closings.close, room.who, vote.id)
    room.write(undo.take_back, room.who, room.read(undo.latest, room.id).id)
    assert state(room, vote).first_closed_at is None, "it was not meant"
    room.write(closings.close, room.who, vote.id)
    closed = state(room, vote).first_closed_at
    room.write(votes.open, room.who, vote.id)
    room.write(closings.close, room.who, vote.id)
    found = state(room, vote)
    assert (found.first_opened_at, found.first_closed_at) == (opened, closed)
    assert closed < found.closed_at


def test_an_opening_taken_back_beside_answers_stays_the_first(room) -> None:
    """Who was frozen into the electorate stays there, so what came later stays late."""
    carys = room.join("Carys")
    room.go_to(9)
    vote = room.new_vote(9, "For", "Against")
    room.write(votes.open, room.who, vote.id)
    opened = state(room, vote).first_opened_at
    carys.does(f"votes/{vote.id}/ballot", {"option": room.read(lookup.options, vote.id)[0].id})
    room.write(undo.take_back, room.who, room.read(undo.latest, room.id).id)
    found = state(room, vote)
    assert (found.state, found.first_opened_at) == ("draft", opened)


def test_the_log_tells_it_all_the_same(room) -> None:
    vote = revealed(room, secrecy="anonymous")
    room.write(make_final.by_facilitator, room.who, vote.id)
    room.write(cleared_files.mark_files_cleared, [vote.id])
    told = [line.what for line in room.read(log.lines, room.id) if line.row_id == vote.id]
    assert told[-3:] == ["key destroyed", "vote final", "traces removed"]
