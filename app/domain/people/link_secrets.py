"""What opens a link: its secrets, used once or often, and the browsers that came in by them."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import codes, log
from app.domain.who import Who
from app.errors import Refused
from app.models import Link, LinkSecret, Pass, Workshop
from app.models.base import moment


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """A link that has just let a browser in: what the browser keeps, and where it goes."""

    code: str
    role: str
    link_id: int
    token: str


def find_by_token(session: Session, token: str) -> tuple[Link, LinkSecret, str] | None:
    """The link this token belongs to, the secret itself and the workshop's code, if in force."""
    query = (
        select(Link, LinkSecret, Workshop.code)
        .join(LinkSecret, col(LinkSecret.link_id) == Link.id)
        .join(Workshop, col(Workshop.id) == Link.workshop_id)
        .where(LinkSecret.token_hash == codes.hashed(token), col(Link.revoked_at).is_(None))
    )
    return session.exec(query).first()


def open(session: Session, token: str) -> OpenedLink:
    """Let a browser in by a link. Refused("link_unknown"), and Refused("link_used") for a one-time secret
    that has opened before."""
    found = find_by_token(session, token)
    if found is None:
        raise Refused("link_unknown")
    link, secret, code = found
    if link.one_time and secret.used_at:
        raise Refused("link_used")
    link.used_at = secret.used_at = moment()
    pass_token = codes.token()
    session.add_all([link, secret, Pass(link_id=link.id, token_hash=codes.hashed(pass_token))])
    session.flush()
    who = Who(link.workshop_id, code, link.role, link_id=link.id)
    log.note(session, who, "link opened", "link", link.id)
    announce(session, link.workshop_id, "links")
    return OpenedLink(code, link.role, link.id, pass_token)


def browsers_by_link(session: Session, workshop_id: int) -> dict[int, int]:
    """How many browsers have come in by each link, by link id."""
    query = select(Pass.link_id).join(Link).where(Link.workshop_id == workshop_id)
    counted: dict[int, int] = {}
    for link_id in session.exec(query):
        counted[link_id] = counted.get(link_id, 0) + 1
    return counted


def add_secret(session: Session, link: Link) -> str:
    """Give a link a further secret; returns the token that opens it, of which only the hash is kept."""
    token = codes.token()
    session.add(LinkSecret(link_id=link.id, token_hash=codes.hashed(token)))
    session.flush()
    return token
