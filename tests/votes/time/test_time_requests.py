"""R111: who needs more time for a vote that closes by itself can ask for it, and is given it."""

import re

import pytest
from sqlmodel import select

from app.domain import changes, log, undo
from app.domain.votes.time import closings
from app.models import TimeRequest, Vote
from app.models.base import moment
from tests.cast import log_replay
from tests.cast.ballots import reload
from tests.cast.closings import (
    MINUTE,
    SECOND,
    ask_for_time,
    close_due,
    log_of_vote,
    opened,
    request_count,
    set_back,
)

pytestmark = pytest.mark.postgres


@pytest.fixture
def vote(room) -> Vote:
    """A draft in item 9, with the room in it, that closes five minutes after its opening."""
    room.go_to(9)
    return room.new_vote(9, "Yes", "No", closes_minutes="5")


# Asking


def test_a_request_is_seen_by_the_facilitator_at_once_and_without_a_name(room, alice, vote) -> None:
    """R111"""
    carys, dev = room.join("Carys"), room.join("Dev")
    console = alice.screen(f"/{room.code}/console")
    opened(room, vote)
    assert "I need more time" in carys.get("phone/mine").text
    for _ in range(2):  # a double tap
        assert "The lead has been told." in ask_for_time(carys, vote).text
    console.shows("controls", "1 person asks for more time")
    assert "The lead has been told." in carys.get(f"/{room.code}").text
    assert "I need more time" in dev.get("phone/mine").text
    ask_for_time(dev, vote)
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
    ask_for_time(carys, vote, **stamp)
    room.write(closings.add_time, room.who, vote.id, 1)
    assert "I need more time" in ask_for_time(carys, vote, **stamp).text
    assert request_count(room, vote) == 0
    room.write(closings.close, room.who, vote.id)
    assert ask_for_time(carys, vote, **stamp).status_code == 200


def test_only_who_may_answer_may_ask_and_only_while_the_clock_runs(room, charlie, vote) -> None:
    carys = room.join("Carys")
    assert "not open yet" in ask_for_time(carys, vote).text
    opened(room, vote)
    late = room.join("Late")
    assert "I need more time" not in late.get("phone/mine").text
    refused = ask_for_time(late, vote)
    assert (refused.status_code, request_count(room, vote)) == (409, 0)
    assert "opened before you joined" in refused.text
    assert charlie.post(f"/{room.code}/votes/{vote.id}/time-requests").status_code == 404
    elsewhere = charlie.post(f"votes/{vote.id}/time-requests")
    assert elsewhere.status_code == 404, "a vote of another workshop"
    assert charlie.get(f"votes/{vote.id}/time-requests").status_code == 404
    room.write(closings.switch_to_manual, room.who, vote.id)
    assert "does not close by itself" in ask_for_time(carys, vote).text
    room.write(closings.close, room.who, vote.id)
    assert re.search(r"This vote closed at \d\d:\d\d\.", ask_for_time(carys, vote).text)


def test_colleagues_of_an_organisation_may_ask_too(room) -> None:
    room.go_to(9)
    vote = room.new_vote(9, "Yes", "No", closes_minutes="5", unit="organisations")
    carys, alone = room.join("Carys", organisation="Harbour Council"), room.join("Dev")
    opened(room, vote)
    assert "has been told" in ask_for_time(carys, vote).text
    assert ask_for_time(alone, vote).status_code == 409


def test_the_first_request_in_the_last_seconds_holds_the_vote_open_for_an_answer(room, vote) -> None:
    """R111: no request is cut off unread, and nobody can hold the room."""
    carys, dev = room.join("Carys"), room.join("Dev")
    opened(room, vote)
    room.write(set_back, vote.id, 25 * SECOND, warned=True)
    ends, before = reload(room, vote).closes_at, moment()
    ask_for_time(carys, vote)
    held = reload(room, vote)
    assert held.closes_at > ends
    assert held.closes_at - before >= 30 * SECOND
    assert held.warned_at is not None, "everybody has been warned, and the warning stands"
    ask_for_time(dev, vote)
    ask_for_time(carys, vote)
    assert reload(room, vote).closes_at == held.closes_at
    assert ("closing held", "participant") in log_of_vote(room, vote)
    close_due(room, held.closes_at)
    assert reload(room, vote).state == "closed"


def test_a_request_in_good_time_moves_nothing(room, vote) -> None:
    carys = room.join("Carys")
    ends = opened(room, vote).closes_at
    ask_for_time(carys, vote)
    assert reload(room, vote).closes_at == ends


# Giving


def test_time_that_is_given_answers_everybody(room, alice, vote) -> None:
    """R111: the countdown moves on every screen, those who asked can ask again."""
    carys, dev = room.join("Carys"), room.join("Dev")
    phone, console = carys.screen(), alice.screen(f"/{room.code}/console")
    ends = opened(room, vote).closes_at
    mine = re.search(r'data-task="([^"]+)"', carys.get("phone/mine").text)[1]
    ask_for_time(carys, vote)
    ask_for_time(dev, vote)
    console.shows("controls", "2 people ask")
    alice.does(f"votes/{vote.id}/closing/minutes", {"minutes": "1"})
    console.hides("controls", "ask for more time")
    phone.shows("closing", "There is more time.")
    assert 'data-announce="closing"' in phone.regions["closing"]
    assert reload(room, vote).closes_at - ends == MINUTE
    assert f'data-task="{mine}"' in carys.get("phone/mine").text, "half-filled ballots stay"
    assert "I need more time" in carys.get(f"votes/{vote.id}/time-requests").text
    ask_for_time(carys, vote)
    console.shows("controls", "1 person asks for more time")
    alice.does(f"votes/{vote.id}/closing/minutes", {"minutes": "5"})
    assert reload(room, vote).closes_at - ends == 6 * MINUTE
    assert alice.post(f"votes/{vote.id}/closing/minutes", {"minutes": "-1"}).status_code == 422
    assert log_of_vote(room, vote) == [
        ("vote opened", "lead"), ("more time asked", "participant"), ("more time asked", "participant"),
        ("closing extended", "lead"), ("more time asked", "participant"), ("closing extended", "lead"),
    ]  # fmt: skip


def test_time_given_after_the_warning_is_warned_of_again(room, vote) -> None:
    ends = opened(room, vote).closes_at
    close_due(room, ends - 30 * SECOND)
    room.write(closings.add_time, room.who, vote.id, 1)
    assert reload(room, vote).warned_at is None
    close_due(room, ends)
    assert reload(room, vote).state == "open"
    close_due(room, ends + 30 * SECOND)
    assert reload(room, vote).warned_at is not None
    assert [what for what, _ in log_of_vote(room, vote)].count("closing warned") == 2


def test_the_countdown_can_be_stopped(room, alice, vote) -> None:
    carys = room.join("Carys")
    phone = carys.screen()
    ends = opened(room, vote).closes_at
    ask_for_time(carys, vote)
    for _ in range(2):
        alice.does(f"votes/{vote.id}/closing/hand")
    phone.shows("closing", "There is more time.")
    assert "<time" not in phone.regions["closing"]
    assert "more-time" not in carys.get(f"votes/{vote.id}/time-requests").text.replace(
        'id="more-time" hidden', ""
    )
    close_due(room, ends + MINUTE)
    assert reload(room, vote).state == "open"
    assert "does not close by itself" in alice.post(f"votes/{vote.id}/closing/minutes", {"minutes": "1"}).text
    alice.does(f"votes/{vote.id}/closing")
    assert alice.post(f"votes/{vote.id}/closing/hand").status_code == 409


def test_an_undo_gives_the_requests_back_and_never_less_than_a_warning(room, alice, vote) -> None:
    """R30, R111: minutes added by mistake, a stopped countdown, a vote closed by mistake."""
    carys = room.join("Carys")
    ends = opened(room, vote).closes_at
    ask_for_time(carys, vote)
    turn = reload(room, vote).turn

    def take_back() -> Vote:
        alice.does(f"undo/{room.read(undo.latest, room.id).id}")
        return reload(room, vote)

    alice.does(f"votes/{vote.id}/closing/minutes", {"minutes": "5"})
    assert request_count(room, vote) == 0
    back = take_back()
    assert (back.closes_at, back.extended_at, back.turn, request_count(room, vote)) == (ends, None, turn, 1)

    for act in ("closing/hand", "closing"):
        room.write(set_back, vote.id, 10 * SECOND, warned=True)
        alice.does(f"votes/{vote.id}/{act}")
        before = moment()
        back = take_back()
        assert back.state == "open"
        assert back.closes_at - before >= 30 * SECOND, "it would close under everybody's hands"
        assert request_count(room, vote) == 1
    alice.does(f"votes/{vote.id}/closing")
    alice.does(f"votes/{vote.id}/opening")
    assert (request_count(room, vote), reload(room, vote).extended_at) == (0, None)
    assert take_back().closes_at is None


def test_the_log_alone_tells_how_it_went(room, vote) -> None:
    """R31: every moved end is a change of the row; never who asked."""
    carys = room.join("Carys")
    ends = opened(room, vote).closes_at
    ask_for_time(carys, vote)
    close_due(room, ends - 30 * SECOND)
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
    ask_for_time(carys, vote)
    for step in ("closing", "reveal", "finish"):
        assert room.read(lambda s: s.exec(select(TimeRequest)).all())
        alice.does(f"votes/{vote.id}/{step}")
    query = select(TimeRequest).where(TimeRequest.vote_id == vote.id)
    assert room.read(lambda s: s.exec(query).all()) == []


def test_the_record_says_that_it_closed_by_itself(room, alice, vote) -> None:
    ends = opened(room, vote).closes_at
    room.write(closings.add_time, room.who, vote.id, 5)
    close_due(room, ends + 4.5 * MINUTE)
    close_due(room, ends + 5 * MINUTE)
    told = next(each for each in alice.get("record.json").json()["votes"] if each["vote"] == vote.id)
    assert told["closes_after_seconds"] == 300
    assert [opening["closed_by"] for opening in told["openings"]] == ["clock"]
    page = alice.get("record").text
    assert "By itself after 5 min" in page
    assert "(closed by itself)" in page
    lines = alice.get("record/log.csv").text
    assert "closing extended" in lines
    assert "clock" in lines
