"""Who is asking: what a request brings along is looked up in the rows, and strangers find nothing."""

import hmac
from dataclasses import dataclass, field

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.access.rights import RIGHTS, Right
from app.domain import codes, select_rows
from app.domain.select_rows import Row
from app.domain.votes.confirmations import confirm_links
from app.domain.who import Who
from app.errors import Refused
from app.models import Link, Participant, Pass, Workshop
from app.settings import settings

# Every request passes here, and building a statement costs several times what running it does.
WORKSHOP = select_columns(col(Workshop.id), col(Workshop.code), col(Workshop.time_zone)).where(
    col(Workshop.code) == bindparam("code")
)
PERSON = select_columns(
    col(Participant.id),
    col(Participant.device_hash),
    col(Participant.table_id),
    col(Participant.language),
    col(Participant.removed_at),
).where(
    col(Participant.code_hash) == bindparam("code_hash"),
    col(Participant.workshop_id) == bindparam("workshop_id"),
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request or socket brings along: the workshop's code and the browser's cookies, or the `secret`
    of a link by which an organisation confirms later."""

    code: str
    me: str = ""
    passes: dict[int, str] = field(default_factory=dict)
    link_id: int | None = None
    operator: str = ""
    secret: str = ""
    language: str = "en"


def admit(session: Session, credentials: Credentials, right: Right) -> Who:
    """Who is asking. Raises Refused without the right: "not_allowed" (403) for a known person,
    "not_found" (404) for a stranger, "removed" or "moved_elsewhere" for who took part before."""
    roles = RIGHTS[right]
    workshop = workshop_of(session, credentials)
    if workshop is None:
        raise Refused("not_found")
    if "operator" in roles and _is_operator(credentials):
        return Who(workshop.id, workshop.code, "operator", zone=workshop.time_zone)
    if "organisation" in roles:
        return _organisation(session, workshop, credentials)
    found = _links(session, workshop, credentials)
    for who in found:
        if who.role in roles:
            return who
    if "participant" in roles:
        return _participant(session, workshop, credentials, known=bool(found))
    if found or _is_participant(session, workshop, credentials):
        raise Refused("not_allowed")
    raise Refused("not_found")


def guest(session: Session, credentials: Credentials) -> Who:
    """Someone who knows the event code and may join by it. Raises Refused("code_unknown")."""
    workshop = workshop_of(session, credentials)
    if workshop is None:
        raise Refused("code_unknown")
    return Who(workshop.id, workshop.code, "guest", language=credentials.language, zone=workshop.time_zone)


def workshop_of(session: Session, credentials: Credentials) -> Row[Workshop] | None:
    """The workshop with this code: its id, code and time_zone."""
    if not codes.is_workshop_code(credentials.code):
        return None
    return select_rows.first_row(session, WORKSHOP, code=credentials.code)


def _is_operator(credentials: Credentials) -> bool:
    expected = settings().operator_token
    return bool(expected) and hmac.compare_digest(expected, credentials.operator)


def _links(session: Session, workshop: Row[Workshop], credentials: Credentials) -> list[Who]:
    """The links this browser came in by, in force; only the one in the path where there is one."""
    wanted = {i: token for i, token in credentials.passes.items() if credentials.link_id in (None, i)}
    if not wanted:
        return []
    query = (
        select(Link, Pass.token_hash)
        .join(Pass)
        .where(
            Link.workshop_id == workshop.id,
            col(Link.revoked_at).is_(None),
            col(Pass.token_hash).in_([codes.hashed(token) for token in wanted.values()]),
        )
        .order_by(col(Link.id))
    )
    return [
        Who(
            workshop.id,
            workshop.code,
            link.role,
            link_id=link.id,
            table_id=link.table_id,
            language=credentials.language,
            zone=workshop.time_zone,
        )
        for link, _ in session.exec(query)
    ]


def _participant(session: Session, workshop: Row[Workshop], credentials: Credentials, known: bool) -> Who:
    personal, _, device = credentials.me.partition(".")
    person = _person(session, workshop, personal)
    if person is None:
        raise Refused("not_allowed" if known else "not_found")
    if person.removed_at is not None:
        raise Refused("removed")
    if not hmac.compare_digest(person.device_hash, codes.hashed(device)):
        raise Refused("moved_elsewhere")
    return Who(
        workshop.id,
        workshop.code,
        "participant",
        participant_id=person.id,
        device=person.device_hash[:16],
        table_id=person.table_id,
        language=person.language,
        zone=workshop.time_zone,
    )


def _organisation(session: Session, workshop: Row[Workshop], credentials: Credentials) -> Who:
    """Whoever has the link speaks for the organisation; whether it still works is the domain's to say."""
    link = confirm_links.link_of_token(session, workshop.id, credentials.secret)
    if link is None:
        raise Refused("not_found")
    return Who(
        workshop.id,
        workshop.code,
        "organisation",
        confirm_link_id=link.id,
        language=credentials.language,
        zone=workshop.time_zone,
    )


def _is_participant(session: Session, workshop: Row[Workshop], credentials: Credentials) -> bool:
    return bool(credentials.me) and _person(session, workshop, credentials.me.partition(".")[0]) is not None


def _person(session: Session, workshop: Row[Workshop], personal: str) -> Row[Participant] | None:
    if not personal:
        return None
    values = {"code_hash": codes.hashed(personal), "workshop_id": workshop.id}
    return select_rows.first_row(session, PERSON, **values)
