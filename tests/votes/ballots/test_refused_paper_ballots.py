"""R55: paper that is refused: never one too many, never twice, never too late, never from outside."""

import threading

from sqlmodel import select

from app.domain.people import attendance, participants
from app.models import Submission
from tests.cast.ballots import ballots_of, cast, counts, options
from tests.cast.paper_ballots import OPTIONS, code_of, enter, enter_sheet, log_lines, opened, words


def test_three_deliveries_of_one_paper_count_once(room, alice) -> None:
    """R47: the same key with the same paper again has no second effect; with another paper it is refused."""
    carys = room.join("Carys")
    room.join("Dev")
    vote = opened(room)
    first, second, _ = options(room, vote)
    for _ in range(3):
        answer = enter(alice, vote, code=code_of(carys), option=first, key="b" * 32)
        assert "Entered: it counts." in answer.text
    for _ in range(3):
        assert enter(alice, vote, serial="1", option=first, key="c" * 32).status_code == 200
    assert enter(alice, vote, serial="2", option=second, key="c" * 32).status_code == 409
    assert counts(room, vote) == [2, 0, 0]
    assert len(log_lines(room, "paper ballot entered")) == 2
    kept = room.read(lambda s: s.exec(select(Submission).where(Submission.workshop_id == room.id)).all())
    assert {submission.vote_id for submission in kept} == {vote.id}, "so that they go with the vote's key"


def test_two_scribes_at_once_enter_one_paper_once(room, alice) -> None:
    """R47, R51: the same code from eight pads at the same moment is one ballot; the others are asked."""
    carys = room.join("Carys")
    vote = opened(room)
    first = options(room, vote)[0]
    scribes = [room.enter(f"table {n}") for n in range(1, 9)]
    answers: list = []

    def act(scribe) -> None:
        answers.append(enter(scribe, vote, code=code_of(carys), option=first))

    threads = [threading.Thread(target=act, args=(scribe,)) for scribe in scribes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("Entered: it counts." in answer.text for answer in answers) == 1
    assert sum("Nothing has been stored yet" in answer.text for answer in answers) == 7
    assert counts(room, vote) == [1, 0, 0]


def test_papers_at_once_never_go_above_the_electorate(room) -> None:
    """R51, R55: eight pads, three electors: three papers are taken."""
    for n in range(3):
        room.join(f"P{n}")
    vote = opened(room)
    first = options(room, vote)[0]
    scribes = [room.enter(f"table {n}") for n in range(1, 9)]
    answers: list = []

    def act(n: int) -> None:
        answers.append(enter(scribes[n], vote, serial=str(n), option=first).status_code)

    threads = [threading.Thread(target=act, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] * 3 + [409] * 5
    assert counts(room, vote) == [3, 0, 0]
    assert len(log_lines(room, "paper ballot refused")) == 5


def test_paper_above_the_electorate_is_refused_and_logged(room, alice, bob) -> None:
    """R55: the sentence names the numbers, the facilitator sees that it happened, nothing is kept."""
    carys, dev = room.join("Carys"), room.join("Dev")
    vote = opened(room)
    first = options(room, vote)[0]
    cast(carys, vote, first)
    enter(bob, vote, serial="1", option=first)
    refused = enter(bob, vote, serial="2", option=first)
    assert refused.status_code == 409
    assert "2 may answer and 2 answers are in, so 1 more cannot be right" in refused.text
    assert enter(bob, vote, code=code_of(dev), option=first).status_code == 409
    assert counts(room, vote) == [2, 0, 0]
    lines = log_lines(room, "paper ballot refused")
    assert [line.changes["note"] for line in lines] == [
        {"taken": 2, "electorate": 2, "more": 1, "in_all": 2}
    ] * 2
    listed = words(alice.get(f"votes/{vote.id}/papers"))
    assert "Refused, because more cannot have answered" in listed
    replaced = enter(alice, vote, code=code_of(carys), option=options(room, vote)[1], on_conflict="replace")
    assert replaced.status_code == 200, "one for another is not one more"
    assert counts(room, vote) == [1, 1, 0]


def test_a_refused_paper_counts_once_there_is_room(room, alice) -> None:
    """R46, R47: its key was not used up by the refusal."""
    room.join("Carys")
    vote = opened(room)
    first = options(room, vote)[0]
    enter(alice, vote, serial="1", option=first)
    assert enter(alice, vote, serial="2", option=first, key="e" * 32).status_code == 409
    room.join("Dev")
    alice.does(f"votes/{vote.id}/electorate")
    assert enter(alice, vote, serial="2", option=first, key="e" * 32).status_code == 200
    assert counts(room, vote) == [2, 0, 0]


def test_a_phone_never_goes_above_the_electorate_either(room, alice) -> None:
    """R55: where paper without a code took the last place a phone is told so, and the facilitator too."""
    carys = room.join("Carys")
    vote = opened(room)
    first, second, _ = options(room, vote)
    enter(alice, vote, serial="1", option=first)
    refused = cast(carys, vote, second)
    assert refused.status_code == 409
    assert "1 may answer and 1 answers are in, so yours was not taken" in refused.text
    assert counts(room, vote) == [1, 0, 0]
    assert [line.changes["note"] for line in log_lines(room, "answer refused")] == [
        {"taken": 1, "electorate": 1}
    ]
    assert "Refused, because more cannot have answered" in words(alice.get(f"votes/{vote.id}/papers"))
    alice.does(f"votes/{vote.id}/papers/{ballots_of(room, vote)[0].id}/withdrawal")
    assert cast(carys, vote, second).status_code == 200
    assert cast(carys, vote, first).status_code == 200
    enter(alice, vote, serial="1", option=first)
    assert counts(room, vote) == [1, 0, 0]
    assert cast(carys, vote, second).status_code == 200, "who has answered may change it"


def test_codes_from_outside_are_refused(room, alice, charlie) -> None:
    """R46, R55: of another workshop, of nobody, of somebody late or gone: each with a sentence."""
    left = room.join("Left")
    vote = opened(room)
    first, late = options(room, vote)[0], room.join("Late")
    person = next(p for t in room.read(attendance.by_table, room.id) for p in t.people if p["name"] == "Left")
    room.write(participants.remove, room.who, person["id"])
    for code, status, said in (
        (code_of(charlie), 404, "Nobody in this workshop has this code"),
        ("ABCDEFGHJKMN", 404, "Nobody in this workshop has this code"),
        (code_of(late), 409, "joined after the vote had opened"),
        (code_of(left), 409, "has left the workshop"),
    ):
        refused = enter(alice, vote, code=code, option=first)
        assert (refused.status_code, said in refused.text) == (status, True), refused.text
    assert ballots_of(room, vote) == []


def test_codes_are_not_tried_out(room, bob) -> None:
    """R2: ten wrong ones a minute from one browser."""
    room.join("Carys")
    vote = opened(room)
    answers = [
        enter(bob, vote, code=f"ABCDEFGH{n:04}", option=options(room, vote)[0]).status_code for n in range(12)
    ]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_paper_comes_late_but_not_after_the_result(room, alice, bob) -> None:
    """R45, R55: while open and after closing; once the room has seen the result no more, until re-opened."""
    carys, dev = room.join("Carys"), room.join("Dev")
    room.go_to(9)
    vote = room.new_vote(9, *OPTIONS)
    first = options(room, vote)[0]
    assert "not open yet" in enter(bob, vote, serial="0", option=first).text
    alice.does(f"votes/{vote.id}/opening")
    alice.does(f"votes/{vote.id}/closing")
    assert enter(bob, vote, code=code_of(carys), option=first).status_code == 200
    paper = ballots_of(room, vote)[0]
    alice.does(f"votes/{vote.id}/reveal")
    for refused in (
        enter(bob, vote, code=code_of(dev), option=first),
        enter_sheet(bob, room, vote, 1, 1),
        bob.post(f"votes/{vote.id}/papers/{paper.id}/withdrawal"),
    ):
        assert refused.status_code == 409
        assert "The result has been shown" in refused.text
    assert "The result has been shown" in bob.get(f"votes/{vote.id}/paper").text
    alice.does(f"votes/{vote.id}/opening")
    assert enter(bob, vote, code=code_of(dev), option=first).status_code == 200
    assert counts(room, vote) == [2, 0, 0]
    for step in ("closing", "reveal", "finish"):
        alice.does(f"votes/{vote.id}/{step}")
    assert "This vote is final" in enter(bob, vote, serial="5", option=first).text
    assert "2 paper ballots" in words(alice.get(f"votes/{vote.id}/papers")), "how it came is kept"


def test_wrong_papers_are_refused_and_nothing_is_kept(room, alice) -> None:
    carys = room.join("Carys")
    vote, other = opened(room), opened(room)
    code = code_of(carys)
    for fields in (
        {"option": ""},
        {"option": options(room, other)[0]},
        {"option": "x"},
        {"option": options(room, vote)[0], "version": "99"},
        {"option": options(room, vote)[0], "on_conflict": "both"},
    ):
        assert enter(alice, vote, code=code, **fields).status_code in (409, 422), fields
    assert ballots_of(room, vote) == []


def test_strangers_and_phones_enter_no_paper(room, charlie) -> None:
    """R24 for paper."""
    carys = room.join("Carys")
    vote = opened(room)
    fields = {"serial": "1", "option": options(room, vote)[0]}
    assert enter(carys, vote, **fields).status_code == 403
    for person in (charlie, room.stranger()):
        assert person.post(f"/{room.code}/votes/{vote.id}/paper", fields).status_code == 404
        assert person.post(f"/{room.code}/votes/{vote.id}/sheet", fields).status_code == 404
    assert ballots_of(room, vote) == []


def test_another_workshops_vote_is_not_found(room, other_room, alice) -> None:
    other_room.join("Charlie")
    vote = opened(other_room)
    assert alice.post(f"votes/{vote.id}/paper", {"serial": "1", "option": "1"}).status_code == 404
    assert alice.get(f"votes/{vote.id}/paper").status_code == 404
    assert alice.get(f"votes/{vote.id}/papers").status_code == 404
