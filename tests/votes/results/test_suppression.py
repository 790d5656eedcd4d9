"""Which groups of a result are shown: nothing hidden follows from them."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlmodel import select

from app.domain.votes import lookup
from app.domain.votes.results import breakdowns, suppression
from app.errors import Refused
from app.models import Answer, Ballot, Option, Role, Table, Vote, Workshop
from app.models.base import moment
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
