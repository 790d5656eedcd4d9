"""What the record says of a question asked before and after: who moved where, as far as screens show it."""

from app.domain.votes.results.tallies import Tally
from app.record.votes.result_lines import MoveLine, ShiftLine


def shift_line(tally: Tally) -> ShiftLine | None:
    """The shift since the vote that this one asks again; None where it is no such vote."""
    shift = tally.shift
    if shift is None:
        return None
    moves = ("paired", "stayed", "moved", "towards", "away")
    return ShiftLine(
        before=shift.before.vote.id,
        **{name: getattr(shift.moves, name, None) for name in moves},
        aside=shift.paper_or_late if shift.moves else None,
        left_out=shift.left_out,
        moves=[
            MoveLine(was, now, n)
            for was, row in enumerate(shift.cells or (), 1)
            for now, n in enumerate(row, 1)
        ],
    )
