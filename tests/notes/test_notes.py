"""Walls and notes: private until released, then shared, clustered, hidden, merged and taken back."""

import re
import threading

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from app.domain import changes, log, undo
from app.domain.notes import boards, clusters, wall_states, walls
from app.models import Cluster, Note, Wall
from app.models.base import moment
from tests.cast import log_replay

pytestmark = pytest.mark.postgres


@pytest.fixture
def wall(room) -> Wall:
    """The wall of item 12, with the room in it, as a draft."""
    item = room.go_to(12)
    return room.read(walls.walls_of_item, item.id)[0]


@pytest.fixture
def open_wall(room, wall) -> Wall:
    room.write(wall_states.open, room.who, wall.id)
    return wall


@pytest.fixture
def released(room, open_wall) -> Wall:
    room.write(wall_states.release, room.who, open_wall.id)
    return open_wall


def write(person, wall, text, key="", **more):
    return person.post(f"walls/{wall.id}/notes", {"text": text, "key": key, **more})


def rows(room, wall) -> list[Note]:
    return room.read(lambda s: list(s.exec(select(Note).where(Note.wall_id == wall.id).order_by(Note.id))))


def board(room, wall) -> boards.Board:
    return room.read(lambda s: boards.board_of(s, s.get(Wall, wall.id)))


def take_back(room, alice) -> None:
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")


def test_notes_are_private_until_released_then_all_at_once(room, alice, open_wall) -> None:
    """R74: before the release a note is on no other screen; then one action shows all."""
    carys, dev = room.join("Carys"), room.join("Dev")
    projector, console, phone = room.enter("projector").screen(), alice.screen(), dev.screen()
    for n in range(3):
        assert write(carys, open_wall, f"Idea number {n}").status_code == 200
    console.shows("written", "3")
    pages = (projector.regions, console.regions, phone.regions, {"": dev.get("phone/mine").text})
    assert not any("Idea number" in html for regions in pages for html in regions.values())
    assert "Idea number 2" in carys.get("phone/mine").text, "their author sees them"
    alice.does(f"walls/{open_wall.id}/release")
    for n in range(3):
        projector.shows("wall", f"Idea number {n}")
        console.shows("board", f"Idea number {n}")
    write(dev, open_wall, "Written afterwards")
    projector.shows("wall", "Written afterwards")


def test_a_note_keeps_its_own_time_and_is_delivered_once(room, open_wall) -> None:
    """R75: typed offline, delivered later, three times over: one note, with both times."""
    carys = room.join("Carys")
    typed = int(moment().timestamp() * 1000) - 90_000
    for _ in range(3):
        answer = write(carys, open_wall, "Kept on the train", "a" * 32, sequence=typed, written_at=typed)
        assert answer.status_code == 200
    (note,) = rows(room, open_wall)
    assert int(note.written_at.timestamp() * 1000) == typed
    assert (note.received_at - note.written_at).total_seconds() > 80
    assert write(carys, open_wall, "Other words", "a" * 32).status_code == 409


def test_a_double_tap_without_javascript_is_one_note(room, open_wall) -> None:
    carys = room.join("Carys")
    for _ in range(2):
        assert carys.post(f"walls/{open_wall.id}/notes", {"text": "Once"}, htmx=False).status_code == 303
    assert len(rows(room, open_wall)) == 1


def test_a_note_holds_where_it_came_from(room, open_wall) -> None:
    """R77: text, table, round, language and status."""
    dilys = room.join("Dilys", table=3, language="cy")
    write(dilys, open_wall, "  Mae’r  syniad\tyn dda ")
    (note,) = rows(room, open_wall)
    assert (note.text, note.language, note.round, note.released_at) == ("Mae’r syniad yn dda", "cy", 1, None)
    room.write(wall_states.release, room.who, open_wall.id)
    assert board(room, open_wall).parked.notes[0].tables == [3]


def test_identical_notes_merge_keeping_every_submitter(room, alice, released) -> None:
    """R77: shown once with the count; each row, and so each submitter, stays."""
    for name, table in (("Carys", 1), ("Dev", 2), ("Eli", 2)):
        write(
            room.join(name, table=table),
            released,
            "Show the benefits" if name != "Eli" else "show the BENEFITS",
        )
    alice.does(f"walls/{released.id}/merging")
    shown = board(room, released).parked.notes
    assert [(each.count, each.tables) for each in shown] == [(3, [1, 2])]
    assert len({note.author_id for note in rows(room, released)}) == 3
    take_back(room, alice)
    assert len(board(room, released).parked.notes) == 3


def test_a_second_merge_counts_everybody(room, alice, released) -> None:
    """R77: a note merged into one that is merged in turn still counts."""
    for n in range(2):
        write(room.join(f"P{n}"), released, "The same")
    alice.does(f"walls/{released.id}/merging")
    write(room.join("Another"), released, "the same")
    first, *_ = rows(room, released)
    alice.does(f"notes/{first.id}/place", {"cluster": "new"})
    alice.does(f"walls/{released.id}/merging")
    shown = [
        each
        for group in (*board(room, released).groups, board(room, released).parked)
        for each in group.notes
    ]
    assert [each.count for each in shown] == [3]


@pytest.mark.parametrize("text", ["", "   ", "\u0000\u0007", "x" * 281])
def test_empty_and_overlong_notes_are_refused(room, open_wall, text) -> None:
    answer = write(room.join("Carys"), open_wall, text)
    assert answer.status_code == 422
    assert rows(room, open_wall) == []


def test_the_database_refuses_an_overlong_note_too(room, open_wall) -> None:
    with pytest.raises(IntegrityError):
        room.write(lambda s: s.add(Note(workshop_id=room.id, wall_id=open_wall.id, text="x" * 281)))


def test_control_characters_do_not_survive(room, open_wall) -> None:
    write(room.join("Carys"), open_wall, "Tidy\x00 \x1b[31mthis\u202e up\r\nplease")
    assert rows(room, open_wall)[0].text == "Tidy [31mthis up please"


def test_a_closed_wall_takes_no_notes_and_names_the_time(room, alice, open_wall) -> None:
    carys = room.join("Carys")
    alice.does(f"walls/{open_wall.id}/closing")
    refused = write(carys, open_wall, "Too late")
    assert refused.status_code == 409
    assert "Writing closed at" in refused.text
    take_back(room, alice)
    assert write(carys, open_wall, "In time").status_code == 200


def test_a_private_note_can_be_taken_back_by_its_author_only(room, open_wall) -> None:
    carys, dev = room.join("Carys"), room.join("Dev")
    write(carys, open_wall, "Not this")
    (note,) = rows(room, open_wall)
    assert dev.post(f"notes/{note.id}/withdrawal").status_code == 404
    assert carys.post(f"notes/{note.id}/withdrawal").status_code == 200
    room.write(wall_states.release, room.who, open_wall.id)
    assert board(room, open_wall).parked.notes == []


def test_undoing_a_release_loses_no_note(room, alice, open_wall) -> None:
    carys = room.join("Carys")
    projector = room.enter("projector").screen()
    write(carys, open_wall, "First")
    alice.does(f"walls/{open_wall.id}/release")
    projector.shows("wall", "First")
    take_back(room, alice)
    projector.hides("wall", "First")
    assert [note.released_at for note in rows(room, open_wall)] == [None]


def task(phone) -> str:
    return re.search(r'data-task="([^"]+)"', phone.regions["now"])[1]


def test_hiding_takes_a_note_off_every_screen_and_restoring_brings_it_back(room, alice, released) -> None:
    """R90: kept, restorable, with its reason; off every screen, also a frozen one; its writer is told."""
    carys = room.join("Carys")
    write(carys, released, "An unkind thing")
    phone = carys.screen()
    tasks = [task(phone)]

    def told(words: str) -> None:
        """The phone hears that it has to ask again (as personal-slot.js does), and then reads this."""
        phone.wait(lambda screen: task(screen) not in tasks, "another task")
        tasks.append(task(phone))
        assert words in carys.get("phone/mine").text

    projector, console = room.enter("projector"), alice.screen()
    screen = projector.screen().shows("wall", "An unkind thing")
    link = int(projector.home.rsplit("/", 1)[1])
    alice.does(f"projectors/{link}/freeze", {"on": "true"})
    (note,) = rows(room, released)
    alice.does(f"notes/{note.id}/hiding", {"reason": "abuse"})
    screen.hides("wall", "An unkind thing")
    told("Taken off the wall")
    assert "An unkind thing" not in projector.get(projector.home).text
    assert rows(room, released)[0].hidden_reason == "abuse"
    console.shows("board", "An unkind thing")
    alice.does(f"notes/{note.id}/restoring")
    screen.shows("wall", "An unkind thing")
    told("On the wall")
    take_back(room, alice)
    screen.hides("wall", "An unkind thing")
    told("Taken off the wall")


@pytest.mark.parametrize("way", ["menu", "drag"])
def test_the_menu_and_the_pointer_do_the_same(room, alice, released, way) -> None:
    """R78: "Move to…" and dragging are one request; only the pointer names a place."""
    write(room.join("Carys"), released, "A note")
    (note,) = rows(room, released)
    alice.does(f"walls/{released.id}/clusters")
    cluster = board(room, released).groups[0].cluster
    alice.does(
        f"notes/{note.id}/place", {"cluster": cluster.id, **({"position": 0} if way == "drag" else {})}
    )
    assert [shown.note.id for shown in board(room, released).groups[0].notes] == [note.id]
    assert rows(room, released)[0].place == 0
    alice.does(f"notes/{note.id}/place", {"cluster": ""})
    assert board(room, released).parked.notes[0].note.id == note.id


def test_a_drop_between_two_notes_stays_there(room, alice, released) -> None:
    carys = room.join("Carys")
    for text in "ABC":
        write(carys, released, text)
    alice.does(f"walls/{released.id}/clusters")
    cluster = board(room, released).groups[0].cluster
    a, b, c = (note.id for note in rows(room, released))
    for note, position in ((a, 0), (b, 1), (c, 1)):
        alice.does(f"notes/{note}/place", {"cluster": cluster.id, "position": position})
    assert [shown.note.text for shown in board(room, released).groups[0].notes] == ["A", "C", "B"]


def test_two_moves_of_one_note_end_in_one_place_on_every_screen(room, alice, released) -> None:
    """R79: the last move wins, and both are in the log."""
    write(room.join("Carys"), released, "Wanted by two")
    (note,) = rows(room, released)
    for _ in range(2):
        alice.does(f"walls/{released.id}/clusters")
    first, second = (group.cluster.id for group in board(room, released).groups)
    threads = [
        threading.Thread(target=person.post, args=(f"notes/{note.id}/place", {"cluster": cluster}))
        for person, cluster in ((alice, first), (alice, second))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    groups = board(room, released).groups
    assert sum(len(group.notes) for group in groups) == 1
    moves = [line for line in room.read(log.lines, room.id) if line.what == "note moved"]
    assert len(moves) == 2
    assert moves[-1].changes["cluster_id"] == rows(room, released)[0].cluster_id


def test_symbol_first_title_later(room, alice, released) -> None:
    """R80: each cluster has a symbol of its own at once; the title may come later, in any length of words."""
    projector = room.enter("projector").screen()
    carys = room.join("Carys")
    for text in "ABC":
        write(carys, released, text)
    for note in rows(room, released):
        alice.does(f"notes/{note.id}/place", {"cluster": "new"})
    made = [group.cluster for group in board(room, released).groups]
    assert len({cluster.symbol for cluster in made}) == 3
    assert {cluster.title for cluster in made} == {""}
    alice.does(f"clusters/{made[1].id}/title", {"title": "Show who benefits", "symbol": "heart"})
    projector.shows("wall", "Show who benefits")
    alice.does(f"clusters/{made[1].id}/place", {"step": -1})
    assert [group.cluster.title for group in board(room, released).groups] == ["Show who benefits", "", ""]


@pytest.mark.parametrize("deed", ["merge", "split", "rename", "delete", "move"])
def test_cluster_changes_are_undone_with_memberships(room, alice, released, deed) -> None:
    """R81, R29"""
    carys = room.join("Carys")
    for text in "ABCD":
        write(carys, released, text)
    a, b, c, d = (note.id for note in rows(room, released))
    one = room.write(lambda s: clusters.make(s, room.who, released.id, note_ids=[a, b])).id
    two = room.write(lambda s: clusters.make(s, room.who, released.id, note_ids=[c])).id
    room.write(clusters.retitle, room.who, one, "The first")
    before = memberships(room, released)
    assert [ids for _, _, ids in before[:2]] == [[a, b], [c]]
    {
        "merge": lambda: alice.does(f"clusters/{one}/merging", {"into": two}),
        "split": lambda: alice.does(f"clusters/{one}/splitting", {"note": [b]}),
        "rename": lambda: alice.does(f"clusters/{one}/title", {"title": "Another name"}),
        "delete": lambda: alice.does(f"clusters/{one}/removal"),
        "move": lambda: alice.does(f"notes/{d}/place", {"cluster": two}),
    }[deed]()
    assert memberships(room, released) != before
    take_back(room, alice)
    assert memberships(room, released) == before


def memberships(room, wall) -> list:
    found = board(room, wall)
    groups = [
        (group.cluster.id, group.cluster.title, [n.note.id for n in group.notes]) for group in found.groups
    ]
    return [*groups, [n.note.id for n in found.parked.notes]]


def test_the_wall_can_be_rebuilt_from_the_log(room, alice, released) -> None:
    """R31: walls, clusters and where each note lies equal what the log tells; texts are not in it."""
    carys = room.join("Carys")
    for text in ("Secret words one", "Secret words two", "Secret words three"):
        write(carys, released, text)
    a, b, c = (note.id for note in rows(room, released))
    one = room.write(lambda s: clusters.make(s, room.who, released.id, note_ids=[a, b])).id
    two = room.write(lambda s: clusters.make(s, room.who, released.id)).id
    alice.does(f"notes/{c}/place", {"cluster": two, "position": 0})
    alice.does(f"clusters/{one}/merging", {"into": two})
    take_back(room, alice)
    alice.does(f"notes/{b}/hiding", {"reason": "duplicate"})
    for kind, model in (("wall", Wall), ("note", Note), ("cluster", Cluster)):
        told = room.read(log_replay.rows, room.id, kind)
        stored = room.read(lambda s, m=model: list(s.exec(select(m).where(m.workshop_id == room.id))))
        assert set(told) == {row.id for row in stored}
        for row in stored:
            assert told[row.id] == {name: changes.plain(getattr(row, name)) for name in told[row.id]}
    logged = [line.changes or {} for line in room.read(log.lines, room.id)]
    assert {"wall_id", "cluster_id"} <= set().union(*logged), "else the search proves nothing"
    assert "author_id" not in set().union(*logged)
    assert "Secret words" not in str(logged)


def test_a_cluster_of_another_wall_takes_no_note(room, alice, released) -> None:
    write(room.join("Carys"), released, "A note")
    elsewhere = room.write(lambda s: walls.write(s, room.who, room.items()[12].id, {"prompt_en": "Another"}))
    foreign = room.write(lambda s: clusters.make(s, room.who, elsewhere.id)).id
    (note,) = rows(room, released)
    assert alice.post(f"notes/{note.id}/place", {"cluster": foreign}).status_code == 404

    def force(session) -> None:
        row = session.get(Note, note.id)
        row.cluster_id = foreign
        session.add(row)
        session.flush()

    with pytest.raises(IntegrityError):
        room.write(force)
