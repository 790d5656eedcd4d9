"""Links for those who run the day: made, listed, opened once or often, issued anew and revoked."""

from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import codes, log, nouns, texts
from app.domain.people import tables
from app.domain.who import Who
from app.errors import Refused
from app.models import Link, LinkSecret, Pass, Projector, Workshop
from app.models.base import moment
from app.models.links import LinkRole

nouns.register(Link, "links")


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that has just let a browser in: what the browser keeps, and where it goes."""

    code: str
    role: str
    link_id: int
    token: str


def issue(session: Session, who: Who, role: LinkRole, name: str, table: int | None = None) -> tuple[int, str]:
    """Make a link; returns its id and a token, which is shown now and never again."""
    if role == "scribe" and table is None:
        raise Refused("scribe_without_table")
    link = Link(
        workshop_id=who.workshop_id,
        role=role,
        name=texts.required(name, 80),
        table_id=tables.numbered(session, who.workshop_id, table).id if table else None,
        one_time=role in ("lead", "cofacilitator", "organiser"),
    )
    log.record(session, who, "link issued", link)
    if role == "projector":
        session.add(Projector(id=link.id, workshop_id=who.workshop_id))
    return link.id, _add_secret(session, link)


def reissue(session: Session, who: Who, link_id: int) -> str:
    """Give a link a new secret and end the ones before; browsers already in by it stay in."""
    link = of(session, who, link_id)
    session.connection().execute(delete(LinkSecret).where(col(LinkSecret.link_id) == link.id))
    log.note(session, who, "link reissued", "link", link.id)
    announce(session, who.workshop_id, "links")
    return _add_secret(session, link)


def fresh(session: Session, who: Who) -> dict[str, str]:
    """The links a start prints: the console's, the projector's and one per table, each with a
    further secret (saved ones still open). Returns "lead", "projector", "table 1"… -> token."""
    wanted: list[tuple[LinkRole, str, int | None]] = [
        ("lead", "Lead facilitator", None),
        ("projector", "Main projector", None),
    ]
    wanted += [("scribe", f"Table {t.number}", t.number) for t in tables.listed(session, who.workshop_id)]
    known = {(link.role, link.name): link for link in listed(session, who.workshop_id)}
    tokens = {}
    for role, name, table in wanted:
        link = known.get((role, name))
        label = role if table is None else f"table {table}"
        tokens[label] = _add_secret(session, link) if link else issue(session, who, role, name, table)[1]
    return tokens


def rename(session: Session, who: Who, link_id: int, name: str) -> None:
    """Call a link something else."""
    link = of(session, who, link_id)
    link.name = texts.required(name, 80)
    log.record(session, who, "link renamed", link)


def revoke(session: Session, who: Who, link_id: int) -> None:
    """End a link and every browser that came in by it.

    Refused for the lead's own link: nobody locks themselves out on stage.
    """
    link = of(session, who, link_id)
    if link.id == who.link_id:
        raise Refused("own_link")
    link.revoked_at = moment()
    log.record(session, who, "link revoked", link)
    announce(session, who.workshop_id, "departures")


def listed(session: Session, workshop_id: int) -> list[Link]:
    """The links in force."""
    query = select(Link).where(Link.workshop_id == workshop_id, col(Link.revoked_at).is_(None))
    return list(session.exec(query.order_by(col(Link.id))))


def of(session: Session, who: Who, link_id: int) -> Link:
    """A link in force of this workshop."""
    link = session.get(Link, link_id)
    if link is None or link.workshop_id != who.workshop_id or link.revoked_at:
        raise Refused("not_found")
    return link


def peek(session: Session, token: str) -> tuple[Link, LinkSecret, str] | None:
    """The link this token belongs to, the secret itself and the workshop's code, if in force."""
    query = (
        select(Link, LinkSecret, Workshop.code)
        .join(LinkSecret, col(LinkSecret.link_id) == Link.id)
        .join(Workshop, col(Workshop.id) == Link.workshop_id)
        .where(LinkSecret.token_hash == codes.hashed(token), col(Link.revoked_at).is_(None))
    )
    return session.exec(query).first()


def open(session: Session, token: str) -> Opened:
    """Let a browser in by a link; a one-time secret opens once."""
    found = peek(session, token)
    if found is None:
        raise Refused("link_unknown")
    link, secret, code = found
    if link.one_time and secret.used_at:
        raise Refused("link_used")
    link.used_at = secret.used_at = moment()
    kept = codes.token()
    session.add_all([link, secret, Pass(link_id=link.id, token_hash=codes.hashed(kept))])
    session.flush()
    who = Who(link.workshop_id, code, link.role, link_id=link.id)
    log.note(session, who, "link opened", "link", link.id)
    announce(session, link.workshop_id, "links")
    return Opened(code, link.role, link.id, kept)


def browsers(session: Session, workshop_id: int) -> dict[int, int]:
    """How many browsers have come in by each link, by link id."""
    query = select(Pass.link_id).join(Link).where(Link.workshop_id == workshop_id)
    counted: dict[int, int] = {}
    for link_id in session.exec(query):
        counted[link_id] = counted.get(link_id, 0) + 1
    return counted


def _add_secret(session: Session, link: Link) -> str:
    token = codes.token()
    session.add(LinkSecret(link_id=link.id, token_hash=codes.hashed(token)))
    session.flush()
    return token
