"""The end of the day: secret votes become final by themselves, after the time to think better of it."""

import asyncio
import sqlite3
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from app.background.day_end import do_what_is_due
from app.domain import log, undo
from app.domain.votes.life import day_end
from app.domain.votes.results import opinion_shift
from app.models import Submission, Vote, Workshop
from app.models.base import moment
from tests.cast.ballots import ballots_of, cast, counts, options, reload, through
from tests.cast.patience import wait_until
from tests.cast.processes import begun, served
from tests.cast.secret_votes import bytes_kept, new
from tests.cast.secret_votes import voted as voted_with

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("small_database")]


@pytest.fixture
def vote(room) -> Vote:
    return new(room)


KEY = "f1a15bea57" * 2 + "%012x"  # the search in test_keys is for its own


def voted(room, alice, vote, n=6):
    return voted_with(room, alice, vote, n, KEY)


def change(room, model, key: int, **columns) -> None:
    def act(session: Session) -> None:
        row = session.get(model, key)
        for name, value in columns.items():
            setattr(row, name, value)
        session.add(row)

    room.write(act)


def due(room, now=None) -> bool:
    return room.id in {who.workshop_id for who in room.read(day_end.workshops_due, now)}


def tied(room, vote) -> bool:
    """Whether any row leads from a ballot to who gave it."""
    return any(paper.elector_id or paper.voter_id for paper in ballots_of(room, vote))


def test_keys_outlive_the_closing_of_the_day_by_an_hour(room, alice, vote) -> None:
    """R45, R70: until then it can be undone and the day opened again, and the votes are as they were."""
    people = voted(room, alice, vote)
    alice.does("day/closing")
    closed = room.read(room.workshop).closed_at
    assert not due(room, closed + timedelta(minutes=59, seconds=59))
    assert due(room, closed + day_end.GRACE)
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert not due(room, closed + timedelta(hours=2)), "it is running again"
    alice.does("day/closing")
    alice.does("day/opening")
    alice.does(f"votes/{vote.id}/opening")
    assert cast(people[0], vote, options(room, vote)[1]).status_code == 200
    assert tied(room, vote)


def test_a_day_opened_again_in_the_last_moment_keeps_its_keys(room, alice, vote) -> None:
    """R45, R70: after it was found to be over, and before anything was done."""
    voted(room, alice, vote, 2)
    alice.does("day/closing")
    change(room, Workshop, room.id, closed_at=moment() - day_end.GRACE)
    (who,) = (who for who in room.read(day_end.workshops_due) if who.workshop_id == room.id)
    alice.does("day/opening")
    room.write(day_end.make_votes_final_if_over, who)
    assert (reload(room, vote).state, tied(room, vote)) == ("revealed", True)


def traces(room, vote) -> list[bytes]:
    """What the files hold of each submission of this vote alone."""
    kept = room.read(lambda s: s.exec(select(Submission).where(Submission.vote_id == vote.id)).all())
    found = [row.digest.encode() for row in kept]
    before = bytes_kept()
    assert found, "else the search proves nothing"
    assert all(trace in before for trace in found), "else the search proves nothing"
    return found


@pytest.mark.parametrize("how", ["anonymous", "group"])
def test_after_the_hour_no_byte_leads_back(room, alice, how) -> None:
    """R70: the server does it unasked, and clears the files; what was counted stays as it was."""
    vote = new(room, secrecy=how)
    voted(room, alice, vote)
    shown = counts(room, vote)
    kept = traces(room, vote)
    alice.does("day/closing")
    change(room, Workshop, room.id, closed_at=moment() - day_end.GRACE)
    asyncio.run(do_what_is_due())
    assert reload(room, vote).state == "final"
    assert not tied(room, vote)
    assert not [trace for trace in kept if trace in bytes_kept()]
    assert counts(room, vote) == shown
    assert not due(room), "once"
    told = [(line.role, line.what) for line in room.read(log.lines, room.id) if line.row_id == vote.id]
    assert told[-3:] == [("server", "key destroyed"), ("server", "vote final"), ("server", "traces removed")]


def test_what_was_never_shown_loses_its_key_too_and_stays_hidden(room, alice, vote) -> None:
    """R50, R70: open (also until a time that has not come), closed, or a draft whose opening was undone with
    answers in; the room still sees none of them, and the lead may show them on a day that is opened again."""
    people = voted(room, alice, vote, 3)
    hidden, left, undone = new(room), new(room, closes_minutes="600"), new(room)
    for other in (hidden, left, undone):
        through(alice, other, "opening")
        for person in people:
            assert cast(person, other, options(room, other)[2]).status_code == 200
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert reload(room, undone).state == "draft"
    through(alice, hidden, "closing")
    alice.does("day/closing")
    room.write(day_end.make_votes_final, room.who)
    for other in (vote, hidden, left, undone):
        assert reload(room, other).state == "final"
        assert len(ballots_of(room, other)) == 3
        assert not tied(room, other)
    assert [reload(room, each).revealed_at for each in (hidden, left, undone)] == [None] * 3
    alice.does("day/opening")
    alice.does(f"votes/{hidden.id}/stage", {"on": "true"})
    seen = room.enter("projector").screen()
    seen.shows("turnout", "3 of 3 have answered")
    assert not seen.text("tally")
    assert alice.post(f"votes/{hidden.id}/opening").status_code == 409
    alice.screen().shows("controls", "Show the result")
    alice.does(f"votes/{hidden.id}/reveal")
    seen.shows("tally", "3 of 3 answered")
    assert reload(room, hidden).state == "final"
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    seen.hides("tally", "3 of 3 answered")
    assert reload(room, hidden).state == "final"


def test_named_votes_keep_their_names_and_take_no_more_answers(room, alice) -> None:
    """R68: nothing of a named vote goes; but the day is over, so it is closed."""
    named = new(room, secrecy="named")
    secret = new(room)
    carys = room.join("Carys")
    through(alice, named, "opening")
    through(alice, secret, "opening")
    cast(carys, named, options(room, named)[0])
    alice.does("day/closing")
    room.write(day_end.make_votes_final, room.who)
    assert (reload(room, named).state, tied(room, named)) == ("closed", True)
    assert cast(carys, named, options(room, named)[1]).status_code == 409


def test_who_moved_where_is_counted_before_all_keys_go(room, alice, vote) -> None:
    """R65, R70: the pairs of two votes that become final together, also of one that was not shown yet."""
    people = voted(room, alice, vote, 6)
    alice.does(f"votes/{vote.id}/again", {"as": "after"})
    after = room.read(lambda s: s.exec(select(Vote).where(Vote.repeats_id == vote.id)).one())
    through(alice, after, "opening")
    for person in people:
        cast(person, after, options(room, after)[0])
    through(alice, after, "closing")
    alice.does("day/closing")
    room.write(day_end.make_votes_final, room.who)
    assert room.read(lambda s: opinion_shift.towards(s, s.get(Vote, after.id))) is None, (
        "the room has not seen it"
    )
    alice.does("day/opening")
    alice.does(f"votes/{after.id}/reveal")
    assert room.read(lambda s: opinion_shift.towards(s, s.get(Vote, after.id))).moves.paired == 6


def test_a_day_that_nobody_closes_ends_all_the_same(room, alice, vote) -> None:
    """R70: once its date is past and nothing has been voted on for a day."""
    voted(room, alice, vote, 2)
    now = moment()
    yesterday = room.read(room.workshop).day - timedelta(days=1)
    assert not due(room, now + timedelta(hours=1))
    change(room, Workshop, room.id, day=yesterday)
    assert not due(room, now + timedelta(hours=23))
    assert due(room, now + timedelta(hours=25))


def test_the_lead_need_not_wait(room, alice, vote) -> None:
    """R70: the console says how many hold their keys and until when, and destroys them on the spot."""
    voted(room, alice, vote, 2)
    kept = traces(room, vote)
    refused = alice.post("day/finals")
    assert (refused.status_code, reload(room, vote).state) == (409, "revealed")
    console = alice.screen()
    alice.does("day/closing")
    console.shows("controls", "1 secret vote still holds its voters’ keys. It becomes final by itself at")
    for person, status in ((room.enter("table 1"), 403), (room.stranger(), 404)):
        assert person.post("day/finals").status_code == status
    alice.does("day/finals")
    console.shows("controls", "All are final. Nobody can tell any more who answered what.")
    assert not [trace for trace in kept if trace in bytes_kept()]
    assert alice.does("day/finals").status_code == 204, "again is harmless"


def test_people_are_told_so_before_they_answer(room, alice) -> None:
    """R68"""
    carys = room.join("Carys")
    words = "After the day, what leads from an answer back to you is destroyed for good."
    for secrecy, told in (("anonymous", True), ("group", True), ("named", False)):
        through(alice, new(room, secrecy=secrecy), "opening")
        assert (words in carys.get("phone/mine").text) is told


def test_the_next_start_catches_up(tmp_path) -> None:
    """R70: a server that was switched off with the day closed finishes it when it comes back."""
    path = tmp_path / "plenary.db"
    begun(path)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE workshop SET state = 'closed', closed_at = datetime('now', '-2 hours') || '.000000'"
        )
        connection.execute(
            "UPDATE vote SET state = 'closed', electorate_size = 1,"
            " first_opened_at = datetime('now', '-4 hours') || '.000000',"
            " closed_at = datetime('now', '-3 hours') || '.000000' WHERE id = 1"
        )
    with served(str(path)):
        wait_until(lambda: last_told(path) == ["key destroyed", "vote final", "traces removed"])


def last_told(path) -> list[str]:
    with sqlite3.connect(path) as connection:
        told = connection.execute("SELECT what FROM log ORDER BY id DESC LIMIT 3").fetchall()
    return [what for (what,) in reversed(told)]
