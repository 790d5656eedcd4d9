"""R111: votes that close by themselves warn everybody before, and who needs more time can ask for it."""

import asyncio
import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.announce import announce
from app.background import automatic_closing as closer
from app.domain import changes, log, undo
from app.domain.agenda import plan, running_order
from app.domain.people import attendance
from app.domain.submissions import stamp
from app.domain.votes import lookup
from app.domain.votes.ballots import ballots
from app.domain.votes.forms import vote_forms, vote_settings
from app.domain.votes.life import drafts, votes
from app.domain.votes.time import automatic_closing, closings, time_requests
from app.domain.votes.types import registry
from app.domain.who import Who
from app.domain.workshops import workshops
from app.errors import Refused
from app.models import LogEntry, TimeRequest, Vote, Workshop
from app.models.base import moment
from app.storage.database import Database
from app.storage.engines import open_engine
from tests.cast import log_replay
from tests.cast.ballots import reload
from tests.cast.concurrency import several_writers
from tests.cast.patience import until, wait_until
from tests.cast.processes import begun, served

pytestmark = pytest.mark.postgres

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def vote(room) -> Vote:
    """A draft in item 9, with the room in it, that closes five minutes after its opening."""
    room.go_to(9)
    return room.new_vote(9, "Yes", "No", closes_minutes="5")


def opened(room, vote) -> Vote:
    room.write(votes.open, room.who, vote.id)
    return reload(room, vote)


def keep(room, at) -> None:
    room.write(automatic_closing.close_due_votes, at)


def set_back(session, vote_id: int, left: timedelta, warned: bool = False) -> None:
    """As if the vote had been opened so long ago that only this is left (negative: overdue)."""
    at = moment()
    values = {"closes_at": at + left, "warned_at": at + left - closings.WARNED if warned else None}
    session.connection().execute(update(Vote).where(col(Vote.id) == vote_id).values(**values))


def and_say_so(session, room, vote_id: int, left: timedelta, warned: bool = False) -> None:
    set_back(session, vote_id, left, warned)
    announce(session, room.id, "closings")


def done(room, vote) -> list[tuple[str, str]]:
    """What the log tells of the vote since it was made, and by whom."""
    lines = [
        line for line in room.read(log.lines, room.id) if (line.row_kind, line.row_id) == ("vote", vote.id)
    ]
    return [(line.what, line.role) for line in lines][1:]


def asks(person, vote, **stamp):
    return person.post(f"votes/{vote.id}/time-requests", stamp)


def asking(room, vote) -> int:
    return room.read(time_requests.standing, [reload(room, vote)]).get(vote.id, 0)


# The setting


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
    other = room.write(workshops.again, room.id)
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


# The clock


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
    keep(room, fast.closes_at - 4 * SECOND)
    assert reload(room, vote).warned_at is None
    keep(room, fast.closes_at - 3 * SECOND)
    assert reload(room, vote).warned_at is not None
    room.write(closings.add_time, room.who, vote.id, 5)
    assert reload(room, vote).closes_at - fast.closes_at == 30 * SECOND


def test_it_warns_once_and_closes_once(room, vote) -> None:
    """R111: 30 seconds before, so that 20 are left for whoever has a slow phone."""
    ends = opened(room, vote).closes_at
    keep(room, ends - 31 * SECOND)
    assert reload(room, vote).warned_at is None
    for seconds in (30, 29, 1):
        keep(room, ends - seconds * SECOND)
    warned = reload(room, vote)
    assert (warned.state, warned.closes_at - warned.warned_at) == ("open", 30 * SECOND)
    for seconds in (0, 1, 2):
        keep(room, ends + seconds * SECOND)
    closed = reload(room, vote)
    assert (closed.state, closed.closes_at, closed.warned_at) == ("closed", None, None)
    assert done(room, vote) == [
        ("vote opened", "lead"), ("closing warned", "clock"), ("vote closed", "clock"),
    ]  # fmt: skip


def test_nobodys_time_runs_out_unannounced(room, vote) -> None:
    """R111: where no server ran when the warning was due, it comes late, and the end after it."""
    ends = opened(room, vote).closes_at
    later = ends + MINUTE
    keep(room, later)
    late = reload(room, vote)
    assert (late.state, late.warned_at, late.closes_at) == ("open", later, later + 30 * SECOND)
    keep(room, later + 29 * SECOND)
    assert reload(room, vote).state == "open"
    keep(room, later + 30 * SECOND)
    assert reload(room, vote).state == "closed"


def test_what_is_due_next_is_known(room, other_room, vote) -> None:
    ends = opened(room, vote).closes_at
    room.write(set_back, vote.id, 40 * SECOND)
    ends = reload(room, vote).closes_at
    assert room.read(automatic_closing.next_moment) == ends - 30 * SECOND
    keep(room, ends - 30 * SECOND)
    assert room.read(automatic_closing.next_moment) == ends
    keep(room, ends)
    assert room.read(automatic_closing.next_moment) != ends


def test_it_closes_wherever_the_room_has_gone(room, alice, vote) -> None:
    opened(room, vote)
    room.go_to(10)
    console = alice.screen(f"/{room.code}/console")
    assert "Closes by itself" in console.shows("controls", "Still open").text("controls")
    room.write(running_order.close, room.who)
    room.write(and_say_so, room, vote.id, -SECOND, warned=True)
    console.shows("order", "Closed")
    wait_until(lambda: reload(room, vote).state == "closed")


def test_the_row_decides_whether_a_ballot_is_late(room, vote) -> None:
    """A ballot after the end but before the closing counts; one after it is told when the vote closed."""
    carys = room.join("Carys")
    opened(room, vote)
    yes, no = (option.id for option in room.read(lookup.options, vote.id))

    person = room.read(attendance.here, room.id)[0].people[0]["id"]
    who = Who(room.id, room.code, "participant", participant_id=person)

    def overdue_and_cast(session) -> None:
        # In one piece, or the server would close the vote in between.
        set_back(session, vote.id, -SECOND, warned=True)
        ballots.cast(session, who, vote.id, {"option": str(yes)}, stamp("", 0, 0))
        automatic_closing.close_due_votes(session)

    room.write(overdue_and_cast)
    closed = reload(room, vote)
    assert closed.state == "closed"
    assert room.read(ballots.cast_count, vote.id) == 1
    late = carys.post(f"votes/{vote.id}/ballot", {"option": no})
    assert late.status_code == 409
    assert f"closed at {plan.local(closed.closed_at, 'Europe/London'):%H:%M}" in late.text


# The server's own clock, and what screens show


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
    room.write(and_say_so, room, vote.id, 30 * SECOND)
    for screen, region in ((phone, "closing"), (projector, "turnout")):
        screen.shows(region, "This vote closes within 30 seconds.")
    assert 'data-announce="closing"' in phone.regions["closing"]
    console.wait(lambda seen: "closing-controls--warned" in seen.regions["controls"])
    assert "within 30 seconds" in room.join("Dev").get(f"/{room.code}").text
    assert reload(room, vote).closes_at - reload(room, vote).warned_at >= 20 * SECOND
    room.write(and_say_so, room, vote.id, timedelta(), warned=True)
    phone.hides("closing", "within")
    projector.shows("turnout", "The vote is closed.")
    console.shows("controls", "Show the result")
    assert ("vote closed", "clock") in done(room, vote)


def test_a_vote_closed_by_hand_shows_nothing_of_this(room) -> None:
    room.go_to(9)
    by_hand = room.new_vote(9, "Yes", "No")
    carys = room.join("Carys")
    phone = carys.screen()
    opened(room, by_hand)
    phone.shows("now", "The vote is open")
    assert phone.text("closing") == ""
    assert "I need more time" not in carys.get("phone/mine").text


# Asking


def test_a_request_is_seen_by_the_facilitator_at_once_and_without_a_name(room, alice, vote) -> None:
    """R111"""
    carys, dev = room.join("Carys"), room.join("Dev")
    console = alice.screen(f"/{room.code}/console")
    opened(room, vote)
    assert "I need more time" in carys.get("phone/mine").text
    for _ in range(2):  # a double tap
        assert "The lead has been told." in asks(carys, vote).text
    console.shows("controls", "1 person asks for more time")
    assert "The lead has been told." in carys.get(f"/{room.code}").text
    assert "I need more time" in dev.get("phone/mine").text
    asks(dev, vote)
    console.shows("controls", "2 people ask for more time")
    assert "Carys" not in console.text("controls")
    noted = [line for line in room.read(log.lines, room.id) if line.what == "more time asked"]
    assert [(line.role, line.changes["note"]["asking"]) for line in noted] == [
        ("participant", 1), ("participant", 2),
    ]  # fmt: skip
    assert {line.link_id for line in noted} == {None}


def test_without_a_script_the_button_is_a_form(room, vote) -> None:
    carys = room.join("Carys")
    opened(room, vote)
    answer = carys.post(f"votes/{vote.id}/time-requests", htmx=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{room.code}")
    assert "The lead has been told." in carys.get(f"/{room.code}").text


def test_the_same_submission_asks_once(room, vote) -> None:
    """A phone whose first answer was lost says it again, be it after time was given or the vote closed."""
    carys = room.join("Carys")
    opened(room, vote)
    stamp = {"key": "a" * 32, "sequence": "1"}
    asks(carys, vote, **stamp)
    room.write(closings.add_time, room.who, vote.id, 1)
    assert "I need more time" in asks(carys, vote, **stamp).text
    assert asking(room, vote) == 0
    room.write(closings.close, room.who, vote.id)
    assert asks(carys, vote, **stamp).status_code == 200


def test_only_who_may_answer_may_ask_and_only_while_the_clock_runs(room, charlie, vote) -> None:
    carys = room.join("Carys")
    assert "not open yet" in asks(carys, vote).text
    opened(room, vote)
    late = room.join("Late")
    assert "I need more time" not in late.get("phone/mine").text
    refused = asks(late, vote)
    assert (refused.status_code, asking(room, vote)) == (409, 0)
    assert "opened before you joined" in refused.text
    assert charlie.post(f"/{room.code}/votes/{vote.id}/time-requests").status_code == 404
    elsewhere = charlie.post(f"votes/{vote.id}/time-requests")
    assert elsewhere.status_code == 404, "a vote of another workshop"
    assert charlie.get(f"votes/{vote.id}/time-requests").status_code == 404
    room.write(closings.by_hand, room.who, vote.id)
    assert "does not close by itself" in asks(carys, vote).text
    room.write(closings.close, room.who, vote.id)
    assert re.search(r"This vote closed at \d\d:\d\d\.", asks(carys, vote).text)


def test_colleagues_of_an_organisation_may_ask_too(room) -> None:
    room.go_to(9)
    vote = room.new_vote(9, "Yes", "No", closes_minutes="5", unit="organisations")
    carys, alone = room.join("Carys", organisation="Harbour Council"), room.join("Dev")
    opened(room, vote)
    assert "has been told" in asks(carys, vote).text
    assert asks(alone, vote).status_code == 409


def test_the_first_request_in_the_last_seconds_holds_the_vote_open_for_an_answer(room, vote) -> None:
    """R111: no request is cut off unread, and nobody can hold the room."""
    carys, dev = room.join("Carys"), room.join("Dev")
    opened(room, vote)
    room.write(set_back, vote.id, 25 * SECOND, warned=True)
    ends, before = reload(room, vote).closes_at, moment()
    asks(carys, vote)
    held = reload(room, vote)
    assert held.closes_at > ends
    assert held.closes_at - before >= 30 * SECOND
    assert held.warned_at is not None, "everybody has been warned, and the warning stands"
    asks(dev, vote)
    asks(carys, vote)
    assert reload(room, vote).closes_at == held.closes_at
    assert ("closing held", "participant") in done(room, vote)
    keep(room, held.closes_at)
    assert reload(room, vote).state == "closed"


def test_a_request_in_good_time_moves_nothing(room, vote) -> None:
    carys = room.join("Carys")
    ends = opened(room, vote).closes_at
    asks(carys, vote)
    assert reload(room, vote).closes_at == ends


# Giving


def test_time_that_is_given_answers_everybody(room, alice, vote) -> None:
    """R111: the countdown moves on every screen, those who asked can ask again."""
    carys, dev = room.join("Carys"), room.join("Dev")
    phone, console = carys.screen(), alice.screen(f"/{room.code}/console")
    ends = opened(room, vote).closes_at
    mine = re.search(r'data-task="([^"]+)"', carys.get("phone/mine").text)[1]
    asks(carys, vote)
    asks(dev, vote)
    console.shows("controls", "2 people ask")
    alice.does(f"votes/{vote.id}/closing/minutes", {"minutes": "1"})
    console.hides("controls", "ask for more time")
    phone.shows("closing", "There is more time.")
    assert 'data-announce="closing"' in phone.regions["closing"]
    assert reload(room, vote).closes_at - ends == MINUTE
    assert f'data-task="{mine}"' in carys.get("phone/mine").text, "half-filled ballots stay"
    assert "I need more time" in carys.get(f"votes/{vote.id}/time-requests").text
    asks(carys, vote)
    console.shows("controls", "1 person asks for more time")
    alice.does(f"votes/{vote.id}/closing/minutes", {"minutes": "5"})
    assert reload(room, vote).closes_at - ends == 6 * MINUTE
    assert alice.post(f"votes/{vote.id}/closing/minutes", {"minutes": "-1"}).status_code == 422
    assert done(room, vote) == [
        ("vote opened", "lead"), ("more time asked", "participant"), ("more time asked", "participant"),
        ("closing extended", "lead"), ("more time asked", "participant"), ("closing extended", "lead"),
    ]  # fmt: skip


def test_time_given_after_the_warning_is_warned_of_again(room, vote) -> None:
    ends = opened(room, vote).closes_at
    keep(room, ends - 30 * SECOND)
    room.write(closings.add_time, room.who, vote.id, 1)
    assert reload(room, vote).warned_at is None
    keep(room, ends)
    assert reload(room, vote).state == "open"
    keep(room, ends + 30 * SECOND)
    assert reload(room, vote).warned_at is not None
    assert [what for what, _ in done(room, vote)].count("closing warned") == 2


def test_the_countdown_can_be_stopped(room, alice, vote) -> None:
    carys = room.join("Carys")
    phone = carys.screen()
    ends = opened(room, vote).closes_at
    asks(carys, vote)
    for _ in range(2):
        alice.does(f"votes/{vote.id}/closing/hand")
    phone.shows("closing", "There is more time.")
    assert "<time" not in phone.regions["closing"]
    assert "more-time" not in carys.get(f"votes/{vote.id}/time-requests").text.replace(
        'id="more-time" hidden', ""
    )
    keep(room, ends + MINUTE)
    assert reload(room, vote).state == "open"
    assert "does not close by itself" in alice.post(f"votes/{vote.id}/closing/minutes", {"minutes": "1"}).text
    alice.does(f"votes/{vote.id}/closing")
    assert alice.post(f"votes/{vote.id}/closing/hand").status_code == 409


def test_an_undo_gives_the_requests_back_and_never_less_than_a_warning(room, alice, vote) -> None:
    """R30, R111: minutes added by mistake, a stopped countdown, a vote closed by mistake."""
    carys = room.join("Carys")
    ends = opened(room, vote).closes_at
    asks(carys, vote)
    turn = reload(room, vote).turn

    def take_back() -> Vote:
        alice.does(f"undo/{room.read(undo.latest, room.id).id}")
        return reload(room, vote)

    alice.does(f"votes/{vote.id}/closing/minutes", {"minutes": "5"})
    assert asking(room, vote) == 0
    back = take_back()
    assert (back.closes_at, back.extended_at, back.turn, asking(room, vote)) == (ends, None, turn, 1)

    for act in ("closing/hand", "closing"):
        room.write(set_back, vote.id, 10 * SECOND, warned=True)
        alice.does(f"votes/{vote.id}/{act}")
        before = moment()
        back = take_back()
        assert back.state == "open"
        assert back.closes_at - before >= 30 * SECOND, "it would close under everybody's hands"
        assert asking(room, vote) == 1
    alice.does(f"votes/{vote.id}/closing")
    alice.does(f"votes/{vote.id}/opening")
    assert (asking(room, vote), reload(room, vote).extended_at) == (0, None)
    assert take_back().closes_at is None


def test_the_log_alone_tells_how_it_went(room, vote) -> None:
    """R31: every moved end is a change of the row; never who asked."""
    carys = room.join("Carys")
    ends = opened(room, vote).closes_at
    asks(carys, vote)
    keep(room, ends - 30 * SECOND)
    room.write(closings.add_time, room.who, vote.id, 1)
    told, row = room.read(log_replay.rows, room.id, "vote")[vote.id], reload(room, vote)
    for name in ("closes_after", "closes_at", "warned_at", "extended_at", "state", "turn"):
        assert told.get(name) == changes.plain(getattr(row, name)), name
    kinds = {line.row_kind for line in room.read(log.lines, room.id)}
    assert "time_request" not in kinds


def test_who_asked_is_forgotten_when_the_vote_is_final(room, alice, vote) -> None:
    """R70"""
    carys = room.join("Carys")
    opened(room, vote)
    asks(carys, vote)
    for step in ("closing", "reveal", "finish"):
        assert room.read(lambda s: s.exec(select(TimeRequest)).all())
        alice.does(f"votes/{vote.id}/{step}")
    query = select(TimeRequest).where(TimeRequest.vote_id == vote.id)
    assert room.read(lambda s: s.exec(query).all()) == []


def test_the_record_says_that_it_closed_by_itself(room, alice, vote) -> None:
    ends = opened(room, vote).closes_at
    room.write(closings.add_time, room.who, vote.id, 5)
    keep(room, ends + 4.5 * MINUTE)
    keep(room, ends + 5 * MINUTE)
    told = next(each for each in alice.get("record.json").json()["votes"] if each["vote"] == vote.id)
    assert told["closes_after_seconds"] == 300
    assert [opening["closed_by"] for opening in told["openings"]] == ["clock"]
    page = alice.get("record").text
    assert "By itself after 5 min" in page
    assert "(closed by itself)" in page
    lines = alice.get("record/log.csv").text
    assert "closing extended" in lines
    assert "clock" in lines


# The task that keeps time


class Fake:
    """A database in which something is due at each of these moments from now, in seconds."""

    def __init__(self, *moments: float | Exception) -> None:
        self.moments, self.kept, self.looked = list(moments), 0, asyncio.Event()

    async def read(self, ask):
        self.looked.set()
        found = self.moments[0] if self.moments else None
        if isinstance(found, Exception):
            self.moments.pop(0)
            raise found
        return None if found is None else moment() + timedelta(seconds=found)

    async def write(self, act) -> None:
        self.kept += 1
        self.moments.pop(0)


def keeping(monkeypatch, fake: Fake, scenario, patrol: float = 60.0) -> None:
    async def run() -> None:
        keeper = closer.Timekeeper(patrol)
        monkeypatch.setattr(closer, "database", fake)
        keeper.start()
        try:
            await scenario(keeper)
        finally:
            await keeper.stop()

    asyncio.run(run())


def test_what_is_overdue_at_the_start_is_done_at_once(monkeypatch) -> None:
    fake = Fake(-3600.0)
    keeping(monkeypatch, fake, lambda _: until(lambda: fake.kept == 1))


def test_it_sleeps_until_it_hears_of_a_vote(monkeypatch) -> None:
    """Not a query per second for ever: nothing is looked at while nothing is due and nobody says anything."""
    fake = Fake()

    async def scenario(keeper) -> None:
        await fake.looked.wait()
        fake.looked.clear()
        keeper.on_commit({7: {"ballots", "notes"}})
        await asyncio.sleep(0.05)
        assert not fake.looked.is_set()
        fake.moments.append(-1.0)
        threading.Thread(target=keeper.on_commit, args=({7: {"votes"}},)).start()
        await until(lambda: fake.kept == 1)

    keeping(monkeypatch, fake, scenario)


def test_every_commit_of_this_process_is_heard(room, vote, monkeypatch) -> None:
    heard: list[dict[int, set[str]]] = []
    monkeypatch.setattr(closer.Timekeeper, "on_commit", lambda _, announced: heard.append(announced))
    opened(room, vote)
    assert any(announced.get(room.id, set()) & closer.TOPICS for announced in heard)


def test_what_another_worker_set_and_left_is_found(monkeypatch) -> None:
    fake = Fake()

    async def scenario(_) -> None:
        await fake.looked.wait()
        fake.moments.append(-1.0)
        await until(lambda: fake.kept == 1)

    keeping(monkeypatch, fake, scenario, patrol=0.02)


def test_a_database_that_fails_is_asked_again(monkeypatch, caplog) -> None:
    monkeypatch.setattr(closer, "RETRY", 0.01)
    fake = Fake(OSError("gone"), OSError("gone"), -1.0)
    keeping(monkeypatch, fake, lambda _: until(lambda: fake.kept == 1))
    assert "could not be closed" in caplog.text


# More than one server, and none for a while


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
    told = [what for what, _ in done(room, vote)]
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
        running_order.start(session, who, True)
        item = running_order.current(session, workshop.id)
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
