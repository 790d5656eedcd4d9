"""The paper of a vote as a facilitator checks it: what was entered, by whom and when; never what it says.

What was refused has left nothing but lines of the log, which are listed here to be read; nothing is decided
by them."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.domain.votes.ballots import count_sheets, paper_entries
from app.domain.who import Who
from app.models import Ballot, CountSheet, Elector, Link, LogEntry, Organisation, Table, Vote

LINK_TABLE = aliased(Table)


class EnteredBy(NamedTuple):
    """The link something came in by: what it is called, and its table's number if it has one."""

    name: str | None
    table: int | None


class PaperLine(NamedTuple):
    """One paper. `kind` is "code", "serial" or "organisation" (with its `name`), "sheet" (with its `table`,
    0 for every table's, and how many `ballots`), or "refused" (then `id` is of the log)."""

    kind: str
    id: int
    at: datetime
    by: EnteredBy
    name: str = ""
    table: int = 0
    ballots: int = 1
    contested: bool = False


class PaperTrail(NamedTuple):
    """What counts, newest first; what was `refused`, because there would have been more ballots than may be;
    whether paper is still taken (`open`), and whether a count sheet makes sense (`sheet`)."""

    lines: list[PaperLine]
    refused: list[PaperLine]
    open: bool
    sheet: bool

    @property
    def ballots(self) -> int:
        return sum(line.kind != "sheet" for line in self.lines)

    @property
    def sheets(self) -> int:
        return sum(line.kind == "sheet" for line in self.lines)


def trail_of_vote(session: Session, who: Who, vote: Vote) -> PaperTrail:
    """What was entered for a vote: all of it, or for a scribe what came in by their own link."""
    only_link = who.link_id if who.role == "scribe" else None
    lines = [*_ballot_lines(session, vote, only_link), *_sheet_lines(session, vote, only_link)]
    lines.sort(key=lambda line: line.at, reverse=True)
    is_open = vote.state not in paper_entries.TOO_LATE
    return PaperTrail(lines, _refusal_lines(session, vote, only_link), is_open, count_sheets.fits(vote))


def _ballot_lines(session: Session, vote: Vote, only_link: int | None) -> list[PaperLine]:
    columns = (Ballot.id, Ballot.cast_at, Ballot.serial, Organisation.name, Ballot.standing)
    query = (
        _select_with_link(columns, col(Ballot.entered_by), only_link)
        .select_from(Ballot)
        .join(Elector, col(Elector.id) == Ballot.elector_id, isouter=True)
        .join(Organisation, col(Organisation.id) == Elector.organisation_id, isouter=True)
        .where(
            col(Ballot.vote_id) == vote.id,
            col(Ballot.channel) == "paper",
            col(Ballot.standing) != "set aside",
        )
    )
    found = session.connection().execute(query)
    return [
        PaperLine(
            "serial" if serial else "organisation" if name else "code",
            ballot_id,
            at,
            EnteredBy(*by),
            serial or name or "",
            contested=standing == "contested",
        )
        for *by, ballot_id, at, serial, name, standing in found
    ]


def _sheet_lines(session: Session, vote: Vote, only_link: int | None) -> list[PaperLine]:
    columns = (CountSheet.id, CountSheet.entered_at, CountSheet.ballots, Table.number)
    query = (
        _select_with_link(columns, col(CountSheet.entered_by), only_link)
        .select_from(CountSheet)
        .join(Table, col(Table.id) == CountSheet.table_id, isouter=True)
        .where(col(CountSheet.vote_id) == vote.id, col(CountSheet.replaced_at).is_(None))
    )
    found = session.connection().execute(query)
    return [
        PaperLine("sheet", i, at, EnteredBy(*by), table=table or 0, ballots=n)
        for *by, i, at, n, table in found
    ]


def _refusal_lines(session: Session, vote: Vote, only_link: int | None) -> list[PaperLine]:
    query = (
        _select_with_link((LogEntry.id, LogEntry.at), col(LogEntry.link_id), only_link)
        .select_from(LogEntry)
        .where(
            col(LogEntry.workshop_id) == vote.workshop_id,
            col(LogEntry.row_kind) == "vote",
            col(LogEntry.row_id) == vote.id,
            col(LogEntry.what).in_(paper_entries.REFUSAL_LINES),
        )
        .order_by(col(LogEntry.id).desc())
    )
    return [PaperLine("refused", i, at, EnteredBy(*by)) for *by, i, at in session.connection().execute(query)]


def _select_with_link(columns: tuple[Any, ...], link_id: Any, only_link: int | None) -> Select:
    query = (
        select(col(Link.name), col(LINK_TABLE.number), *columns)
        .join(Link, col(Link.id) == link_id, isouter=True)
        .join(LINK_TABLE, col(LINK_TABLE.id) == Link.table_id, isouter=True)
    )
    return query if only_link is None else query.where(link_id == only_link)
