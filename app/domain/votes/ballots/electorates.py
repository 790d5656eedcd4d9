"""Who may answer a vote: whom a paper speaks for, how many are spoken for, how many have not been heard."""

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from app.domain.votes.ballots.ballot_rows import is_counted
from app.errors import Refused
from app.models import Ballot, CountSheet, Elector, Participant, Table, Vote


def heard_count(session: Session, vote_id: int) -> int:
    """How many of an electorate are spoken for: by ballots that count, on sheets, by contested answers."""
    counted = func.count(case((is_counted(), 1)))
    contested = func.count(func.distinct(case((col(Ballot.standing) == "contested", Ballot.elector_id))))
    on_sheets = select(func.coalesce(func.sum(CountSheet.ballots), 0)).where(
        CountSheet.vote_id == vote_id, col(CountSheet.replaced_at).is_(None)
    )
    query = select(counted + contested + on_sheets.scalar_subquery()).where(Ballot.vote_id == vote_id)
    return session.exec(query).one()


def refusal_if_full(session: Session, vote: Vote, more: int, instead: int = 0) -> Refused | None:
    """Why `more` ballots (in place of `instead` others) do not fit into the electorate, if they do not:
    `Refused("paper_above_electorate")`, returned for the caller to raise."""
    taken, electorate = heard_count(session, vote.id) - instead, vote.electorate_size or 0
    if taken + more <= electorate:
        return None
    return Refused("paper_above_electorate", taken=taken, electorate=electorate, more=more)


def refusal_if_table_full(session: Session, vote_id: int, seat: int | None, code: str) -> Refused | None:
    """Why a ballot of someone at this table does not fit beside its count sheet, in the words of `code`: the
    sheet holds all who sit there and have not been heard."""
    sheet = sheet_of_table(session, vote_id, seat) if seat is not None else None
    if sheet is None or sheet.ballots < unheard_at_table(session, vote_id, sheet.table_id or 0):
        return None
    table = session.exec(select(Table.number).where(Table.id == seat)).one()
    return Refused(code, table=table, ballots=sheet.ballots)


def unheard_at_table(session: Session, vote_id: int, table_id: int) -> int:
    """How many of an electorate sit at a table and have no ballot of their own, by phone or for a code."""
    heard = select(Ballot.elector_id).where(
        Ballot.vote_id == vote_id, Ballot.standing != "set aside", col(Ballot.elector_id).is_not(None)
    )
    query = (
        select(func.count())
        .select_from(Elector)
        .join(Participant, col(Participant.id) == Elector.participant_id)
        .where(
            Elector.vote_id == vote_id,
            Participant.table_id == table_id,
            col(Participant.removed_at).is_(None),
            col(Elector.id).not_in(heard),
        )
    )
    return session.exec(query).one()


def sheet_of_table(session: Session, vote_id: int, table_id: int) -> CountSheet | None:
    """The present count sheet of a table, if there is one."""
    query = select(CountSheet).where(CountSheet.vote_id == vote_id, CountSheet.table_id == table_id)
    return session.exec(query.where(col(CountSheet.replaced_at).is_(None))).first()


def lock_elector(session: Session, elector_id: int) -> None:
    """Hold an organisation of an electorate: with several writers (Postgres) those who speak for it come one
    after the other, each seeing what the other has said."""
    session.exec(select(Elector.id).where(Elector.id == elector_id).with_for_update()).one()
