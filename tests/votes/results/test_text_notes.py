"""Free text: answers become notes when they are shown, and go when the vote opens again."""

import pytest
from sqlmodel import select

from app.domain import log, undo
from app.domain.notes import boards, clusters, walls
from app.domain.votes.life import votes
from app.domain.votes.results import text_notes
from app.domain.workshops import making
from app.models import Note, Vote, Wall
from tests.cast.ballots import reload
from tests.cast.repeated_votes import made, shown

pytestmark = pytest.mark.postgres


def written(room, vote) -> list[Note]:
    """The notes made of a text vote's answers that stand, as a screen may know them."""
    wall = room.read(lambda session: text_notes.wall_of(session, session.get(Vote, vote.id)))
    query = select(Note).where(Note.wall_id == wall.id, Note.withdrawn_at.is_(None)).order_by(Note.id)
    return list(room.read(lambda session: session.exec(query).all()))


def said(room, people, vote, *texts: str) -> None:
    for person, text in zip(people, texts, strict=True):
        if text:
            person.does(f"votes/{vote.id}/ballot", {"text": text})


def test_answers_become_notes_when_they_are_shown(room, alice) -> None:
    """R50, R68: not before; without author or table, in no order of theirs; then a wall like any other."""
    people = [room.join(f"P{n}") for n in range(3)]
    vote = made(room, type="text", question_en="What matters?")
    said(room, people, vote, "Warm homes", "Ask people", "Ask people")
    assert room.read(walls.walls_of_item, vote.item_id) == []
    shown(room, vote)
    (wall,) = room.read(walls.walls_of_item, vote.item_id)
    assert (wall.prompt_en, wall.state, wall.staged_at) == ("What matters?", "closed", None)
    found = written(room, vote)
    assert [note.text for note in found] == ["Ask people", "Ask people", "Warm homes"]
    assert {(note.author_id, note.table_id) for note in found} == {(None, None)}
    assert len({(note.written_at, note.received_at) for note in found}) == 1
    seen = room.enter("projector").screen()
    assert "Warm homes" not in seen.text("wall")
    console, put_up = alice.screen(), f'formaction="/{room.code}/walls/{wall.id}/stage"'
    assert put_up in console.regions["tally"], "one button beside the result"
    assert put_up not in seen.regions["tally"]
    alice.does(f"walls/{wall.id}/stage", {"on": "true"})
    seen.shows("wall", "Warm homes")
    assert room.read(boards.board_of, wall).duplicates == 1
    refused = alice.post(f"walls/{wall.id}/opening")
    assert (refused.status_code, "answers to a vote" in refused.text) == (409, True)


def test_opening_again_takes_the_notes_away_until_the_next_reveal(room, alice) -> None:
    """R45, R57: hidden everywhere; what stands keeps its cluster, what was changed goes, the new comes."""
    people = [room.join(f"P{n}") for n in range(3)]
    vote = made(room, type="text")
    said(room, people, vote, "Warm homes", "Ask people", "")
    shown(room, vote)
    (wall,) = room.read(walls.walls_of_item, vote.item_id)
    kept, changed = written(room, vote)[::-1]
    room.write(clusters.make, room.who, wall.id, note_ids=[kept.id])
    alice.does(f"walls/{wall.id}/stage", {"on": "true"})
    seen = room.enter("projector").screen().shows("wall", "Warm homes")
    room.write(votes.open, room.who, vote.id)
    seen.hides("wall", "Warm homes")
    assert room.read(walls.walls_of_item, vote.item_id) == []
    assert alice.post(f"walls/{wall.id}/release").status_code == 404
    assert "Warm homes" not in alice.get("record").text
    said(room, people, vote, "", "Ask them early", "Say why")
    shown(room, vote)
    assert [each.id for each in room.read(walls.walls_of_item, vote.item_id)] == [wall.id], "made once"
    found = {note.text: note for note in written(room, vote)}
    assert set(found) == {"Warm homes", "Ask them early", "Say why"}
    assert found["Warm homes"].id == kept.id
    assert found["Warm homes"].cluster_id is not None
    assert changed.id not in {note.id for note in found.values()}
    assert "Ask people" not in room.enter("projector").screen().text("wall")


def test_undoing_the_reveal_takes_the_wall_back_and_undoing_that_brings_it(room, alice) -> None:
    """R29, R30"""
    people = [room.join(f"P{n}") for n in range(2)]
    vote = made(room, type="text")
    said(room, people, vote, "Warm homes", "Ask people")
    shown(room, vote)
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert (reload(room, vote).state, room.read(walls.walls_of_item, vote.item_id)) == ("closed", [])
    room.write(votes.reveal, room.who, vote.id)
    assert len(room.read(walls.walls_of_item, vote.item_id)) == 1
    assert len(written(room, vote)) == 2
    room.write(votes.open, room.who, vote.id)
    said(room, people, vote, "Warm houses", "")
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert reload(room, vote).state == "revealed"
    assert [note.text for note in written(room, vote)] == ["Ask people", "Warm houses"]
    assert len(room.read(walls.walls_of_item, vote.item_id)) == 1


@pytest.mark.parametrize(
    ("secrecy", "second", "author", "table"),
    [("named", 1, True, True), ("group", 5, False, True), ("group", 4, False, False)],
)
def test_a_note_tells_of_its_author_what_the_vote_said(room, alice, secrecy, second, author, table) -> None:
    """R68, R69, R71: no table that is small, or that leaves a small one; tightening reaches back."""
    people = [room.join(f"P{n}", table=1 if n < 5 else 2) for n in range(5 + second)]
    vote = made(room, type="text", secrecy=secrecy)
    said(room, people, vote, *(f"Idea {n}" for n in range(5 + second)))
    shown(room, vote)
    found = written(room, vote)
    assert {note.author_id is not None for note in found} == {author}
    assert {note.table_id is not None for note in found} == {table}
    alice.does(f"votes/{vote.id}/secrecy", {"to": "anonymous"})
    assert {(note.author_id, note.table_id) for note in written(room, vote)} == {(None, None)}


@pytest.mark.parametrize("secrecy", ["named", "group"])
def test_the_log_never_tells_whose_table_a_note_came_from(room, alice, secrecy) -> None:
    """R69, R70: the log only grows, so what a vote may stop telling was never in it."""
    people = [room.join(f"P{n}", table=1) for n in range(5)]
    vote = made(room, type="text", secrecy=secrecy)
    said(room, people, vote, *(f"Idea {n}" for n in range(5)))
    shown(room, vote)
    notes_ = {note.id: note.table_id for note in written(room, vote)}
    assert all(notes_.values())
    alice.does(f"votes/{vote.id}/secrecy", {"to": "anonymous"})
    lines = [line for line in room.read(log.lines, room.id) if line.row_kind == "note"]
    assert {line.row_id for line in lines} == set(notes_)
    told = [line.changes.get(name) for line in lines for name in ("table_id", "author_id", "text")]
    assert set(told) == {None}


def test_a_wall_of_answers_counts_answers(room, alice) -> None:
    """Whose they are is not known, so nobody is counted as having written them: neither on the console nor in
    the record."""
    people = [room.join(f"P{n}") for n in range(3)]
    vote = made(room, type="text")
    said(room, people, vote, "Warm homes", "Ask people", "Ask people")
    shown(room, vote)
    (wall,) = room.read(walls.walls_of_item, vote.item_id)
    alice.does(f"walls/{wall.id}/stage", {"on": "true"})
    console = alice.screen()
    console.shows("board", "3 answers")
    console.shows("written", "3 answers to the vote")
    record = alice.get("record").text
    assert "3 answers to a vote, each as a note." in record
    assert "Notes written: 3" not in record
    told = next(each for each in alice.get("record.json").json()["walls"] if each["wall"] == wall.id)
    assert (told["vote"], told["writers"], told["written"]) == (vote.id, None, 3)


def test_a_wall_of_answers_is_not_part_of_the_design(room) -> None:
    """A workshop run again has the vote, and no wall for what was once answered."""
    people = [room.join("P")]
    vote = made(room, type="text", question_en="What matters most?")
    said(room, people, vote, "Warm homes")
    shown(room, vote)
    again = room.write(making.copy, room.id)
    found = room.read(lambda s: s.exec(select(Wall).where(Wall.workshop_id == again)).all())
    assert "What matters most?" not in {wall.prompt_en for wall in found}
