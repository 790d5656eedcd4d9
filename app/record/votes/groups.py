"""What the record says of tables, sectors and roles: counts of those that may be shown, and no others."""

from collections.abc import Iterable

from sqlmodel import Session

from app.domain.votes.results import breakdowns
from app.domain.votes.results.breakdowns import Breakdown
from app.domain.votes.results.tallies import Tally
from app.record.votes.result_lines import GroupLine


def group_lines(session: Session, found: Iterable[Tally]) -> dict[int, list[GroupLine]]:
    """A line per group and option, by vote id. Which groups stay out so that no hidden one can be worked out
    is decided where the screens' breakdowns are, so that both show the same ones."""
    may = [tally.vote for tally in found if breakdowns.is_possible(tally.vote)]
    return {
        vote.id: [line for each in breakdowns.visible(session, vote) for line in _lines_of_breakdown(each)]
        for vote in may
    }


def _lines_of_breakdown(breakdown: Breakdown) -> Iterable[GroupLine]:
    for group in breakdown.groups:
        for option, n in zip(breakdown.options, group.counts, strict=True):
            yield GroupLine(breakdown.kind, str(group.name), group.name_cy, option.position, n, group.n)
