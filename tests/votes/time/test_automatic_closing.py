"""R111: votes that close by themselves warn everybody before, and close once."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.domain.agenda import days, plan, running_order
from app.domain.people import attendance
from app.domain.submissions import stamp
from app.domain.votes import lookup
from app.domain.votes.ballots import ballot_counts, ballots
from app.domain.votes.forms import vote_forms, vote_settings
from app.domain.votes.life import drafts, votes
from app.domain.votes.time import automatic_closing, closings
from app.domain.votes.types import registry
from app.domain.who import Who
from app.domain.workshops import making
from app.errors import Refused
from app.models import LogEntry, Vote, Workshop
from app.models.base import moment
from app.storage.database import Database
from app.storage.engines import open_engine
from tests.cast.ballots import reload
from tests.cast.closings import (
    MINUTE,
    SECOND,
    close_due,
    log_of_vote,
    opened,
    set_back,
    set_back_and_announce,
)
from tests.cast.concurrency import several_writers
from tests.cast.patience import wait_until
from tests.cast.processes import begun, served

pytestmark = pytest.mark.postgres


@pytest.fixture
def vote(room) -> Vote:
    """A draft in item 9, with the room in it, that closes five minutes after its opening."""
    room.go_to(9)
    return room.new_vote(9, "Yes", "No", closes_minutes="5")


@pytest.mark.parametrize("kind", registry.names())
def test_when_a_vote_closes_is_a_setting_of_every_type(shared_room, kind) -> None:
    lines = {"option_en_1": "One", "option_en_2": "Two", "option_en_3": "Three", "criterion_en_1": "Fair"}
    form = {**vote_forms.blank(kind), "question_en": "How?", **lines}
    assert vote_settings.read(form).columns["closes_after"] is None, "by hand, unless somebody says else"
    given = vote_settings.read({**form, "closes_minutes": " 5 "})
    assert given.columns["closes_after"] == 300
    made = shared_room.write(drafts.write, shared_room.who, shared_room.items()[8].id, given)
    assert vote_settings.read(vote_forms.of_vote(made, shared_room.read(lookup.question_of, made))) == given


@pytest.mark.parametrize("typed", ["0", "601", "-1", "1.5", "five", "٣"])
def test_a_time_nobody_could_keep_to_is_refused_by_its_field(typed) -> None:
    form = {"question_en": "How?", "option_en_1": "Yes", "option_en_2": "No", "closes_minutes": typed}
    _, problems = vote_settings.read_with_problems(form)
    assert {field: refused.code for field, refused in problems.items()} == {"closes_minutes": "bad_closing"}


def test_the_setting_goes_with_a_copy_a_round_and_the_next_day(room, alice, vote) -> None:
    opened(room, vote)
    copy = room.write(drafts.copy, room.who, vote.id, vote.item_id)
    room.write(closings.close, room.who, vote.id)
    alice.does(f"votes/{vote.id}/again", {"as": "round"})
    (again,) = room.read(lambda s: s.exec(select(Vote).where(Vote.repeats_id == vote.id)).all())
    room.write(votes.open, room.who, copy.id)
    other = room.write(making.copy, room.id)
    copies = room.read(lambda s: s.exec(select(Vote).where(Vote.workshop_id == other)).all())
    assert copy.closes_after == again.closes_after == 300
    assert [each.closes_after for each in copies].count(300) == 3
    assert {each.closes_at for each in copies} == {None}
    room.write(closings.close, room.who, copy.id)


def test_what_was_settled_is_told_where_a_vote_is_steered_and_edited(room, alice) -> None:
    room.go_to(3)
    vote = room.new_vote(3, "Yes", "No", closes_minutes="5")
    assert "It closes by itself after 5 min." in alice.get("console").text
    assert re.search(r'name="closes_minutes" value="5"', alice.get(f"votes/{vote.id}").text)
    opened(room, vote)
    assert "closes by itself after 5 min" in alice.get(f"votes/{vote.id}").text
    refused = alice.post(f"items/{vote.item_id}/votes", {"question_en": "How?", "closes_minutes": "x"})
    assert "Closes by itself after (minutes)</a>: Write whole minutes from 1 to 600" in refused.text


def test_an_opened_vote_keeps_its_setting(room, vote) -> None:
    opened(room, vote)
    form = vote_forms.of_vote(vote, room.read(lookup.question_of, vote))
    given = vote_settings.read({**form, "closes_minutes": ""})
    with pytest.raises(Refused, match="vote_not_draft"):
        room.write(drafts.edit, room.who, vote.id, given)


@pytest.mark.parametrize(
    "values",
    [
        {"closes_after": 59},
        {"closes_after": 36_001},
        {"closes_at": moment()},
        {"state": "open", "warned_at": moment()},
    ],
)
def test_the_database_keeps_it_sound(room, vote, values) -> None:
    with pytest.raises(IntegrityError):
        room.write(lambda s: s.connection().execute(update(Vote).where(Vote.id == vote.id).values(**values)))


def test_opening_sets_the_end_and_every_opening_anew(room, vote) -> None:
    first = opened(room, vote)
    assert first.closes_at - first.opened_at == 5 * MINUTE
    room.write(closings.close, room.who, vote.id)
    assert reload(room, vote).closes_at is None
    again = opened(room, vote)
    assert again.closes_at - again.opened_at == 5 * MINUTE
    by_hand = room.new_vote(9, "Yes", "No")
    room.write(votes.open, room.who, by_hand.id)
    assert reload(room, by_hand).closes_at is None


def test_a_rehearsal_is_as_much_faster(room, vote) -> None:
    room.write(
        lambda s: s.connection().execute(update(Workshop).where(Workshop.id == room.id).values(speed=10))
    )
    fast = opened(room, vote)
    assert fast.closes_at - fast.opened_at == 30 * SECOND
    close_due(room, fast.closes_at - 4 * SECOND)
    assert reload(room, vote).warned_at is None
    close_due(room, fast.closes_at - 3 * SECOND)
    assert reload(room, vote).warned_at is not None
    room.write(closings.add_time, room.who, vote.id, 5)
    assert reload(room, vote).closes_at - fast.closes_at == 30 * SECOND


def test_it_warns_once_and_closes_once(room, vote) -> None:
    """R111: 30 seconds before, so that 20 are left for whoever has a slow phone."""
    ends = opened(room, vote).closes_at
    close_due(room, ends - 31 * SECOND)
    assert reload(room, vote).warned_at is None
    for seconds in (30, 29, 1):
        close_due(room, ends - seconds * SECOND)
    warned = reload(room, vote)
    assert (warned.state, warned.closes_at - warned.warned_at) == ("open", 30 * SECOND)
    for seconds in (0, 1, 2):
        close_due(room, ends + seconds * SECOND)
    closed = reload(room, vote)
    assert (closed.state, closed.closes_at, closed.warned_at) == ("closed", None, None)
    assert log_of_vote(room, vote) == [
        ("vote opened", "lead"), ("closing warned", "clock"), ("vote closed", "clock"),
    ]  # fmt: skip


def test_nobodys_time_runs_out_unannounced(room, vote) -> None:
    """R111: where no server ran when the warning was due, it comes late, and the end after it."""
    ends = opened(room, vote).closes_at
    later = ends + MINUTE
    close_due(room, later)
    late = reload(room, vote)
    assert (late.state, late.warned_at, late.closes_at) == ("open", later, later + 30 * SECOND)
    close_due(room, later + 29 * SECOND)
    assert reload(room, vote).state == "open"
    close_due(room, later + 30 * SECOND)
    assert reload(room, vote).state == "closed"


def test_what_is_due_next_is_known(room, other_room, vote) -> None:
    ends = opened(room, vote).closes_at
    room.write(set_back, vote.id, 40 * SECOND)
    ends = reload(room, vote).closes_at
    assert room.read(automatic_closing.next_due) == ends - 30 * SECOND
    close_due(room, ends - 30 * SECOND)
    assert room.read(automatic_closing.next_due) == ends
    close_due(room, ends)
    assert room.read(automatic_closing.next_due) != ends


def test_it_closes_wherever_the_room_has_gone(room, alice, vote) -> None:
    opened(room, vote)
    room.go_to(10)
    console = alice.screen(f"/{room.code}/console")
    assert "Closes by itself" in console.shows("controls", "Still open").text("controls")
    room.write(days.close, room.who)
    room.write(set_back_and_announce, room, vote.id, -SECOND, warned=True)
    console.shows("order", "Closed")
    wait_until(lambda: reload(room, vote).state == "closed")


def test_the_row_decides_whether_a_ballot_is_late(room, vote) -> None:
    """A ballot after the end but before the closing counts; one after it is told when the vote closed."""
    carys = room.join("Carys")
    opened(room, vote)
    yes, no = (option.id for option in room.read(lookup.options, vote.id))

    person = room.read(attendance.by_table, room.id)[0].people[0]["id"]
    who = Who(room.id, room.code, "participant", participant_id=person)

    def overdue_and_cast(session) -> None:
        # In one piece, or the server would close the vote in between.
        set_back(session, vote.id, -SECOND, warned=True)
        ballots.cast(session, who, vote.id, {"option": str(yes)}, stamp("", 0, 0))
        automatic_closing.close_due_votes(session)

    room.write(overdue_and_cast)
    closed = reload(room, vote)
    assert closed.state == "closed"
    assert room.read(ballot_counts.counted, vote.id) == 1
    late = carys.post(f"votes/{vote.id}/ballot", {"option": no})
    assert late.status_code == 409
    assert f"closed at {plan.local_time(closed.closed_at, 'Europe/London'):%H:%M}" in late.text


def test_the_warning_and_the_end_reach_every_screen(room, alice, vote) -> None:
    """R111: pushed when it is time; a screen that comes later is drawn with it."""
    carys = room.join("Carys")
    phone = carys.screen()
    projector = room.enter("projector").screen()
    console = alice.screen(f"/{room.code}/console")
    assert phone.text("closing") == projector.text("turnout") == ""
    alice.does(f"votes/{vote.id}/opening")
    ends = reload(room, vote).closes_at
    for screen, region in ((phone, "closing"), (projector, "turnout")):
        screen.shows(region, "This vote closes by itself.")
        assert f'data-ends-at="{round(ends.timestamp() * 1000)}"' in screen.regions[region]
        assert "data-announce" not in screen.regions["closing"] if region == "closing" else True
    console.shows("controls", "Closes by itself")
    room.write(set_back_and_announce, room, vote.id, 30 * SECOND)
    for screen, region in ((phone, "closing"), (projector, "turnout")):
        screen.shows(region, "This vote closes within 30 seconds.")
    assert 'data-announce="closing"' in phone.regions["closing"]
    console.wait(lambda seen: "closing-controls--warned" in seen.regions["controls"])
    assert "within 30 seconds" in room.join("Dev").get(f"/{room.code}").text
    assert reload(room, vote).closes_at - reload(room, vote).warned_at >= 20 * SECOND
    room.write(set_back_and_announce, room, vote.id, timedelta(), warned=True)
    phone.hides("closing", "within")
    projector.shows("turnout", "The vote is closed.")
    console.shows("controls", "Show the result")
    assert ("vote closed", "clock") in log_of_vote(room, vote)


def test_a_vote_closed_by_hand_shows_nothing_of_this(room) -> None:
    room.go_to(9)
    by_hand = room.new_vote(9, "Yes", "No")
    carys = room.join("Carys")
    phone = carys.screen()
    opened(room, by_hand)
    phone.shows("now", "The vote is open")
    assert phone.text("closing") == ""
    assert "I need more time" not in carys.get("phone/mine").text


@several_writers
def test_two_workers_close_a_vote_once(room, vote, database_url) -> None:
    opened(room, vote)
    others = [Database() for _ in range(3)]
    for each in others:
        each.connect(database_url)
    try:
        for _ in range(5):
            if reload(room, vote).state != "open":
                room.write(votes.open, room.who, vote.id)
            ends = reload(room, vote).closes_at
            for at in (ends - 30 * SECOND, ends):
                threads = [
                    threading.Thread(target=each.write_now, args=(automatic_closing.close_due_votes, at))
                    for each in others
                ]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
    finally:
        for each in others:
            each.disconnect()
    told = [what for what, _ in log_of_vote(room, vote)]
    assert told.count("closing warned") == told.count("vote closed") == 5


def test_a_vote_whose_end_passed_while_no_server_ran_is_closed_by_the_next(tmp_path) -> None:
    """kill -9 in the last seconds, after the warning; the moment passes; the next start closes it, once."""
    file = tmp_path / "plenary.db"

    def through(act) -> object:
        engine = open_engine(f"sqlite:///{file}", connections=1, writing=True)
        try:
            with Session(engine, expire_on_commit=False) as session:
                found = act(session)
                session.commit()
                return found
        finally:
            engine.dispose()

    def open_one(session) -> int:
        workshop = session.exec(select(Workshop)).one()
        who = Who(workshop.id, workshop.code, "lead")
        days.start(session, who, True)
        item = running_order.current_item(session, workshop.id)
        form = {"question_en": "How?", "option_en_1": "Yes", "option_en_2": "No", "closes_minutes": "1"}
        vote = drafts.write(session, who, item.id, vote_settings.read(form))
        session.flush()
        votes.open(session, who, vote.id)
        session.flush()
        return vote.id

    def closings_of(session) -> list[str]:
        query = select(LogEntry.role).where(LogEntry.what == "vote closed", LogEntry.row_id == vote_id)
        return list(session.exec(query))

    begun(file)
    vote_id = through(open_one)
    with served(str(file)) as first:
        first.kill()
    assert through(closings_of) == [], "its time had not come"
    through(lambda session: set_back(session, vote_id, -5 * SECOND, warned=True))
    with served(str(file)):
        wait_until(lambda: through(closings_of))
    assert through(closings_of) == ["clock"]
