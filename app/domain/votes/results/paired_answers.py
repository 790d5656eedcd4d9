"""Pairs of answers, of the same people to the same question before and after: arithmetic, no database.

Options go by their position, which is the same in both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.votes.types.question import Choice

NEUTRAL = 1
MEANING = {"for": 0, "abstain": NEUTRAL, "against": 2, "block": 2}


class AnswerPair(NamedTuple):
    """What one unit answered, before and after, by position. Where one of its answers came on paper or late,
    the pair may be left out."""

    before: int
    after: int
    paper_or_late: bool = False


@dataclass(frozen=True, slots=True)
class Moves:
    """How many of `paired` answers stayed and how many moved; on a scale, in which direction: `towards`
    support or `away` from it (None of options without an order)."""

    paired: int
    stayed: int
    moved: int
    towards: int | None
    away: int | None


PairCounts = Mapping[AnswerPair, int]


def matrix(pairs: PairCounts, options: int, paper_or_late: bool = True) -> list[list[int]]:
    """How many gave each answer after (columns) of those who gave each before (rows), by position; where
    `paper_or_late` is False without the pairs that are."""
    cells = [[0] * options for _ in range(options)]
    for pair, n in pairs.items():
        if paper_or_late or not pair.paper_or_late:
            cells[pair.before - 1][pair.after - 1] += n
    return cells


def moves(cells: Sequence[Sequence[int]], ranks: Sequence[int] | None) -> Moves:
    """What a matrix comes to; `ranks` say how far each option is from full support, None: in no order."""
    paired = sum(map(sum, cells))
    stayed = sum(cells[place][place] for place in range(len(cells)))
    if ranks is None:
        return Moves(paired, stayed, paired - stayed, None, None)
    steps = [
        (ranks[now] - ranks[was], n)
        for was, row in enumerate(cells)
        for now, n in enumerate(row)
        if was != now
    ]
    towards = sum(n for step, n in steps if step < 0)
    return Moves(paired, stayed, paired - stayed, towards, sum(n for step, n in steps if step > 0))


def ranks(options: Sequence[Choice], scale: bool) -> list[int] | None:
    """How far each option is from full support: by what it means where levels are for or against, else by its
    place on the scale; None where options have no order."""
    if not scale:
        return None
    if any(option.meaning in ("for", "against") for option in options):
        return [MEANING.get(option.meaning, NEUTRAL) for option in options]
    return [option.position for option in options]


def may_show(paired: int, before: int, after: int, smallest: int) -> str:
    """What may be shown of the pairs of a secret question, which had so many ballots `before` and `after`:
    the "cells" of the matrix, only its "moves", or "nothing".

    Whoever subtracts the matrix from a result learns how those answered who have no pair: that is a group of
    its own, and must be empty or of at least `smallest`, as every group of a breakdown.
    """
    if paired < smallest:
        return "nothing"
    unpaired = (before - paired, after - paired)
    return "cells" if all(n == 0 or n >= smallest for n in unpaired) else "moves"
