"""Count sheets: a table's paper ballots counted by hand, entered as one number per option."""

from collections.abc import Mapping

from sqlalchemy import insert
from sqlmodel import Session, select

from app.domain import submissions
from app.domain.people import tables
from app.domain.submissions import Stamp
from app.domain.votes import lookup
from app.domain.votes.ballots import count_sheet_forms, electorates, paper_entries
from app.domain.votes.ballots.paper_entries import EarlierEntry, EntryOutcome
from app.domain.votes.types import registry
from app.domain.votes.types.arithmetic import whole_number
from app.domain.votes.types.question import Form
from app.domain.who import Who
from app.errors import Refused
from app.models import CountLine, CountSheet, Table, Vote
from app.models.base import moment


def fits(vote: Vote) -> bool:
    """Whether a count sheet makes sense: of a type that is counted by option, answered by people without
    their names, since a sheet cannot say who is on it."""
    return registry.type_of(vote.type).sheet and vote.unit == "people" and vote.secrecy != "named"


def enter(session: Session, who: Who, vote_id: int, form: Form, stamp: Stamp) -> EntryOutcome:
    """A table's count sheet. Fields: `table` (its number; a scribe's is their own), `ballots` (how many) and
    `n_<option id>`; `on_conflict` = "replace" or "discard" says what becomes of it where there is one.

    `Refused("sheet_not_here")` where a sheet makes no sense, `"sheet_which_table"` without a table, and as
    `paper_entries.require_accepts_paper` and `count_sheet_forms.read` say;
    `RefusedAndLogged("sheet_above_table")` or `"paper_above_electorate"` where there would be more ballots
    than people.
    """
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    if delivered := submissions.earlier_delivery(session, who, stamp):
        return EntryOutcome("entered" if delivered.row_id else "discarded")
    paper_entries.require_accepts_paper(vote)
    if not fits(vote):
        raise Refused("sheet_not_here")
    choice = paper_entries.conflict_choice(form)
    table = _table(session, who, form)
    n, lines = count_sheet_forms.read(lookup.question_of(session, vote), form)
    earlier = electorates.sheet_of_table(session, vote.id, table.id)
    if earlier and not choice:
        return EntryOutcome("asks", EarlierEntry("sheet", earlier.entered_at))
    if earlier and choice == "discard":
        return paper_entries.log_discarded(session, who, vote, stamp, "count sheet discarded")
    if full := _refusal_if_full(session, vote, table, n, earlier):
        paper_entries.log_and_refuse(session, who, vote, full, "count sheet refused")
    if earlier:
        earlier.replaced_at = moment()
        session.add(earlier)
    sheet_id = _write_sheet(session, who, vote, table, n, lines)
    submissions.remember(session, who, stamp, sheet_id, vote_id=vote.id)
    replaced = {"replaced": "sheet"} if earlier else {}
    paper_entries.log_and_announce(
        session, who, vote, "count sheet entered", table=table.number, ballots=n, **replaced
    )
    return EntryOutcome("entered")


def withdraw(session: Session, who: Who, vote_id: int, sheet_id: int) -> None:
    """Take back a sheet entered by mistake (a scribe only their own); one it replaced does not come back.
    `Refused("not_found")` for a sheet of another link or vote, and while paper is not taken."""
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    sheet = session.get(CountSheet, sheet_id)
    if sheet is None or sheet.vote_id != vote.id:
        raise Refused("not_found")
    paper_entries.require_own(who, sheet.entered_by)
    paper_entries.require_accepts_paper(vote)
    if sheet.replaced_at is None:
        sheet.replaced_at = moment()
        session.add(sheet)
        session.flush()
        paper_entries.log_and_announce(session, who, vote, "count sheet withdrawn")


def _write_sheet(
    session: Session, who: Who, vote: Vote, table: Table, ballots: int, lines: Mapping[int, int]
) -> int:
    sheet = CountSheet(vote_id=vote.id, table_id=table.id, ballots=ballots, entered_by=who.link_id)
    session.add(sheet)
    session.flush()
    of_sheet = {"sheet_id": sheet.id, "vote_id": vote.id}
    rows = [{**of_sheet, "option_id": option_id, "n": n} for option_id, n in lines.items()]
    session.connection().execute(insert(CountLine), rows)
    return sheet.id


def _table(session: Session, who: Who, form: Form) -> Table:
    if who.role == "scribe":
        return session.exec(select(Table).where(Table.id == who.table_id)).one()
    number = whole_number(form, "table")
    if number is None:
        raise Refused("sheet_which_table")
    return tables.with_number(session, who.workshop_id, number)


def _refusal_if_full(
    session: Session, vote: Vote, table: Table, n: int, earlier: CountSheet | None
) -> Refused | None:
    unheard = electorates.unheard_at_table(session, vote.id, table.id)
    if n > unheard:
        return Refused("sheet_above_table", table=table.number, unheard=unheard, ballots=n)
    return electorates.refusal_if_full(session, vote, n, earlier.ballots if earlier else 0)
