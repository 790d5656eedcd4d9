"""The running order as it is led: planned times, the clock, moving on and back, and taking it back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain import changes, log, undo
from app.domain.agenda import clocks, plan, running_order, time_control
from app.domain.notes import walls
from app.domain.stage import agenda_overview
from app.domain.who import Who
from app.errors import Refused
from app.models import Item, Workshop
from app.models.base import moment
from tests.cast import log_replay

STARTS = (
    "09:30 10:00 10:10 10:35 10:45 11:30 11:45 12:20 12:40 12:50"
    " 13:30 13:40 14:25 14:55 15:10 15:45 16:05 16:20"
)


def a_workshop(**changes) -> Workshop:
    return Workshop(**{"code": "ABCDEF", "title_en": "A day", "day": date(2026, 9, 26), **changes})


def an_item(position: int, minutes: int, locked: str | None = None, **changes) -> Item:
    about = {
        "id": position,
        "position": position,
        "minutes": minutes,
        "locked_start": locked,
        "title_en": "An item",
    }
    return Item(workshop_id=1, session_id=1, kind="talk", **{**about, **changes})


def test_the_template_runs_as_printed(room) -> None:
    """R11: start = previous start + minutes unless locked; the day of the template, 09:30 to 16:30."""
    order = room.read(agenda_overview.read, room.id)
    local = [plan.local_time(line.planned.start, "Europe/London").strftime("%H:%M") for line in order.lines]
    assert local == STARTS.split()
    assert plan.local_time(order.end, "Europe/London").strftime("%H:%M") == "16:30"
    assert {line.item.kind for line in order.lines} == {"talk", "break", "table", "vote", "wall"}
    assert [line.session.name_en for line in order.lines].count(order.lines[0].session.name_en) < 18


def test_a_locked_start_waits_and_shows_a_clash() -> None:
    """R11: a locked start stays where it is; what is short of it is a gap, what reaches past it a clash."""
    items = [an_item(1, 30, "09:30"), an_item(2, 20, "10:10"), an_item(3, 60), an_item(4, 10, "11:00")]
    planned = plan.planned_times(a_workshop(), items)
    assert planned[2].gap == timedelta(minutes=10)
    assert planned[3].start - planned[1].start == timedelta(minutes=60)
    assert planned[4].clash == timedelta(minutes=30)
    assert planned[4].start == plan.instant_of(date(2026, 9, 26), "11:00", "Europe/London")


def test_times_are_of_the_workshops_own_zone() -> None:
    winter, summer = date(2026, 1, 10), date(2026, 7, 10)
    assert plan.instant_of(winter, "09:30", "Europe/London") == datetime(2026, 1, 10, 9, 30, tzinfo=UTC)
    assert plan.instant_of(summer, "09:30", "Europe/London") == datetime(2026, 7, 10, 8, 30, tzinfo=UTC)


def test_a_rehearsal_shrinks_the_day_with_its_locked_starts() -> None:
    items = [an_item(1, 30, "09:30"), an_item(2, 20), an_item(3, 40, "10:30")]
    planned = plan.planned_times(a_workshop(speed=60), items)
    assert planned[2].start - planned[1].start == timedelta(seconds=30)
    assert planned[3].start - planned[1].start == timedelta(seconds=60)


def test_the_next_item_is_expected_when_the_clock_runs_out_and_never_before_its_locked_start() -> None:
    now = datetime(2026, 9, 26, 12, tzinfo=UTC)
    running = an_item(1, 10, clock_state="running", clock_ends_at=now + timedelta(minutes=7))
    start = now + timedelta(minutes=30)
    planned = plan.PlannedTime(start, start + timedelta(minutes=5), timedelta(), timedelta())
    for then, minutes in ((an_item(2, 5), 7), (an_item(2, 5, "13:30"), 30)):
        expected = clocks.expected_start(a_workshop(), running, then, planned, now)
        assert expected == now + timedelta(minutes=minutes)


def test_starting_late_from_now_moves_the_plan(room, alice) -> None:
    """R22: "from now" begins the plan at this moment, even in the evening."""
    alice.does("day/start", {"from": "now"})
    first = room.read(agenda_overview.read, room.id).lines[0]
    assert abs(first.planned.start - moment()) < timedelta(seconds=5)
    assert clocks.time_left(first.item, first.item and room.read(room.workshop), moment()) > timedelta(
        minutes=29
    )


def test_starting_from_the_scheduled_time_keeps_the_plan(room, alice) -> None:
    """R22: "from scheduled time" leaves the plan; the first clock stands where the schedule has it."""
    before = room.read(agenda_overview.read, room.id).lines[0].planned
    alice.does("day/start", {"from": "schedule"})
    first = room.read(agenda_overview.read, room.id).lines[0]
    assert first.planned.start == before.start
    assert first.item.clock_ends_at == before.start + timedelta(minutes=30)
    assert alice.post("day/start").status_code == 409


def test_the_clock_pauses_resumes_and_takes_minutes(room, alice) -> None:
    """R16: +1/+5/−1, pause and resume; after a pause what remains differs by at most a second."""
    item = room.go_to(2)
    before = clocks.time_left(room.items()[1], room.read(room.workshop), moment())
    alice.does(f"items/{item.id}/clock/pause")
    paused = room.items()[1]
    assert paused.clock_state == "paused"
    assert abs(timedelta(milliseconds=paused.clock_left_ms) - before) < timedelta(seconds=1)
    for minutes, sum_ in ((1, 1), (5, 6), (-1, 5)):
        alice.does(f"items/{item.id}/clock/minutes", {"minutes": minutes})
        assert room.items()[1].clock_left_ms == paused.clock_left_ms + sum_ * 60_000
    alice.does(f"items/{item.id}/clock/start")
    left = clocks.time_left(room.items()[1], room.read(room.workshop), moment())
    assert abs(left - timedelta(milliseconds=paused.clock_left_ms, minutes=5)) < timedelta(seconds=1)
    assert alice.post(f"items/{item.id}/clock/minutes", {"minutes": 600}).status_code == 422


def test_nothing_closes_or_advances_by_itself(room) -> None:
    """R14: at zero the clock counts the over-run upward, and the item stays."""
    item = room.go_to(2)

    def overrun(session) -> None:
        row = session.get(Item, item.id)
        row.clock_ends_at = moment() - timedelta(minutes=3)
        session.add(row)

    room.write(overrun)
    current = room.read(running_order.current_item, room.id)
    assert current.id == item.id
    left = clocks.time_left(current, room.read(room.workshop), moment())
    assert timedelta(minutes=-4) < left <= timedelta(minutes=-3)
    room.write(time_control.pause_clock, room.who, item.id)
    assert room.items()[1].clock_left_ms <= -180_000


def test_back_restores_the_item_with_its_clock(room, alice) -> None:
    """R28: going back re-opens the item before with the clock at the value it had."""
    second = room.go_to(2)
    alice.does(f"items/{second.id}/clock/minutes", {"minutes": 5})
    at_leaving = clocks.time_left(room.items()[1], room.read(room.workshop), moment())
    alice.does(f"items/{second.id}/leaving")
    third = room.read(running_order.current_item, room.id)
    assert third.position == 3
    alice.does(f"items/{third.id}/return")
    again = room.read(running_order.current_item, room.id)
    assert again.id == second.id
    assert again.ended_at is None
    assert again.started_at == second.started_at
    assert abs(clocks.time_left(again, room.read(room.workshop), moment()) - at_leaving) < timedelta(
        seconds=2
    )


def test_a_double_tap_skips_no_item(room, alice) -> None:
    """A stale page or a double tap is told that the room has moved on, and nothing happens."""
    first = room.go_to(1)
    alice.does(f"items/{first.id}/leaving")
    late = alice.post(f"items/{first.id}/leaving")
    assert late.status_code == 409
    assert "already moved on" in late.text
    assert room.read(running_order.current_item, room.id).position == 2


def test_the_first_and_the_last_item_are_the_ends(room, alice) -> None:
    first = room.go_to(1)
    assert alice.post(f"items/{first.id}/return").status_code == 409
    last = room.go_to(18)
    assert "last item" in alice.post(f"items/{last.id}/leaving").text


def test_only_one_item_is_current_whatever_the_order(room) -> None:
    """The constraint in the database holds for moves forward, backward and across the day."""
    for position in (1, 5, 3, 18, 2):
        room.go_to(position)
        assert [item.position for item in room.items() if item.state == "current"] == [position]


@pytest.mark.parametrize("position", [3, 12])
def test_an_advance_can_be_undone(room, alice, position) -> None:
    """R29: for at least ten seconds an advance can be taken back, with the clock as it was."""
    left = room.go_to(position)
    alice.does(f"items/{left.id}/leaving")
    offered = room.read(undo.latest, room.id)
    assert offered.what == "moved on"
    alice.does(f"undo/{offered.id}")
    current = room.read(running_order.current_item, room.id)
    assert current.id == left.id
    assert current.clock_state == "running"
    assert room.items()[position].started_at is None
    assert alice.post(f"undo/{offered.id}").status_code == 409
    lines = [line.what for line in room.read(log.lines, room.id)]
    assert "undo moved on" in lines, "the undo itself is logged"


def test_undo_is_offered_for_ten_seconds_at_least_and_not_for_ever(room, alice) -> None:
    """R29"""
    item = room.go_to(2)
    alice.does(f"items/{item.id}/clock/pause")
    kept = room.read(undo.latest, room.id)
    assert timedelta(seconds=10) <= undo.OFFERED
    assert room.read(undo.latest, room.id, kept.made_at + timedelta(seconds=10)).id == kept.id
    assert room.read(undo.latest, room.id, kept.made_at + timedelta(minutes=1)) is None


def test_an_overtaken_undo_touches_nothing(room, alice) -> None:
    item = room.go_to(2)
    alice.does(f"items/{item.id}/clock/pause")
    paused = room.read(undo.latest, room.id)
    alice.does(f"items/{item.id}/clock/minutes", {"minutes": 5})
    refused = alice.post(f"undo/{paused.id}")
    assert refused.status_code == 409
    assert "changed since" in refused.text
    assert room.items()[1].clock_state == "paused"


def test_an_edit_is_checked_and_undoable(room, alice) -> None:
    item = room.items()[4]
    fields = {
        "title_en": "Another title",
        "title_cy": "Teitl arall",
        "minutes": "50",
        "locked_start": "10:50",
    }
    alice.does(f"items/{item.id}", {**fields, "instruction_en": "Read.\n\nRate.", "instruction_cy": ""})
    edited = room.items()[4]
    assert (edited.title_en, edited.minutes, edited.locked_start) == ("Another title", 50, "10:50")
    assert edited.instruction_en == "Read.\n\nRate."
    for wrong in ({"minutes": "many"}, {"minutes": "-1"}, {"locked_start": "25:99"}, {"title_en": "  "}):
        assert alice.post(f"items/{item.id}", wrong).status_code == 422
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert room.items()[4].title_en == item.title_en


def test_the_day_closes_and_opens_again_where_it_was(room, alice) -> None:
    item = room.go_to(7)
    alice.does("day/closing")
    assert room.read(running_order.current_item, room.id) is None
    assert "closed" in alice.post(f"items/{item.id}/leaving").text
    alice.does("day/opening")
    assert room.read(running_order.current_item, room.id).id == item.id


def test_the_agenda_can_be_rebuilt_from_the_log(room, alice) -> None:
    """R31: the rows equal what the log alone tells of them, through moves, edits and undo."""
    item = room.go_to(3)
    alice.does(f"items/{item.id}/clock/minutes", {"minutes": 5})
    alice.does(f"items/{item.id}/leaving")
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    alice.does(f"items/{room.items()[8].id}", {"title_en": "Renamed", "minutes": "12"})
    alice.does(f"items/{item.id}/clock/pause")
    told = room.read(log_replay.rows, room.id, "item")
    assert len(told) == 18
    for row in room.items():
        stored = {name: changes.plain(getattr(row, name)) for name in told[row.id]}
        assert told[row.id] == stored


def test_every_line_says_who_what_when_and_which(room, alice) -> None:
    """R31"""
    item = room.go_to(2)
    alice.does(f"items/{item.id}/clock/pause")
    line = room.read(log.lines, room.id)[-1]
    assert (line.role, line.what, line.row_kind, line.row_id) == ("lead", "clock paused", "item", item.id)
    assert abs(line.at - moment()) < timedelta(seconds=5)


def test_another_workshops_item_is_not_found(room, other_room) -> None:
    theirs = other_room.items()[0]
    with pytest.raises(Refused) as refused:
        room.write(time_control.add_time, Who(room.id, room.code, "lead"), theirs.id, 1)
    assert refused.value.code in ("not_found", "day_not_started")


def test_only_what_is_open_is_called_open(room, alice) -> None:
    """Of two walls one open, then both: an item's line in the running order."""
    item, console = room.go_to(12), alice.screen()
    alice.does(f"items/{item.id}/walls", {"prompt_en": "What did you not understand?"})
    first, second = room.read(walls.walls_of_item, item.id)
    alice.does(f"walls/{first.id}/opening")
    console.shows("order", "2 walls (1 open)")
    alice.does(f"walls/{second.id}/opening")
    console.shows("order", "2 walls open")
    alice.does(f"walls/{first.id}/closing")
    console.shows("order", "2 walls (1 open)")
