"""Count sheets (R56): a table's paper counted by hand, limited to who may answer there and is not counted."""

import pytest
from sqlmodel import select

from app.domain import log
from app.domain.people import attendance, participants
from app.models import CountSheet
from tests.cast.ballots import cast, counts, options
from tests.cast.paper_ballots import (
    OPTIONS,
    code_of,
    enter,
    enter_sheet,
    log_lines,
    numbers_of,
    opened,
    words,
)


@pytest.fixture
def four(room):
    """Three at table 1, one at table 2."""
    return [room.join(f"P{n}", table=1 if n < 3 else 2) for n in range(4)]


def test_a_sheet_counts_beside_phones_and_papers(room, alice, bob, four) -> None:
    vote = opened(room)
    cast(four[3], vote, options(room, vote)[2])
    enter(alice, vote, code=code_of(four[0]), option=options(room, vote)[0])
    answer = enter_sheet(bob, room, vote, 2, 1, 1)
    assert answer.status_code == 200
    assert "0 paper ballots, 1 count sheet" in words(answer), "a scribe sees their own"
    assert "1 paper ballot, 1 count sheet" in words(alice.get(f"votes/{vote.id}/papers"))
    assert "Count sheet of table 1, 2 ballots" in words(alice.get(f"votes/{vote.id}/papers"))
    assert counts(room, vote) == [2, 1, 1]
    assert numbers_of(room, vote) == (1, 3)
    (line,) = log_lines(room, "count sheet entered")
    assert (line.role, line.changes["note"]) == ("scribe", {"table": 1, "ballots": 2, "in_all": 4})


@pytest.mark.postgres
def test_a_scribes_sheet_is_of_their_own_table(room, bob, four) -> None:
    vote = opened(room)
    enter_sheet(bob, room, vote, 1, 1, table="2")
    assert "Table 1" in bob.get(f"votes/{vote.id}/sheet").text
    assert "Table 2" not in bob.get(f"votes/{vote.id}/sheet").text
    assert [line.changes["note"]["table"] for line in log_lines(room, "count sheet entered")] == [1]


@pytest.mark.parametrize("heard", ["phone", "paper"])
def test_those_counted_already_leave_less_for_the_sheet(room, alice, four, heard) -> None:
    vote = opened(room)
    first = options(room, vote)[0]
    if heard == "phone":
        cast(four[0], vote, first)
    else:
        enter(alice, vote, code=code_of(four[0]), option=first)
    refused = enter_sheet(alice, room, vote, 3, 3, table="1")
    assert refused.status_code == 409
    assert "who may answer and have not done so otherwise is 2." in words(refused)
    assert counts(room, vote) == [1, 0, 0]
    assert len(log_lines(room, "count sheet refused")) == 1
    assert enter_sheet(alice, room, vote, 2, 2, table="1").status_code == 200
    assert counts(room, vote) == [3, 0, 0]


def test_who_has_left_is_on_no_sheet(room, alice, four) -> None:
    vote = opened(room)
    person = next(p for t in room.read(attendance.by_table, room.id) for p in t.people if p["name"] == "P0")
    room.write(participants.remove, room.who, person["id"])
    assert enter_sheet(alice, room, vote, 3, 3, table="1").status_code == 409
    assert enter_sheet(alice, room, vote, 2, 2, table="1").status_code == 200


def test_a_sheet_never_goes_above_the_electorate(room, alice, four) -> None:
    """Ballots without a code count against the whole room."""
    vote = opened(room)
    for serial in ("1", "2"):
        enter(alice, vote, serial=serial, option=options(room, vote)[0])
    refused = enter_sheet(alice, room, vote, 3, 3, table="1")
    assert "4 may answer and 2 answers are in, so 3 more cannot be right" in refused.text
    assert enter_sheet(alice, room, vote, 2, 2, table="1").status_code == 200
    assert enter(alice, vote, serial="3", option=options(room, vote)[0]).status_code == 409
    assert numbers_of(room, vote) == (0, 4)


@pytest.mark.postgres
def test_a_full_sheet_leaves_no_room_for_a_paper_from_that_table(room, alice, four) -> None:
    vote = opened(room)
    enter_sheet(alice, room, vote, 3, 3, table="1")
    refused = enter(alice, vote, code=code_of(four[0]), option=options(room, vote)[0])
    assert refused.status_code == 409
    assert "The count sheet of table 1 has 3 ballots" in refused.text
    assert enter(alice, vote, code=code_of(four[3]), option=options(room, vote)[0]).status_code == 200


def test_who_is_on_a_full_sheet_does_not_answer_by_phone_too(room, alice, four) -> None:
    """R55: nobody counts twice; the phone is told so, and the facilitator too, who can correct the sheet."""
    vote = opened(room)
    first, second, _ = options(room, vote)
    cast(four[0], vote, first)
    enter_sheet(alice, room, vote, 2, 2, table="1")
    refused = cast(four[1], vote, second)
    assert refused.status_code == 409
    assert "The count sheet of table 1 has 2 ballots: everybody there, you too" in refused.text
    assert counts(room, vote) == [3, 0, 0]
    (line,) = log_lines(room, "answer refused")
    assert line.changes["note"] == {"table": 1, "ballots": 2}
    assert "Refused, because more cannot have answered" in words(alice.get(f"votes/{vote.id}/papers"))
    assert cast(four[0], vote, second).status_code == 200, "who has answered may change it"
    assert cast(four[3], vote, second).status_code == 200, "another table is not on it"
    enter_sheet(alice, room, vote, 1, 1, table="1", on_conflict="replace")
    assert cast(four[1], vote, second).status_code == 200
    assert counts(room, vote) == [1, 3, 0]


def test_a_second_sheet_asks_before_it_replaces(room, alice, four) -> None:
    vote = opened(room)
    enter_sheet(alice, room, vote, 3, 3, table="1")
    asked = enter_sheet(alice, room, vote, 2, 0, 2, table="1")
    assert "A count sheet of this table was entered at" in words(asked)
    assert counts(room, vote) == [3, 0, 0]
    enter_sheet(alice, room, vote, 2, 0, 2, table="1", on_conflict="discard")
    assert counts(room, vote) == [3, 0, 0]
    enter_sheet(alice, room, vote, 3, 0, 3, table="1", on_conflict="replace")
    assert counts(room, vote) == [0, 3, 0]
    sheets = room.read(lambda s: s.exec(select(CountSheet).where(CountSheet.vote_id == vote.id)).all())
    assert [bool(sheet.replaced_at) for sheet in sheets] == [True, False]
    assert len(log_lines(room, "count sheet discarded")) == 1


def test_a_sheet_taken_back_no_longer_counts(room, alice, bob, four) -> None:
    vote = opened(room)
    enter_sheet(alice, room, vote, 2, 2, table="1")
    sheet = room.read(lambda s: s.exec(select(CountSheet).where(CountSheet.vote_id == vote.id)).one())
    assert bob.post(f"votes/{vote.id}/sheets/{sheet.id}/withdrawal").status_code == 404
    for _ in range(2):
        alice.does(f"votes/{vote.id}/sheets/{sheet.id}/withdrawal")
    assert numbers_of(room, vote) == (0, 0)
    assert len(log_lines(room, "count sheet withdrawn")) == 1
    other = opened(room)
    assert alice.post(f"votes/{other.id}/sheets/{sheet.id}/withdrawal").status_code == 404


def test_three_deliveries_of_a_sheet_count_once(room, alice, four) -> None:
    """R47"""
    vote = opened(room)
    for _ in range(3):
        answer = enter_sheet(alice, room, vote, 2, 1, 1, table="1", key="a" * 32)
        assert "Entered: it counts." in answer.text
    assert counts(room, vote) == [1, 1, 0]
    assert enter_sheet(alice, room, vote, 2, 2, table="1", key="a" * 32).status_code == 409


@pytest.mark.parametrize(
    ("kind", "settings", "ballots_", "lines", "fine"),
    [
        ("single", {}, 3, (2, 1, 0), True),
        ("single", {}, 3, (2, 0, 0), False),
        ("single", {}, 3, (2, 2, 0), False),
        ("single", {}, 0, (0, 0, 0), False),
        ("yes_no", {}, 3, (1, 1, 1), True),
        ("yes_no", {}, 3, (3, 1), False),
        ("multiple", {"most": "2"}, 3, (3, 3, 0), True),
        ("multiple", {"most": "2"}, 3, (3, 2, 2), False),
        ("multiple", {"most": "2"}, 3, (4, 1, 0), False),
        ("multiple", {"least": "2", "most": "3"}, 3, (3, 2, 0), False),
        ("multiple", {"least": "2", "most": "3"}, 3, (3, 3, 3), True),
        ("dots", {"most": "3"}, 3, (9, 0, 0), True),
        ("dots", {"most": "3"}, 3, (9, 1, 0), False),
        ("dots", {"most": "3", "per_option": "2"}, 3, (7, 0, 0), False),
        ("dots", {"most": "3", "per_option": "2"}, 3, (6, 3, 0), True),
        ("dots", {"most": "3"}, 3, (2, 0, 0), False),
    ],
)  # fmt: skip
def test_the_lines_of_a_sheet_add_up(room, alice, four, kind, settings, ballots_, lines, fine) -> None:
    vote = opened(room, *OPTIONS, type=kind, **settings)
    answer = enter_sheet(alice, room, vote, ballots_, *lines, table="1")
    assert answer.status_code == (200 if fine else 422), words(answer)
    assert counts(room, vote)[:3] == (list(lines) if fine else [0, 0, 0])
    assert numbers_of(room, vote) == (0, ballots_ if fine else 0)


@pytest.mark.parametrize("wrong", [{"table": "99"}, {"table": ""}, {"ballots": "-1"}, {"ballots": "two"}])
def test_a_sheet_that_says_nonsense_is_refused(room, alice, four, wrong) -> None:
    vote = opened(room)
    fields = {"table": "1", "ballots": "1", f"n_{options(room, vote)[0]}": "1", **wrong}
    assert alice.post(f"votes/{vote.id}/sheet", fields).status_code == 422
    fields = {"table": "1", "ballots": "1", "n_999999": "1"}
    assert alice.post(f"votes/{vote.id}/sheet", fields).status_code == 422


@pytest.mark.parametrize("kind", ["points", "rank", "gradients", "comfort", "estimate", "text"])
def test_other_types_have_no_sheet(room, alice, four, kind) -> None:
    vote = opened(room, *OPTIONS, type=kind)
    assert "Enter a count sheet" not in alice.get(f"votes/{vote.id}/paper").text
    assert "does not fit this vote" in alice.get(f"votes/{vote.id}/sheet").text
    assert enter_sheet(alice, room, vote, 1, 1, table="1").status_code == 409


def test_the_log_counts_a_shown_result_as_the_screens_do(room, alice, four) -> None:
    """R56: with the ballots on sheets, in the log and in the record made of it."""
    vote = opened(room)
    assert cast(four[0], vote, options(room, vote)[0]).status_code == 200
    assert enter_sheet(alice, room, vote, 2, 1, 1, table="1").status_code < 300
    for step in ("closing", "reveal"):
        alice.does(f"votes/{vote.id}/{step}")
    room.enter("projector").screen().shows("tally", "3 of 4 answered")
    (line,) = [line for line in room.read(log.lines, room.id) if line.what == "result shown"]
    assert line.changes == {"note": {"ballots": 3}}
    mine = next(each for each in alice.get("record.json").json()["votes"] if each["vote"] == vote.id)
    assert [showing["ballots"] for showing in mine["showings"]] == [3]
