"""Links for those who run the day: made, listed, renamed, issued anew and revoked."""

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import log, texts
from app.domain.people import link_secrets, tables
from app.domain.who import Who
from app.errors import Refused
from app.models import Link, LinkSecret, Projector
from app.models.base import moment
from app.models.links import LinkRole


def issue(session: Session, who: Who, role: LinkRole, name: str, table: int | None = None) -> tuple[int, str]:
    """Make a link; returns its id and a token, which is shown now and never again.
    Refused("scribe_without_table"), Refused("no_such_table")."""
    if role == "scribe" and table is None:
        raise Refused("scribe_without_table")
    link = Link(
        workshop_id=who.workshop_id,
        role=role,
        name=texts.required(name, 80),
        table_id=tables.with_number(session, who.workshop_id, table).id if table else None,
        one_time=role in ("lead", "cofacilitator", "organiser"),
    )
    log.record(session, who, "link issued", link)
    if role == "projector":
        session.add(Projector(id=link.id, workshop_id=who.workshop_id))
    return link.id, link_secrets.add_secret(session, link)


def reissue(session: Session, who: Who, link_id: int) -> str:
    """Give a link a new secret and end the ones before; browsers already in by it stay in.
    Refused as by `link_of`."""
    link = link_of(session, who, link_id)
    session.connection().execute(delete(LinkSecret).where(col(LinkSecret.link_id) == link.id))
    log.note(session, who, "link reissued", "link", link.id)
    announce(session, who.workshop_id, "links")
    return link_secrets.add_secret(session, link)


def issue_starting_links(session: Session, who: Who) -> dict[str, str]:
    """The links a start prints: the console's, the projector's and one per table, each with a
    further secret (saved ones still open). Returns "lead", "projector", "table 1"… -> token."""
    wanted: list[tuple[LinkRole, str, int | None]] = [
        ("lead", "Lead facilitator", None),
        ("projector", "Main projector", None),
    ]
    wanted += [("scribe", f"Table {t.number}", t.number) for t in tables.all_tables(session, who.workshop_id)]
    known = {(link.role, link.name): link for link in in_force(session, who.workshop_id)}
    tokens = {}
    for role, name, table in wanted:
        link = known.get((role, name))
        label = role if table is None else f"table {table}"
        tokens[label] = (
            link_secrets.add_secret(session, link) if link else issue(session, who, role, name, table)[1]
        )
    return tokens


def rename(session: Session, who: Who, link_id: int, name: str) -> None:
    """Call a link something else; Refused("not_found") for a link that is not in force."""
    link = link_of(session, who, link_id)
    link.name = texts.required(name, 80)
    log.record(session, who, "link renamed", link)


def revoke(session: Session, who: Who, link_id: int) -> None:
    """End a link and every browser that came in by it.

    Refused("own_link") for the lead's own: nobody locks themselves out on stage.
    """
    link = link_of(session, who, link_id)
    if link.id == who.link_id:
        raise Refused("own_link")
    link.revoked_at = moment()
    log.record(session, who, "link revoked", link)
    announce(session, who.workshop_id, "departures")


def in_force(session: Session, workshop_id: int) -> list[Link]:
    """The links in force."""
    query = select(Link).where(Link.workshop_id == workshop_id, col(Link.revoked_at).is_(None))
    return list(session.exec(query.order_by(col(Link.id))))


def link_of(session: Session, who: Who, link_id: int) -> Link:
    """A link in force of this workshop; Refused("not_found") for any other."""
    link = session.get(Link, link_id)
    if link is None or link.workshop_id != who.workshop_id or link.revoked_at:
        raise Refused("not_found")
    return link
