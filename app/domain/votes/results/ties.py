"""The lot that is drawn between options that tie, where a vote is settled so."""

import secrets

from sqlmodel import Session

from app.domain import log
from app.domain.select_rows import Readable
from app.domain.votes import decisions
from app.domain.votes.results import tallies
from app.domain.votes.types.result import Result, Tie
from app.domain.who import Who
from app.models import Vote


def draw(session: Session, who: Who, vote: Vote) -> None:
    """Draw the seed of a vote whose ties are broken by lot, where there is one to break.

    A vote has one lot: neither an undone showing nor a re-opening draws another, so that nobody can draw
    until it suits. It is a step of its own for the log: an undo takes back only that the result was shown.
    """
    if vote.ties == "lot" and not vote.lot_seed and tallies.tally(session, vote).result.ties():
        vote.lot_seed = secrets.token_hex(4)
        log.record(session, who, "lot drawn", vote)


def in_lot_order(vote: Readable[Vote], result: Result) -> list[Tie]:
    """The ties of a result with their options in the order of the lot; none where none was drawn."""
    if vote.ties != "lot" or not vote.lot_seed:
        return []
    return [tie._replace(options=decisions.in_lot_order(vote.lot_seed, tie.options)) for tie in result.ties()]
