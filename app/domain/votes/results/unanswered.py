"""Who has not answered yet, by table: only of tables so large that nobody in particular is meant."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.domain.people import tables
from app.domain.select_rows import Readable
from app.domain.votes.ballots.ballot_rows import is_counted
from app.domain.votes.results import suppression
from app.domain.votes.results.group_counts import smallest_group
from app.domain.votes.results.suppression import Cells
from app.models import Ballot, CountSheet, Elector, Participant, Vote


@dataclass(frozen=True, slots=True)
class TableUnanswered:
    """Of the table with the number `table`, `n` of its `electors` have not answered."""

    table: int
    n: int
    electors: int


def by_table(session: Session, vote: Readable[Vote]) -> list[TableUnanswered]:
    """How many have not answered at each table that is large enough for nobody to be meant.

    Only of a vote of people. Paper by a serial is of no table, so those who gave it count as unanswered.
    """
    if vote.unit != "people":
        return []
    query = (
        select_columns(col(Participant.table_id), func.count(col(Ballot.id)), func.count())
        .join(Elector, col(Elector.participant_id) == Participant.id)
        .join(
            Ballot,
            and_(col(Ballot.elector_id) == Elector.id, is_counted()),
            isouter=True,
        )
        .where(col(Elector.vote_id) == vote.id)
        .group_by(col(Participant.table_id))
    )
    on_sheets: dict[Any, int] = dict(
        session.exec(
            select(CountSheet.table_id, CountSheet.ballots).where(
                CountSheet.vote_id == vote.id, col(CountSheet.replaced_at).is_(None)
            )
        ).all()
    )
    cells: dict[Any, Cells] = {}
    for table, on_ballots, n in session.connection().execute(query):
        answered = min(n, on_ballots + on_sheets.get(table, 0))
        cells[table] = (n - answered, answered)
    nowhere = cells.pop(None, ())
    numbers = tables.numbers_by_id(session, vote.workshop_id)
    may = suppression.groups_to_show(cells, smallest_group(session, vote), nowhere)
    return sorted(
        (TableUnanswered(numbers[table], cells[table][0], sum(cells[table])) for table in may),
        key=lambda each: each.table,
    )
