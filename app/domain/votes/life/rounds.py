"""Asking again: further rounds of a question, the same question after a while, and run-offs of the tied.

What is asked again is a new vote that knows which one it repeats, and why (`repeats_id`, `repeats_as`).
"""

from collections.abc import Sequence

from sqlmodel import Session

from app.domain import log
from app.domain.agenda import running_order
from app.domain.votes import lookup
from app.domain.votes.forms import repeats
from app.domain.votes.results import tallies
from app.domain.votes.types import registry
from app.domain.votes.types.result import Tie
from app.domain.who import Who
from app.errors import Refused
from app.models import Option, Vote
from app.models.votes.votes import REPEATS

COPIED_COLUMNS = (
    "type", "question_en", "question_cy", "version", "unit", "secrecy", "least", "most", "per_option",
    "threshold", "lowest", "highest", "decimals", "measure_en", "measure_cy", "rule", "rule_part",
    "rule_whole", "abstentions", "ties", "shuffled", "reasons", "receipts", "closes_after",
)  # fmt: skip
COPIED_OF_OPTION = ("axis", "label_en", "label_cy", "meaning")


def again(
    session: Session, who: Who, vote_id: int, how: str, item_id: int | None = None, tied: int | None = None
) -> Vote:
    """A draft that asks a vote's question again, in the item the room is in (or `item_id`).

    `how` is "round" (the same statement, whose words may be changed), "after" (exactly the same question, for
    before and after) or "runoff" (only the options that are tied: those from the place `tied` on, which need
    not be said where there is one tie). Refused while the vote is still to be answered
    (`Refused("vote_not_open")`, `Refused("vote_not_closed")`, `Refused("vote_not_revealed")`), when it has
    been asked again so already (`Refused("asked_again")`), and where there is no tie to decide
    (`Refused("tie_settled")`, `"no_tie"`, `"which_tie"`). Another `how` is `Refused("bad_request")`.
    """
    earlier = lookup.vote_of(session, who, vote_id, lock="exclusive")
    _require_may_ask_again(earlier, how)
    repeats.require_first(session, vote_id, how)
    item = (
        running_order.item_of(session, who, item_id)
        if item_id
        else running_order.current_item(session, who.workshop_id)
    )
    options = lookup.options(session, vote_id)
    if how == "runoff":
        tied_ids = {option.id for option in _tie(session, earlier, tied).options}
        options = [option for option in options if option.id in tied_ids]
    vote = Vote(
        workshop_id=who.workshop_id,
        item_id=item.id if item else earlier.item_id,
        repeats_id=earlier.id,
        repeats_as=how,
        **{name: getattr(earlier, name) for name in COPIED_COLUMNS},
    )
    if how == "runoff":
        _narrow(vote, options)
    log.record(session, who, "vote made", vote, undoable=True)
    for axis in (options, lookup.options(session, vote_id, "criterion")):
        for position, each in enumerate(axis, 1):
            columns = {name: getattr(each, name) for name in COPIED_OF_OPTION}
            session.add(Option(vote_id=vote.id, position=position, **columns))
    session.flush()
    return vote


def _require_may_ask_again(earlier: Vote, how: str) -> None:
    if how not in REPEATS:
        raise Refused("bad_request")
    if earlier.electorate_size is None:
        raise Refused("vote_not_open")
    if how == "round" and earlier.state not in ("closed", "revealed", "final"):
        raise Refused("vote_not_closed")
    if how == "runoff" and earlier.ties != "runoff":
        raise Refused("tie_settled")
    if how == "runoff" and not lookup.is_shown(earlier):
        raise Refused("vote_not_revealed")


def _tie(session: Session, vote: Vote, tied: int | None) -> Tie:
    found = tallies.tally(session, vote).result.ties()
    if not found:
        raise Refused("no_tie")
    if tied is None and len(found) > 1:
        raise Refused("which_tie")
    chosen = next((tie for tie in found if tied in (None, tie.first)), None)
    if chosen is None:
        raise Refused("no_tie")
    return chosen


def _narrow(vote: Vote, options: Sequence[Option]) -> None:
    """Fewer options: nobody may be asked for more of them than there are, or be able to choose them all."""
    vote_type = registry.type_of(vote.type)
    if {"least", "most"} <= set(vote_type.fields):
        several = len(options) - (vote_type.by == "answers")
        vote.most = min(vote.most or several, several)
        vote.least = min(vote.least or 1, vote.most)
    try:
        vote_type.check(lookup.question_of_rows(vote, options))
    except Refused:
        vote.per_option = None  # a budget that fewer options cannot hold
