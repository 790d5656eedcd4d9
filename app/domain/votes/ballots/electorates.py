"""Who may answer a vote: whom a paper speaks for, how many are spoken for, how many have not been heard."""

from typing import NamedTuple

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from app.domain import codes, texts
from app.domain.people import roles
from app.domain.votes.ballots.ballot_rows import is_counted
from app.domain.votes.types.question import Form
from app.domain.who import Who
from app.errors import Refused
from app.models import Ballot, CountSheet, Elector, Organisation, Participant, Table, Vote

SERIAL_LENGTH = 20


class Unit(NamedTuple):
    """For whom a paper counts: an elector, or nobody known by a `serial`. `seat` is the table the person sits
    at; `table_id`, `sector` and `role_id` are the group tags of a vote that has them."""

    elector_id: int | None = None
    serial: str | None = None
    seat: int | None = None
    table_id: int | None = None
    sector: str = ""
    role_id: int | None = None


def unit_of(session: Session, who: Who, vote: Vote, form: Form) -> Unit:
    """Whom the fields `code` (personal), `serial` or `organisation` (an id) of a paper name; refused unless
    exactly one of the electorate, or a serial not in use."""
    if vote.unit == "organisations":
        return _unit_of_organisation(session, vote, form.get("organisation", ""))
    code = codes.typed(form.get("code", ""))
    serial = codes.typed(texts.optional(form.get("serial", ""), SERIAL_LENGTH))
    if bool(code) == bool(serial):
        raise Refused("paper_for_whom")
    return _unit_of_code(session, who, vote, code) if code else _unit_of_serial(session, vote, serial)


def organisations_of(session: Session, vote_id: int) -> list[tuple[int, str]]:
    """The organisations that may answer a vote: ids and names, in order. Not whether they have."""
    query = (
        select(Organisation.id, Organisation.name)
        .join(Elector, col(Elector.organisation_id) == Organisation.id)
        .where(Elector.vote_id == vote_id)
    )
    return list(session.exec(query.order_by(col(Organisation.folded))))


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
    """Why `more` ballots (in place of `instead` others) do not fit into the electorate, if they do not."""
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
    """The count sheet that stands for a table, if there is one."""
    query = select(CountSheet).where(CountSheet.vote_id == vote_id, CountSheet.table_id == table_id)
    return session.exec(query.where(col(CountSheet.replaced_at).is_(None))).first()


def _unit_of_code(session: Session, who: Who, vote: Vote, code: str) -> Unit:
    as_elector = (col(Elector.participant_id) == Participant.id) & (col(Elector.vote_id) == vote.id)
    query = (
        select(Participant, Elector.id, Organisation.sector)
        .join(Elector, as_elector, isouter=True)
        .join(Organisation, col(Organisation.id) == Participant.organisation_id, isouter=True)
        .where(Participant.workshop_id == who.workshop_id, Participant.code_hash == codes.hashed(code))
    )
    found = session.exec(query).first()
    if found is None:
        raise Refused("paper_code_unknown")
    person, elector_id, sector = found
    if person.removed_at is not None:
        raise Refused("paper_left")
    if elector_id is None:
        raise Refused("paper_not_in_electorate")
    if vote.secrecy == "anonymous":
        return Unit(elector_id, seat=person.table_id)
    role_id = roles.tag(session, vote, person.id)
    return Unit(elector_id, None, person.table_id, person.table_id, sector or "", role_id)


def _unit_of_serial(session: Session, vote: Vote, serial: str) -> Unit:
    if vote.secrecy == "named":
        raise Refused("paper_needs_code")
    used = select(Ballot.id).where(
        Ballot.vote_id == vote.id, Ballot.serial == serial, Ballot.standing != "set aside"
    )
    if session.exec(used).first() is not None:
        raise Refused("serial_used", serial=serial)
    return Unit(serial=serial)


def _unit_of_organisation(session: Session, vote: Vote, text: str) -> Unit:
    organisation_id = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    query = (
        select(Elector.id, Organisation.sector)
        .join(Organisation, col(Organisation.id) == Elector.organisation_id)
        .where(Elector.vote_id == vote.id, Elector.organisation_id == organisation_id)
    )
    found = session.exec(query).first()
    if found is None:
        raise Refused("paper_which_organisation")
    return Unit(found[0], sector="" if vote.secrecy == "anonymous" else found[1])
