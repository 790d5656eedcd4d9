"""Pads: each table's typed entries, filed under their item, on their own pad only."""

import pytest

from app.domain import pads
from app.models.base import moment
from app.models.pads import ENTRY_KINDS

pytestmark = pytest.mark.postgres


def write(person, item, text, kind="point", **more):
    return person.post(f"{person.home}/entries", {"item": item.id, "kind": kind, "text": text, **more})


def entries(room, number, item) -> list:
    from app.domain.people import tables

    table = room.read(tables.with_number, room.id, number)
    return room.read(pads.entries_by_item, table.id).get(item.id, [])


def test_an_entry_arrives_on_its_own_pads_only(room, bob) -> None:
    item = room.go_to(5)
    other = room.enter("table 2")
    second_scribe = room.enter("table 1").screen()
    own, theirs, alice = bob.screen(), other.screen(), room.enter("lead")
    console, projector = alice.screen(), room.enter("projector").screen()
    assert write(bob, item, "We trust our GP", "quote").status_code < 300
    own.shows("entries", "We trust our GP")
    second_scribe.shows("entries", "We trust our GP")
    alice.does(f"items/{item.id}", {"title_en": "What came afterwards"})
    for screen, region in ((theirs, "now"), (console, "controls"), (projector, "stage")):
        screen.shows(region, "What came afterwards")
        assert not any("We trust our GP" in html for html in screen.regions.values())


@pytest.mark.parametrize("kind", ENTRY_KINDS)
def test_every_type_of_entry(room, bob, kind) -> None:
    item = room.go_to(7)
    write(bob, item, f"One {kind}", kind)
    assert [(entry.kind, entry.text) for entry in entries(room, 1, item)] == [(kind, f"One {kind}")]


def test_a_late_line_goes_under_the_item_it_was_written_for(room, alice, bob) -> None:
    item = room.go_to(5)
    alice.does(f"items/{item.id}/leaving")
    assert write(bob, item, "Finished after the gong").status_code < 300
    assert [entry.text for entry in entries(room, 1, item)] == ["Finished after the gong"]


def test_a_repeated_delivery_is_one_entry(room, bob) -> None:
    """R75 for pads: the same key again has no second effect; with other words it is refused."""
    item = room.go_to(5)
    for _ in range(3):
        assert write(bob, item, "Once", key="a" * 32).status_code < 300
    assert len(entries(room, 1, item)) == 1
    assert write(bob, item, "Twice", key="a" * 32).status_code == 409


def test_an_older_change_arriving_late_has_no_effect(room, bob) -> None:
    item = room.go_to(5)
    at = int(moment().timestamp() * 1000)
    write(bob, item, "First", sequence=at - 500)
    (entry,) = entries(room, 1, item)
    for text, key, sequence in (("Third", "b" * 32, at), ("Second", "c" * 32, at - 200)):
        body = {"kind": "action", "text": text, "key": key, "sequence": sequence}
        assert bob.post(f"{bob.home}/entries/{entry.id}", body).status_code < 300
    assert [(each.text, each.kind) for each in entries(room, 1, item)] == [("Third", "action")]


def test_striking_and_restoring(room, bob) -> None:
    item = room.go_to(5)
    write(bob, item, "Struck")
    (entry,) = entries(room, 1, item)
    bob.does(f"{bob.home}/entries/{entry.id}/removal")
    assert entries(room, 1, item)[0].removed_at
    bob.does(f"{bob.home}/entries/{entry.id}/restoring")
    assert entries(room, 1, item)[0].removed_at is None
    other = room.enter("table 2")
    assert other.post(f"{other.home}/entries/{entry.id}/removal").status_code == 404


@pytest.mark.parametrize("text", ["", " ", "x" * 501])
def test_empty_and_overlong_entries_are_refused(room, bob, text) -> None:
    assert write(bob, room.go_to(5), text).status_code == 422


def test_an_unknown_type_is_refused(room, bob) -> None:
    assert write(bob, room.go_to(5), "x", "shout").status_code == 422


def test_a_closed_day_takes_no_more_lines(room, alice, bob) -> None:
    item = room.go_to(5)
    alice.does("day/closing")
    assert "closed" in write(bob, item, "Too late").text


def test_the_console_sees_how_much_each_table_wrote(room, bob) -> None:
    console = room.enter("lead").screen()
    item = room.go_to(5)
    for n in range(3):
        write(bob, item, f"Line {n}")
    console.wait(lambda seen: "3" in seen.text("room").split("Table 1")[1].split("Table 2")[0], "three lines")
