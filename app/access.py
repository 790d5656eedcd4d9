"""The one door: who is asking, in which workshop, with which right; strangers get 404.

The door stands inside the transaction of what is asked: `Door.read` and `Door.write` admit the
person and then do the thing with the same session, so that nothing changes in between.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select
from starlette.requests import HTTPConnection

from app.domain import codes, select_rows
from app.domain.select_rows import Row
from app.domain.votes.confirmations import confirm_links
from app.domain.who import Who
from app.errors import Refused
from app.models import Link, Participant, Pass, Workshop
from app.models.base import LANGUAGES
from app.rate_limit import Allowance
from app.settings import settings
from app.storage.database import database

T = TypeVar("T")

LEADS = frozenset({"lead", "cofacilitator"})
STAFF = LEADS | {"organiser"}
SCRIBE = frozenset({"scribe"})
PARTICIPANT = frozenset({"participant"})

# The table of rights: what may be asked, and by which roles. Nothing else is asked of a workshop.
RIGHTS: dict[str, frozenset[str]] = {
    "see_console": STAFF,
    "see_projector": frozenset({"projector"}),
    "see_pad": SCRIBE,
    "see_phone": PARTICIPANT,
    "see_receipts": STAFF | PARTICIPANT,
    "ask_confirm_link": PARTICIPANT,
    "confirm": frozenset({"organisation"}),
    "cast": PARTICIPANT,
    "ask_for_time": PARTICIPANT,
    "write_note": PARTICIPANT,
    "change_own_details": PARTICIPANT,
    "write_entry": SCRIBE,
    "enter_paper": LEADS | SCRIBE,
    "lead": LEADS,
    "edit_workshop": STAFF,
    "manage_people": STAFF,
    "manage_links": STAFF,
    "manage_confirm_links": STAFF,
    "take_record": STAFF,
    "rehearse": frozenset({"operator", "lead", "organiser"}),
}

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

PER_PERSON = Allowance(240)
WRONG_PER_BROWSER = Allowance(10)
WRONG_PER_ADDRESS = Allowance(300)


@dataclass(frozen=True, slots=True)
class Door:
    """What a request shows at the door: the workshop's code and the browser's cookies, or the `secret` of a
    link by which an organisation confirms later."""

    code: str
    me: str = ""
    passes: dict[int, str] = field(default_factory=dict)
    link_id: int | None = None
    operator: str = ""
    secret: str = ""
    language: str = "en"

    async def read(self, right: str, ask: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """`ask(session, who, …)` in a read transaction, for someone with this right."""
        return await database.read(_through, self, right, ask, *args, **kwargs)

    async def write(self, right: str, act: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """`act(session, who, …)` through the writer, for someone with this right; a person, or whoever
        follows a link (not their address: a whole venue shares one), may do so many things a minute."""
        if not PER_PERSON.take(self.code, self.secret or self.me or str(sorted(self.passes.values()))):
            raise Refused("too_many")
        return await database.write(_through, self, right, act, *args, **kwargs)


def door(connection: HTTPConnection) -> Door:
    """What this request or socket shows at the door; nothing is looked up yet."""
    path, cookies = connection.path_params, connection.cookies
    passes = {
        int(name.removeprefix("as_")): value
        for name, value in cookies.items()
        if name.startswith("as_") and name[3:].isdecimal() and len(name) < 16
    }
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    return Door(
        code=str(path.get("code", "")),
        me=cookies.get("me", ""),
        passes=passes,
        link_id=int(path["link_id"]) if "link_id" in path else None,
        operator=bearer if scheme.lower() == "bearer" else "",
        secret=str(path.get("secret", "")),
        language=language_of(connection),
    )


async def at_door(connection: HTTPConnection) -> Door:
    """`door` as a dependency of routes and sockets."""
    return door(connection)


def admit(session: Session, shown: Door, right: str) -> Who:
    """Who stands at the door, refused without the right: 403 for a known person, 404 for a stranger."""
    roles = RIGHTS[right]
    workshop = _workshop(session, shown)
    if workshop is None:
        raise Refused("not_found")
    if "operator" in roles and _is_operator(shown):
        return Who(workshop.id, workshop.code, "operator", zone=workshop.time_zone)
    if "organisation" in roles:
        return _organisation(session, workshop, shown)
    found = _links(session, workshop, shown)
    for who in found:
        if who.role in roles:
            return who
    if "participant" in roles:
        return _participant(session, workshop, shown, known=bool(found))
    if found or _is_participant(session, workshop, shown):
        raise Refused("not_allowed")
    raise Refused("not_found")


def guest(session: Session, shown: Door) -> Who:
    """Someone who knows the event code and may join by it."""
    workshop = _workshop(session, shown)
    if workshop is None:
        raise Refused("code_unknown")
    return Who(workshop.id, workshop.code, "guest", language=shown.language, zone=workshop.time_zone)


def language_of(connection: HTTPConnection) -> str:
    """The language this browser chose, or else prefers."""
    chosen = connection.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    preferred = connection.headers.get("accept-language", "").lower()
    return "cy" if preferred.startswith("cy") else "en"


def wrong_code(code: str, browser: str, address: str) -> None:
    """Count a wrong personal or event code against this browser, and (sized for a whole venue
    behind one address) against the address and event."""
    if not (WRONG_PER_BROWSER.take(browser) and WRONG_PER_ADDRESS.take(address, code)):
        raise Refused("too_many_tries")


def tries_left(code: str, browser: str, address: str) -> None:
    """Refused while this browser or address has had too many wrong codes."""
    if not (WRONG_PER_BROWSER.left(browser) and WRONG_PER_ADDRESS.left(address, code)):
        raise Refused("too_many_tries")


def _through(
    session: Session, shown: Door, right: str, act: Callable[..., T], *args: Any, **kwargs: Any
) -> T:
    try:
        who = admit(session, shown, right)
        return act(session, who, *args, **kwargs)
    except Refused as refused:
        workshop = _workshop(session, shown)
        refused.zone = workshop.time_zone if workshop else ""
        raise


def _workshop(session: Session, shown: Door) -> Row[Workshop] | None:
    if not codes.is_workshop_code(shown.code):
        return None
    return select_rows.first_row(session, WORKSHOP, code=shown.code)


def _is_operator(shown: Door) -> bool:
    expected = settings().operator_token
    return bool(expected) and hmac.compare_digest(expected, shown.operator)


def _links(session: Session, workshop: Row[Workshop], shown: Door) -> list[Who]:
    """The links this browser came in by, in force; only the one in the path where there is one."""
    wanted = {i: token for i, token in shown.passes.items() if shown.link_id in (None, i)}
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
            language=shown.language,
            zone=workshop.time_zone,
        )
        for link, _ in session.exec(query)
    ]


def _participant(session: Session, workshop: Row[Workshop], shown: Door, known: bool) -> Who:
    personal, _, device = shown.me.partition(".")
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


def _organisation(session: Session, workshop: Row[Workshop], shown: Door) -> Who:
    """Whoever has the link speaks for the organisation; whether it still works is the domain's to say."""
    link = confirm_links.by_token(session, workshop.id, shown.secret)
    if link is None:
        raise Refused("not_found")
    return Who(
        workshop.id,
        workshop.code,
        "organisation",
        confirm_link_id=link.id,
        language=shown.language,
        zone=workshop.time_zone,
    )


def _is_participant(session: Session, workshop: Row[Workshop], shown: Door) -> bool:
    return bool(shown.me) and _person(session, workshop, shown.me.partition(".")[0]) is not None


def _person(session: Session, workshop: Row[Workshop], personal: str) -> Row[Participant] | None:
    if not personal:
        return None
    asked = {"code_hash": codes.hashed(personal), "workshop_id": workshop.id}
    return select_rows.first_row(session, PERSON, **asked)
