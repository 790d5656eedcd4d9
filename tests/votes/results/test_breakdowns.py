"""Results by group: what is shown, and that nothing hidden follows from it."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlmodel import select

from app.domain.people import attendance, participants
from app.domain.votes import lookup
from app.domain.votes.life import votes
from app.domain.votes.results import breakdowns, suppression, unanswered
from app.domain.who import Who
from app.errors import Refused
from app.models import Answer, Ballot, Option, Organisation, Role, Table, Vote, Workshop
from app.models.base import moment
from tests.cast.ballots import cast, reload
from tests.cast.breakdowns import rows
from tests.cast.cases import cases

small = st.integers(min_value=0, max_value=3)


@st.composite
def tables(draw, options=3, groups=4):
    """A small table of counts (groups by options), the counts of nobody's group, and k."""
    width = draw(st.integers(2, options))
    cells = st.lists(small, min_size=width, max_size=width)
    rows = draw(st.lists(cells, min_size=1, max_size=groups))
    return dict(enumerate(rows)), draw(cells), draw(st.integers(3, 5))


def fillings(sizes, columns):
    """Every way to fill rows of these sizes so that the columns have these sums."""
    if not sizes:
        return [()] if not any(columns) else []
    found = []
    for row in product(*(range(column + 1) for column in columns)):
        if sum(row) == sizes[0]:
            rest = [column - n for column, n in zip(columns, row, strict=True)]
            found += [(row, *others) for others in fillings(sizes[1:], rest)]
    return found


def known(sizes, columns):
    """The cells (row, column) that are the same in every such filling."""
    ways = fillings(sizes, columns)
    assert ways, "at least the true one"
    return {
        (i, j)
        for i in range(len(sizes))
        for j in range(len(columns))
        if len({way[i][j] for way in ways}) == 1
    }


@cases(400)
@given(tables())
def test_no_hidden_cell_follows_from_what_is_shown(case) -> None:
    """R71: by brute force, for one who knows the totals, the rows shown and how large every group is: a
    hidden cell has several possible values unless the totals alone settle it."""
    groups, unknown, smallest = case
    shown = suppression.groups_to_show(groups, smallest, unknown)
    rows = {name: cells for name, cells in groups.items() if sum(cells)}
    assert all(sum(groups[name]) >= smallest for name in shown)
    if not shown:
        return
    hidden = [cells for name, cells in rows.items() if name not in shown]
    left = [*hidden, *([unknown] if sum(unknown) else [])]
    if not left:
        return
    columns = [sum(column) for column in zip(*left, strict=True)]
    assert sum(columns) >= smallest, "what is left over is no small group either"
    if not hidden:
        return  # nobody's group, large enough to be told
    everything = [*left, *(groups[name] for name in shown)]
    total = [sum(column) for column in zip(*everything, strict=True)]
    by_totals = {j for j, n in enumerate(total) if n in (0, sum(total))}
    assert {(i, j) for i, j in known([sum(row) for row in left], columns) if j not in by_totals} == set()


@cases(60)
@given(tables(options=2, groups=3))
def test_what_the_totals_say_alone_is_only_that(case) -> None:
    """The exception above is no loophole: totals alone settle a cell only where an option has none or all."""
    groups, _, _ = case
    rows = [cells for cells in groups.values() if sum(cells)]
    if len(rows) < 2:
        return
    total = [sum(column) for column in zip(*rows, strict=True)]
    settled = {j for _, j in known([sum(row) for row in rows], total)}
    assert settled == {j for j, n in enumerate(total) if n in (0, sum(total))}


@pytest.mark.parametrize(
    ("groups", "unknown", "shown"),
    [
        ({"a": [5, 5], "b": [3, 4]}, [0, 0], ["a", "b"]),
        ({"a": [5, 5], "b": [3, 4], "c": [1, 1]}, [0, 0], ["a"]),  # c alone would follow by subtraction
        ({"a": [5, 5], "b": [3, 4], "c": [1, 1], "d": [2, 1]}, [0, 0], ["a", "b"]),
        ({"a": [5, 5], "b": [3, 4], "c": [2, 0], "d": [3, 0]}, [0, 0], ["a"]),  # c and d said the same
        ({"a": [5, 5], "b": [3, 4], "c": [1, 1], "d": [1, 1]}, [0, 0], ["a"]),  # four are left over
        ({"a": [9, 0], "b": [7, 0], "c": [2, 0], "d": [3, 0]}, [0, 0], ["a", "b"]),  # as the totals say
        ({"a": [5, 5], "b": [3, 4]}, [1, 0], ["a"]),  # one paper without a code
        ({"a": [5, 5], "b": [3, 4]}, [3, 3], ["a", "b"]),
        ({"a": [5, 5], "b": [2, 3]}, [2, 3], ["a", "b"]),  # five are enough, in a group and in nobody's
        ({"b": [3, 4], "a": [5, 5], "c": [0, 0]}, [0, 0], ["b", "a"]),  # in the order given
        ({"a": [2, 2]}, [0, 0], []),
        ({}, [0, 0], []),
    ],
)
def test_groups_are_hidden_from_the_smallest_on(groups, unknown, shown) -> None:
    """R71: primary suppression below five, then as many more as are needed."""
    assert suppression.groups_to_show(groups, 5, unknown) == shown


def test_groups_have_the_same_columns() -> None:
    with pytest.raises(ValueError, match="longer"):
        suppression.groups_to_show({"a": [5, 5], "b": [3, 4, 5]}, 5)


TAGS = ("table", "sector", "role")
ballot_of = st.tuples(*[st.integers(0, 3)] * 3, st.integers(0, 1))  # table, sector, role (0: none), option


@cases(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ballot_of, min_size=3, max_size=14), st.sampled_from(TAGS), st.integers(3, 4))
def test_of_three_kinds_of_group_one_is_told_and_nothing_hidden_follows(room, said, kind, smallest) -> None:
    """R71: ballots with all three tags as rows of the database: the one that is chosen gives no hidden
    cell away, no other is published beside it, and the end of the key keeps no tag but what it shows."""
    vote = room.write(tagged, room, said, smallest)
    _, before, kinds = room.read(breakdowns.for_console, room.who, vote.id)
    assert before == [], "nothing is told before one is chosen"
    assert set(kinds) <= set(TAGS)
    room.write(breakdowns.choose, room.who, vote.id, kind)
    for other in set(TAGS) - {kind}:
        with pytest.raises(Refused):
            room.write(breakdowns.choose, room.who, vote.id, other)
    vote = room.read(lookup.vote_of, room.who, vote.id)
    found = room.read(breakdowns.visible, vote)
    kept = room.read(breakdowns.tags_to_keep, vote)
    assert [each.kind for each in found] == ([kind] if kind in kinds else [])
    assert {name: len(groups) for name, groups in kept.items()} == {
        each.kind: len(each.groups) for each in found
    }
    cells: dict[int, list[int]] = {}
    for ballot in said:
        cells.setdefault(ballot[TAGS.index(kind)], [0, 0])[ballot[3]] += 1
    for each in found:
        shown = sorted(tuple(group.counts) for group in each.groups)
        assert all(sum(counts) >= smallest for counts in shown)
        left = [tuple(counts) for counts in cells.values()]
        for counts in shown:
            left.remove(counts)
        columns = [total - sum(counts[j] for counts in shown) for j, total in enumerate(each.total.counts)]
        assert each.rest == sum(columns)
        assert each.rest == 0 or each.rest >= smallest
        by_totals = {j for j, n in enumerate(each.total.counts) if n in (0, sum(each.total.counts))}
        told = known([sum(counts) for counts in left], columns)
        nobody = [sum(counts) for counts in left] == [sum(cells.get(0, []))]
        assert nobody or {(i, j) for i, j in told if j not in by_totals} == set()


def tagged(session, room, said, smallest) -> Vote:
    """A revealed vote with these ballots: tables, sectors and roles by number, 0 for none."""
    vote = Vote(workshop_id=room.id, item_id=room.items()[0].id, question_en="?", secrecy="group")
    vote.state, vote.revealed_at = "revealed", moment()
    session.get(Workshop, room.id).smallest_group = smallest
    session.add(vote)
    session.flush()
    options = [Option(vote_id=vote.id, position=n, label_en=str(n)) for n in (1, 2)]
    session.add_all(options)
    session.flush()
    tables = session.exec(select(Table.id).where(Table.workshop_id == room.id)).all()
    roles = session.exec(select(Role.id).where(Role.workshop_id == room.id)).all()
    for table, sector, role, option in said:
        ballot = Ballot(vote_id=vote.id, sequence=0, sector=f"S{sector}" if sector else "")
        ballot.table_id = tables[table - 1] if table else None
        ballot.role_id = roles[role - 1] if role else None
        session.add(ballot)
        session.flush()
        session.add(Answer(vote_id=vote.id, ballot_id=ballot.id, option_id=options[option].id))
    session.flush()
    return vote


def room_of(room, *sizes):
    """People at tables 1, 2, … of these sizes."""
    return [[room.join(f"P{n}", table) for n in range(size)] for table, size in enumerate(sizes, 1)]


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


def test_the_console_sees_how_many_are_missing_and_at_which_large_table(room, alice) -> None:
    """R67: a count, and by table only where at least five may answer; never names, and only there."""
    people = room_of(room, 6, 5, 2, 4)
    projector = room.enter("projector").screen()
    room.go_to(9)
    vote = room.new_vote(9, "For", "Against")
    console = alice.screen()
    alice.does(f"votes/{vote.id}/opening")
    console.shows("turnout", "17 have not answered: 6 of 6 at table 1, 5 of 5 at table 2")
    option = room.read(lookup.options, vote.id)[0].id
    for person in (*people[0][:4], *people[2], *people[3][:1]):
        cast(person, vote, option)
    console.shows("turnout", "10 have not answered: 2 of 6 at table 1, 5 of 5 at table 2")
    assert "P0" not in console.text("turnout")
    projector.shows("turnout", "7 of 17")
    assert "not answered" not in projector.text("turnout")


def test_who_is_missing_at_a_small_table_does_not_follow(room, alice) -> None:
    """R67, R71: the same rule hides a second table beside a lone small one."""
    people = room_of(room, 7, 5, 2)
    room.go_to(9)
    vote = room.new_vote(9, "For", "Against")
    alice.does(f"votes/{vote.id}/opening")
    option = room.read(lookup.options, vote.id)[0].id
    for table in people:
        cast(table[0], vote, option)
    missing = room.read(unanswered.by_table, reload(room, vote))
    assert [(each.table, each.n, each.electors) for each in missing] == [(1, 6, 7)]


def test_an_organisations_vote_has_no_missing_tables(room, alice) -> None:
    """R67: one ballot per body, and a body sits at no table."""
    room.join("Carys", 1, organisation="Chapter")
    room.go_to(9)
    vote = room.new_vote(9, "For", "Against", unit="organisations")
    room.write(votes.open, Who(room.id, room.code, "lead"), vote.id)
    assert room.read(unanswered.by_table, reload(room, vote)) == []
