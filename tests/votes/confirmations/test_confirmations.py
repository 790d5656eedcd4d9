"""Commitments that an organisation confirms after the day, by a link of its own."""

import csv
import io
import json
import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from app.access.rate_limit import WRITES_PER_PERSON
from app.domain import log
from app.domain.agenda import days, plan
from app.domain.votes.confirmations import later_answers
from app.domain.votes.life import votes
from app.domain.votes.secrecy import secrecy
from app.domain.votes.time import closings
from app.models import Confirmation, ConfirmLink, Vote
from app.web.guard import Redacted
from tests.cast.ballots import counts, options
from tests.cast.confirmations import ASK, by_link, commitment, committed, elector
from tests.cast.organisations import speak

pytestmark = pytest.mark.postgres


def day(room, after: int = 14) -> str:
    return (room.read(room.workshop).day + timedelta(days=after)).isoformat()


def address_in(text: str) -> str:
    return re.search(r"(/[A-Z0-9]{6}/confirm/[\w-]+)", text)[1]


def link(room, alice, vote, organisation: str = "Care", until: str = "") -> str:
    """The address of a link that the lead makes."""
    at = f"votes/{vote.id}/confirmations/{elector(room, vote, organisation)}"
    return address_in(alice.does(at, {"until": until or day(room)}).text)


def said(room, what: str) -> int:
    return sum(line.what == what for line in room.read(log.lines, room.id))


def record(room, alice, vote):
    told = json.loads(alice.get("record.json").text)["votes"]
    return next(each for each in told if each["vote"] == vote.id)


def test_an_organisation_confirms_later_and_the_room_keeps_its_result(room, alice) -> None:
    """R64: from "need to ask" to a yes with conditions, after the day is closed; the answer in the room, the
    tally and its ballots stay, and the later one stands beside them, with its time, in every format."""
    vote, _ = committed(room)
    conditions = options(room, vote)[1]
    console = alice.screen()
    at = link(room, alice, vote)
    visitor = room.stranger()
    page = visitor.get(at).text
    for words in (
        "In principle, will your organisation",
        "Care",
        "We need to ask first",
        "Only if the board",
    ):
        assert words in page
    before = counts(room, vote)
    assert visitor.post(at, {"option": conditions, "reason": "From April"}, htmx=False).status_code == 303
    console.shows("tally", "in the room: We need to ask first")
    console.shows("tally", "confirmed on")
    console.shows("tally", "Yes, with conditions From April")
    assert counts(room, vote) == before == [0, 0, 0, 1]
    room.write(days.close, room.who)
    again = visitor.get(at).text
    assert "Your answer is confirmed" in again
    assert re.search(rf'value="{conditions}"[^>]* checked', again)
    told = record(room, alice, vote)
    assert (told["cast"], [ballot["answers"][0]["option"] for ballot in told["ballots"]]) == (1, [ASK + 1])
    (later,) = told["confirmations"]
    assert (later["voter"], later["option"], later["reason"]) == ("Care", 2, "From April")
    assert (later["channel"], later["replaced_at"]) == ("later", None)
    assert later["confirmed_at"].startswith(plan.today("Europe/London").isoformat())
    (row,) = csv.DictReader(io.StringIO(alice.get("record/confirmations.csv").text.lstrip("\ufeff")))
    assert (row["voter"], row["option_en"], row["channel"]) == ("Care", "Yes, with conditions", "later")
    shown = " ".join(re.sub(r"<[^>]+>", " ", alice.get("record").text).split())
    assert re.search(r"Care We need to ask first Only if the board agrees on .{5,20}: Yes, with cond", shown)


def test_the_last_confirmation_stands_and_those_before_are_kept(room, alice) -> None:
    """R64: used again before its last day, the link shows the present answer and changes it; the same again
    changes nothing; the log says that it was changed, not what it said or whose it is."""
    vote, _ = committed(room)
    yes, conditions, *_ = options(room, vote)
    at, visitor = link(room, alice, vote), room.stranger()
    for option in (conditions, yes, yes):
        assert visitor.post(at, {"option": option}, htmx=False).status_code == 303
    told = record(room, alice, vote)["confirmations"]
    assert [(line["option"], line["replaced_at"] is None) for line in told] == [(2, False), (1, True)]
    assert (said(room, "commitment confirmed"), said(room, "commitment changed")) == (1, 1)
    lines = [line for line in room.read(log.lines, room.id) if line.what.startswith("commitment")]
    assert [(line.role, line.row_kind, line.changes) for line in lines] == [
        ("organisation", "vote", None)
    ] * 2
    assert "Yes, in principle" in alice.get(f"votes/{vote.id}/confirmations").text


def test_two_confirmations_at_once_leave_one_standing(room, alice) -> None:
    vote, _ = committed(room)
    yes, conditions, *_ = options(room, vote)
    at = link(room, alice, vote)
    people = [room.stranger() for _ in range(6)]

    def send(n: int) -> None:
        people[n].post(at, {"option": (yes, conditions)[n % 2], "reason": str(n)}, htmx=False)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    told = record(room, alice, vote)["confirmations"]
    assert len(told) == 6
    assert [line["replaced_at"] for line in told].count(None) == 1


def test_an_organisation_that_did_not_answer_may_confirm_too(room, alice) -> None:
    vote = commitment(room)
    room.join("Carys", organisation="Care")
    room.write(votes.open, room.who, vote.id)
    room.write(closings.close, room.who, vote.id)
    room.write(votes.reveal, room.who, vote.id)
    at = link(room, alice, vote)
    assert "no answer that counts" in room.stranger().get(at).text
    room.stranger().post(at, {"option": options(room, vote)[0]}, htmx=False)
    assert "no answer that counts" in alice.get(f"votes/{vote.id}/confirmations").text
    alice.screen().shows("tally", "Care : in the room: no answer that counts · confirmed on")
    assert "Yes, in principle" in alice.get("record").text
    assert counts(room, vote) == [0, 0, 0, 0]


@pytest.mark.parametrize("wrong", [{}, {"option": "999999"}, {"option": "x"}])
def test_what_is_no_answer_is_refused_on_the_page(room, alice, wrong) -> None:
    vote, _ = committed(room)
    at, visitor = link(room, alice, vote), room.stranger()
    refused = visitor.post(at, {"reason": "Typed already", **wrong}, htmx=False)
    assert refused.status_code == 422
    assert "There is a problem" in refused.text
    assert "Typed already" in refused.text
    too_long = visitor.post(at, {"option": options(room, vote)[0], "reason": "x" * 281}, htmx=False)
    assert too_long.status_code == 422
    assert record(room, alice, vote)["confirmations"] == []


def test_a_revoked_link_says_so(room, alice) -> None:
    """R64: its person on the phone cannot bring it back, the console can; what was said stays."""
    vote, carys = committed(room)
    at, visitor = link(room, alice, vote), room.stranger()
    visitor.post(at, {"option": options(room, vote)[0]}, htmx=False)
    one = f"votes/{vote.id}/confirmations/{elector(room, vote)}"
    assert "link revoked" not in alice.does(f"{one}/revocation").text, "it is confirmed, which says more"
    alice.does(f"{one}/revocation")
    for answer in (visitor.get(at), visitor.post(at, {"option": options(room, vote)[1]}, htmx=False)):
        assert answer.status_code == 410
        assert "has been taken back" in answer.text
    assert "has been taken back" in carys.get(f"votes/{vote.id}/confirmation").text
    assert carys.post(f"votes/{vote.id}/confirmation").status_code == 410
    assert [line["option"] for line in record(room, alice, vote)["confirmations"]] == [1]
    assert visitor.get(link(room, alice, vote)).status_code == 200
    assert visitor.get(at).status_code == 404, "a new address ends the one before"


def expire(room) -> None:
    def act(session) -> None:
        query = select(ConfirmLink).join(Vote, Vote.id == ConfirmLink.vote_id)
        for each in session.exec(query.where(Vote.workshop_id == room.id)):
            each.expires_on = plan.today("Europe/London") - timedelta(days=1)
            session.add(each)

    room.write(act)


def test_a_link_works_through_its_last_day(room, alice) -> None:
    """R64: then it says that the time is over; the organiser gives it a new last day."""
    vote, carys = committed(room)
    at, visitor = link(room, alice, vote, until=day(room, 0)), room.stranger()
    assert visitor.get(at).status_code == 200
    expire(room)
    for answer in (visitor.get(at), visitor.post(at, {"option": options(room, vote)[1]}, htmx=False)):
        assert answer.status_code == 410
        assert "The time to confirm is over" in answer.text
    assert carys.post(f"votes/{vote.id}/confirmation").status_code == 410
    assert "link expired" in alice.get(f"votes/{vote.id}/confirmations").text
    one = f"votes/{vote.id}/confirmations/{elector(room, vote)}"
    alice.does(f"{one}/expiry", {"until": day(room, 20)})
    assert visitor.get(at).status_code == 200
    for wrong in (day(room, -1), day(room, 400), "", "tomorrow"):
        for where in (one, f"{one}/expiry"):
            refused = alice.post(where, {"until": wrong})
            assert (refused.status_code, "at most a year ahead" in refused.text) == (422, True)
    assert visitor.get(at).status_code == 200


def test_who_answered_gets_the_link_on_their_phone(room, alice) -> None:
    """R64: shown once, good for a fortnight after the day, also under "You" when the day is over; colleagues
    and other organisations get none."""
    vote, carys = committed(room)
    colleague, other = room.join("Dev", organisation="Care"), room.join("Efa", organisation="Bus")
    assert "Get a link to confirm this later" in carys.get("phone/mine").text
    assert "Get a link" not in colleague.get("phone/mine").text
    assert carys.get(f"votes/{vote.id}/confirmation").status_code == 200
    room.write(days.close, room.who)
    assert "Commitments to confirm later" in carys.get("me").text
    answer = carys.does(f"votes/{vote.id}/confirmation")
    at = address_in(answer.text)
    assert room.stranger().get(at).status_code == 200
    kept = room.read(lambda session: session.exec(select(ConfirmLink)).all())
    mine = next(each for each in kept if each.vote_id == vote.id)
    assert mine.expires_on.isoformat() == day(room)
    assert at.rpartition("/")[2] not in carys.get(f"votes/{vote.id}/confirmation").text
    for person in (colleague, other):
        assert "Commitments to confirm later" not in person.get("me").text
        for answer in (
            person.get(f"votes/{vote.id}/confirmation"),
            person.post(f"votes/{vote.id}/confirmation"),
        ):
            assert answer.status_code == 403
    speak(alice, room, "Care", "Dev")
    assert colleague.get(f"votes/{vote.id}/confirmation").status_code == 200, "who speaks for it may"


def test_no_link_before_the_vote_is_closed_nor_where_there_is_no_commitment(room, alice) -> None:
    """R64: refused in words; and while it is open again, a link waits."""
    vote, carys = committed(room)
    at = link(room, alice, vote)
    alice.does(f"votes/{vote.id}/opening")
    for answer in (
        room.stranger().get(at),
        alice.get(f"votes/{vote.id}/confirmations"),
        carys.post(f"votes/{vote.id}/confirmation"),
    ):
        assert answer.status_code == 409
        assert "not closed" in answer.text
    assert "Get a link" not in carys.get("phone/mine").text
    people = room.new_vote(16, "A", "B", secrecy="named")
    secret = room.new_vote(16, "A", "B", unit="organisations")
    many = room.new_vote(16, "A", "B", "C", unit="organisations", secrecy="named", type="multiple")
    for other in (people, secret, many):
        assert alice.get(f"votes/{other.id}/confirmations").status_code == 409


def test_answers_stay_hidden_on_the_console_until_they_are_shown(room, alice) -> None:
    """R50: the list of organisations is no way around the reveal."""
    vote, _ = committed(room)
    link(room, alice, vote)
    alice.does(f"votes/{vote.id}/opening")
    alice.does(f"votes/{vote.id}/closing")
    page = alice.get(f"votes/{vote.id}/confirmations").text
    assert "Care" in page
    assert "We need to ask first" not in page
    at = link(room, alice, vote)
    room.stranger().post(at, {"option": options(room, vote)[0]}, htmx=False)
    page = alice.get(f"votes/{vote.id}/confirmations").text
    assert "Confirmed on" in page
    assert "Yes, in principle" not in page
    assert record(room, alice, vote)["confirmations"] == []


def test_a_vote_made_secret_forgets_what_was_said_by_name(room, alice) -> None:
    """R69: tightening reaches back to what came later, and to the links."""
    vote, _ = committed(room)
    at = link(room, alice, vote)
    room.stranger().post(at, {"option": options(room, vote)[0]}, htmx=False)
    room.write(secrecy.change, room.who, vote.id, "anonymous")
    assert room.stranger().get(at).status_code == 404
    assert room.read(later_answers.by_vote, [vote.id]) == {}


def test_a_confirmed_vote_may_be_made_final(room, alice) -> None:
    """R45, R64: a named vote has no key to destroy, and can still be confirmed."""
    vote, _ = committed(room)
    at = link(room, alice, vote)
    alice.does(f"votes/{vote.id}/finish")
    assert room.stranger().post(at, {"option": options(room, vote)[0]}, htmx=False).status_code == 303
    assert len(record(room, alice, vote)["confirmations"]) == 1


def test_strangers_find_nothing_behind_a_link(room, other_room, alice) -> None:
    """R24, R64: neither by a guessed secret nor by the right one under another code."""
    vote, carys = committed(room)
    at = link(room, alice, vote)
    secret = at.rpartition("/")[2]
    stranger = room.stranger()
    for path in (f"/{room.code}/confirm/guessed", f"/{other_room.code}/confirm/{secret}"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"option": "1"}, htmx=False).status_code == 404
    assert stranger.get(f"votes/{vote.id}/confirmations").status_code == 404
    lead = other_room.enter("lead")
    assert lead.get(f"/{room.code}/votes/{vote.id}/confirmations").status_code == 404
    theirs = f"votes/{vote.id}/confirmations/{elector(room, vote)}"
    elsewhere = lead.post(theirs, {"until": day(room)})
    assert elsewhere.status_code == 404
    assert carys.get(at).status_code == 200, "whoever has the link may"


def test_nobody_uses_up_what_another_link_may_send(room, alice, monkeypatch) -> None:
    """R64: browsers that come by a link show no cookie; each link is allowed so much by itself."""
    vote, _ = committed(room)
    monkeypatch.setattr(WRITES_PER_PERSON, "each_minute", 2)
    stranger = room.stranger()
    guesses = [stranger.post(f"/{room.code}/confirm/guessed").status_code for _ in range(4)]
    assert guesses == [404, 404, 429, 429]
    visitor = by_link(room, vote)
    assert visitor.post(visitor.home, {"option": options(room, vote)[0]}).status_code == 303


def test_the_secret_is_kept_nowhere(room, alice) -> None:
    """R64: only its hash is; and no log of the server has it."""
    from sqlalchemy import text

    from app.models import SQLModel

    vote, _ = committed(room)
    at = link(room, alice, vote)
    secret = at.rpartition("/")[2]

    def everything(session) -> str:
        connection = session.connection()
        return str([connection.execute(text(f"SELECT * FROM {t}")).all() for t in SQLModel.metadata.tables])

    kept = room.read(everything)
    assert room.code in kept, "else the search proves nothing"
    assert secret not in kept
    assert secret not in Redacted()._redact(f'127.0.0.1 - "GET {at} HTTP/1.1" 200')
    assert secret not in alice.get(f"votes/{vote.id}/confirmations").text


def test_the_database_holds_one_standing_confirmation(room, alice) -> None:
    """R64: a constraint, not only an if."""
    vote, _ = committed(room)
    unit, option = elector(room, vote), options(room, vote)[0]

    def twice(session) -> None:
        for _ in range(2):
            session.add(Confirmation(vote_id=vote.id, elector_id=unit, option_id=option))
            session.flush()

    with pytest.raises(IntegrityError):
        room.write(twice)


def test_the_console_finds_its_commitments_when_the_day_is_over(room, alice) -> None:
    """R64"""
    vote, _ = committed(room)
    console = alice.screen().shows("controls", "Confirm later")
    room.write(days.close, room.who)
    console.shows("controls", "Commitments to confirm later")
    assert f"/votes/{vote.id}/confirmations" in console.regions["controls"]
