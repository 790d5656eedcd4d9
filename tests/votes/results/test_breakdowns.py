"""Results by group: one way of grouping, on the console alone, and what stays of it."""

import pytest
from sqlmodel import select

from app.domain.people import attendance, participants
from app.domain.votes import lookup
from app.models import Ballot, Organisation, Table, Vote
from tests.cast.ballots import cast
from tests.cast.breakdowns import room_of, rows


def answered(room, alice, people, choices, secrecy="group", reveal=True) -> Vote:
    """A choice of two that these people have answered: `choices` are places of options, table by table."""
    room.go_to(9)
    vote = room.new_vote(9, "For", "Against", secrecy=secrecy)
    alice.does(f"votes/{vote.id}/opening")
    options = [option.id for option in room.read(lookup.options, vote.id)]
    for table, said in zip(people, choices, strict=True):
        for person, choice in zip(table, said, strict=True):
            assert cast(person, vote, options[choice]).status_code == 200
    alice.does(f"votes/{vote.id}/closing")
    if reveal:
        alice.does(f"votes/{vote.id}/reveal")
    return vote


def test_a_result_by_table(room, alice) -> None:
    """R71: counts per option by table on the console, small tables left out together with another one."""
    people = room_of(room, 6, 5, 3)
    vote = answered(room, alice, people, [[0, 0, 0, 1, 1, 1], [0, 1, 1, 1, 1], [0, 1, 0]])
    offered = alice.get(f"votes/{vote.id}/breakdown")
    assert offered.status_code == 200
    assert "By table" in offered.text
    assert "By sector" not in offered.text, "nobody is of any"
    assert not rows(room, vote), "nothing is broken down before that is chosen"
    drawn = alice.does(f"votes/{vote.id}/breakdown", {"by": "table"})
    assert "8 answers are of no group, or of one that is not shown." in drawn.text
    assert rows(room, vote) == [("table", [(1, [3, 3])], [6, 8], 8)]
    assert "<caption>By table</caption>" in alice.get(f"votes/{vote.id}/breakdown").text


@pytest.mark.postgres
def test_one_breakdown_only(room, alice) -> None:
    """R71: by table and by sector together, the one person of a sector at a table would be told: the first
    choice stays, and is in the log."""
    people = room_of(room, 5, 5)
    set_sectors(room, people, ["NHS", "Council"])
    vote = answered(room, alice, people, [[0, 0, 0, 1, 1], [0, 1, 1, 1, 1]])
    offered = alice.get(f"votes/{vote.id}/breakdown").text
    assert "By table" in offered
    assert "By sector" in offered
    alice.does(f"votes/{vote.id}/breakdown", {"by": "sector"})
    assert rows(room, vote)[0][1] == [("Council", [2, 3]), ("NHS", [2, 3])]
    again = alice.post(f"votes/{vote.id}/breakdown", {"by": "table"})
    assert again.status_code == 409
    assert "already broken down" in again.text
    alice.does(f"votes/{vote.id}/breakdown", {"by": "sector"})
    assert [kind for kind, *_ in rows(room, vote)] == ["sector"]


def set_sectors(room, people, sectors) -> None:
    """Give these people organisations of these sectors, in turn."""

    def act(session) -> None:
        bodies = [
            Organisation(workshop_id=room.id, name=name, folded=name.casefold(), sector=name)
            for name in sectors
        ]
        session.add_all(bodies)
        session.flush()
        here = attendance.by_table(session, room.id)
        everyone = [person["id"] for table in here for person in table.people]
        for n, person_id in enumerate(sorted(everyone)):
            person = participants.participant_of(session, room.who, person_id)
            person.organisation_id = bodies[n % len(bodies)].id
            session.add(person)

    room.write(act)


@pytest.mark.parametrize(
    ("secrecy", "reveal", "sentence"),
    [
        ("anonymous", True, "neither table nor sector nor role"),
        ("group", False, "once everyone has been shown"),
    ],
)
def test_no_breakdown_of_a_secret_vote_nor_before_the_reveal(room, alice, secrecy, reveal, sentence) -> None:
    """R50, R71"""
    people = room_of(room, 5, 5)
    vote = answered(room, alice, people, [[0] * 4 + [1], [1] * 4 + [0]], secrecy, reveal)
    for refused in (
        alice.get(f"votes/{vote.id}/breakdown"),
        alice.post(f"votes/{vote.id}/breakdown", {"by": "table"}),
    ):
        assert refused.status_code == 409
        assert sentence in refused.text
    assert not rows(room, vote)


def test_a_breakdown_is_hidden_again_with_its_result(room, alice) -> None:
    """R45, R50: re-opening hides it on every way out."""
    people = room_of(room, 5, 5)
    vote = answered(room, alice, people, [[0] * 4 + [1], [1] * 4 + [0]])
    alice.does(f"votes/{vote.id}/breakdown", {"by": "table"})
    assert rows(room, vote)
    alice.does(f"votes/{vote.id}/opening")
    assert not rows(room, vote)
    assert alice.get(f"votes/{vote.id}/breakdown").status_code == 409


@pytest.mark.postgres
def test_a_breakdown_is_for_the_console_alone(room, alice, charlie) -> None:
    people = room_of(room, 5, 5)
    vote = answered(room, alice, people, [[0] * 4 + [1], [1] * 4 + [0]])
    alice.does(f"votes/{vote.id}/breakdown", {"by": "table"})
    for person, status in ((people[0][0], 403), (room.enter("table 1"), 403), (charlie, 404)):
        assert person.get(f"/{room.code}/votes/{vote.id}/breakdown").status_code == status
        assert person.post(f"/{room.code}/votes/{vote.id}/breakdown", {"by": "table"}).status_code == status


def test_a_final_vote_keeps_its_breakdown_and_no_other_tag(room, alice) -> None:
    """R70, R71: what was shown stays; the tags of hidden groups and of the other kind go with the key."""
    people = room_of(room, 6, 5, 3, 4)
    set_sectors(room, people, ["NHS", "Council"])
    vote = answered(room, alice, people, [[0, 0, 0, 1, 1, 1], [0, 1, 1, 1, 1], [0, 1, 0], [0, 0, 1, 1]])
    alice.does(f"votes/{vote.id}/breakdown", {"by": "table"})
    before = rows(room, vote)
    assert [group for group, _ in before[0][1]] == [1, 2]
    alice.does(f"votes/{vote.id}/finish")
    assert rows(room, vote) == before
    assert tags(room, vote) == [(1, "")] * 6 + [(2, "")] * 5 + [(0, "")] * 7


def test_a_final_vote_without_a_choice_keeps_one_kind_of_tag(room, alice) -> None:
    """R70, R71: the one that shows more."""
    people = room_of(room, 5, 3, 2)
    set_sectors(room, people, ["NHS", "Council"])
    vote = answered(room, alice, people, [[0, 0, 0, 1, 1], [0, 1, 1], [0, 1]])
    alice.does(f"votes/{vote.id}/finish")
    assert sorted({sector for _, sector in tags(room, vote)}) == ["Council", "NHS"]
    assert {table for table, _ in tags(room, vote)} == {0}
    assert "By sector" in alice.get(f"votes/{vote.id}/breakdown").text


def tags(room, vote):
    def ask(session):
        numbers = {table.id: table.number for table in session.exec(select(Table)).all()}
        found = session.exec(select(Ballot).where(Ballot.vote_id == vote.id)).all()
        pairs = [(numbers.get(ballot.table_id, 0), ballot.sector) for ballot in found]
        return sorted(pairs, key=lambda pair: (pair[0] == 0, pair))

    return room.read(ask)


def test_the_smallest_group_is_the_organisers(room, alice) -> None:
    """R71: five unless changed, never below three."""
    people = room_of(room, 4, 4)
    vote = answered(room, alice, people, [[0, 0, 1, 1], [0, 1, 1, 1]])
    assert "too small" in alice.get(f"votes/{vote.id}/breakdown").text
    for wrong in ("2", "0", "-3", "101", "x", ""):
        refused = alice.post("edit", {"smallest_group": wrong})
        assert refused.status_code == 422, wrong
        assert "from 3 to 100" in refused.text
    alice.does("edit", {"smallest_group": "3"})
    assert "By table" in alice.get(f"votes/{vote.id}/breakdown").text


def test_names_stand_beside_answers_anyway(room, alice) -> None:
    """A named vote is broken down both ways, small groups left out there too."""
    people = room_of(room, 5, 5)
    set_sectors(room, people, ["NHS", "Council"])
    vote = answered(room, alice, people, [[0, 0, 0, 1, 1], [0, 1, 1, 1, 1]], "named")
    assert [kind for kind, *_ in rows(room, vote)] == ["table", "sector"]


def test_only_types_with_one_answer_each_are_broken_down(room, alice) -> None:
    room.go_to(9)
    vote = room.new_vote(9, "A", "B", "C", type="multiple", secrecy="group")
    assert "one answer each" in alice.get(f"votes/{vote.id}/breakdown").text
