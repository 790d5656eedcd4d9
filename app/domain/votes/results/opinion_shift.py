"""Who moved where between a question and the same one asked again: pairs of answers, counted, not listed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.domain.select_rows import Readable
from app.domain.votes import lookup
from app.domain.votes.results import pair_rows, paired_answers, tallies
from app.domain.votes.results.group_counts import smallest_group
from app.domain.votes.results.paired_answers import Moves
from app.domain.votes.results.tallies import Tally
from app.domain.votes.types import registry
from app.domain.votes.types.question import Choice
from app.models import Vote


@dataclass(frozen=True, slots=True)
class OpinionShift:
    """How answers moved from `before` to `after`, whose results each have their own number of ballots.

    `cells` count by what was answered before (rows) and after (columns), `moves` is what they come to; both
    are None where they would give answers away. Of the pairs, `paper_or_late` have an answer on paper or
    given late: they are `left_out`, or may be (`may_leave_out`).
    """

    before: Tally
    after: Tally
    cells: list[list[int]] | None
    moves: Moves | None
    paper_or_late: int
    left_out: bool
    may_leave_out: bool

    @property
    def options(self) -> Sequence[Choice]:
        return self.after.question.options


def towards(
    session: Session, after: Readable[Vote], without_paper_and_late: bool = False
) -> OpinionShift | None:
    """The shift towards this vote from the one it asks again; perhaps
    without the pairs that have an answer on paper or given late. None
    where there is nothing to compare, and until the room has been shown both results."""
    before = pair_rows.earlier_vote(session, after)
    if before is None or not (lookup.is_shown(before) and lookup.is_shown(after)):
        return None
    votes = [(vote, lookup.question_of(session, vote)) for vote in (before, after)]
    first, second = tallies.of_votes(session, votes)
    found = pair_rows.pairs(session, before, after)
    paper_or_late = sum(n for pair, n in found.items() if pair.paper_or_late)
    secret, smallest = pair_rows.is_secret(before, after), smallest_group(session, after)
    may_leave_out = paper_or_late > 0 and (not secret or paper_or_late >= smallest)
    left_out = without_paper_and_late and may_leave_out
    cells = paired_answers.matrix(found, len(second.question.options), not left_out)
    scale = registry.type_of(after.type).options == "levels"
    moves = paired_answers.moves(cells, paired_answers.ranks(second.question.options, scale))
    may = paired_answers.may_show(moves.paired, first.cast, second.cast, smallest) if secret else "cells"
    if may == "cells" and before.secrecy != after.secrecy:
        may = "moves"  # beside the names on the one, a cell of the other would be somebody's
    return OpinionShift(
        first,
        second,
        cells if may == "cells" else None,
        moves if may != "nothing" else None,
        paper_or_late,
        left_out,
        may_leave_out,
    )
