"""People at tables, and a vote's result by group as plain rows to compare."""

from app.domain.votes.results import breakdowns
from tests.cast.ballots import reload


def rows(room, vote):
    """Per kind of group: (kind, [(name, counts)], counts of all, how many of no group shown)."""
    return [
        (each.kind, [(group.name, group.counts) for group in each.groups], each.total.counts, each.rest)
        for each in room.read(breakdowns.visible, reload(room, vote))
    ]


def room_of(room, *sizes):
    """People at tables 1, 2, … of these sizes."""
    return [[room.join(f"P{n}", table) for n in range(size)] for table, size in enumerate(sizes, 1)]
