"""Which groups of a table may be shown so that none that is hidden can be worked out from them."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

G = TypeVar("G", bound=Hashable)
Cells = Sequence[int]


def groups_to_show(groups: Mapping[G, Cells], smallest: int, unknown: Cells = ()) -> list[G]:
    """The groups whose rows may be published beside the totals of each column.

    `groups` are counts per column, `unknown` those of nobody's group. Groups below `smallest` are hidden, and
    further ones, the smaller first, until those who know the totals, the rows shown and the size of every
    group can derive no hidden cell that the totals alone do not give away (the bounds of Fréchet), and what
    is left over by subtraction is of at least `smallest`.
    """
    rows = {group: list(cells) for group, cells in groups.items() if sum(cells)}
    by_size = sorted(rows, key=lambda group: sum(rows[group]))
    order = list(rows)
    total = [sum(column) for column in zip(*rows.values(), *as_row(unknown), strict=True)]
    hidden = sum(sum(rows[group]) < smallest for group in rows)
    while hidden < len(by_size):
        remaining = [rows[group] for group in by_size[:hidden]]
        if _is_safe(remaining, as_row(unknown), total, smallest):
            return sorted(by_size[hidden:], key=order.index)
        hidden += 1
    return []


def as_row(unknown: Cells) -> list[list[int]]:
    """The counts of nobody's group as a row of their own, if there are any."""
    return [list(unknown)] if sum(unknown) else []


def _is_safe(hidden: list[list[int]], unknown: list[list[int]], total: list[int], smallest: int) -> bool:
    rows = hidden + unknown
    columns = [sum(column) for column in zip(*rows, strict=True)] if rows else []
    size, everybody = sum(columns), sum(total)
    if not rows or (not hidden and size >= smallest):
        return True
    return size >= smallest and not any(
        _is_known(sum(row), column, size) and not _is_known(sum(row), overall, everybody)
        for row in rows
        for column, overall in zip(columns, total, strict=True)
    )


def _is_known(row: int, column: int, size: int) -> bool:
    """Whether a cell follows from its row's sum, its column's and that of all of them."""
    return max(0, row + column - size) == min(row, column)
