"""For whom a paper ballot counts: a person by their code, nobody by a serial, or an organisation."""

from typing import NamedTuple

from sqlmodel import Session, col, select

from app.domain import codes, texts
from app.domain.people import roles
from app.domain.votes.types.question import Form
from app.domain.who import Who
from app.errors import Refused
from app.models import Ballot, Elector, Organisation, Participant, Vote

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
    """Whom the fields `code` (personal), `serial` or `organisation` (an id) of a paper name.

    `Refused("paper_for_whom")` unless code or serial is filled in, `"paper_code_unknown"`, `"paper_left"` or
    `"paper_not_in_electorate"` for a code, `"paper_needs_code"` or `"serial_used"` for a serial,
    `"paper_which_organisation"` for an organisation outside the electorate.
    """
    if vote.unit == "organisations":
        return _unit_of_organisation(session, vote, form.get("organisation", ""))
    code = codes.normalised(form.get("code", ""))
    serial = codes.normalised(texts.optional(form.get("serial", ""), SERIAL_LENGTH))
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
    role_id = roles.role_id_for_ballot(session, vote, person.id)
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
