"""Ties: which options share a place of a result, and the lot drawn for them where a vote is settled so."""

import secrets
from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlmodel import Session

from app.domain import log
from app.domain.select_rows import Readable
from app.domain.votes import decisions
from app.domain.votes.results import tallies
from app.domain.votes.types import Choice
from app.domain.who import Who
from app.models import Vote


class Tie(NamedTuple):
    """Options that share the places `first` to `last`, in canonical order."""

    first: int
    last: int
    options: Sequence[Choice]


def of(found: Any) -> list[Tie]:
    """The ties of a result, for the first place first. What nobody chose is tied for nothing; a result that
    has no order but its leaders (or winners) can only be tied for the first place."""
    if hasattr(found, "ranking"):
        placed = (line for line in found.ranking if line.n)
        groups = (list(group) for _, group in groupby(placed, key=lambda line: line.first))
        return [
            Tie(group[0].first, group[0].last, [line.option for line in group])
            for group in groups
            if len(group) > 1
        ]
    first = getattr(found, "winners", None) or getattr(found, "leaders", [])
    return [Tie(1, len(first), first)] if len(first) > 1 else []


def draw(session: Session, who: Who, vote: Vote) -> None:
    """Draw the seed of a vote whose ties are broken by lot, where there is one to break.

    A vote has one lot: neither an undone showing nor a re-opening draws another, so that nobody can draw
    until it suits. It is a step of its own for the log: an undo takes back only that the result was shown.
    """
    if vote.ties == "lot" and not vote.lot_seed and of(tallies.tally(session, vote).result):
        vote.lot_seed = secrets.token_hex(4)
        log.record(session, who, "lot drawn", vote)


def drawn(vote: Readable[Vote], found: Any) -> list[Tie]:
    """The ties of a result with their options in the order of the lot; none where none was drawn."""
    if vote.ties != "lot" or not vote.lot_seed:
        return []
    return [tie._replace(options=decisions.drawn(vote.lot_seed, tie.options)) for tie in of(found)]
