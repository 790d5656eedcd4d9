"""What people may say they are: the roles that joining offers, how the organiser words them, and which
ballots are told apart by them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.domain import nouns, texts
from app.domain.select_rows import Readable
from app.errors import Refused
from app.models import Participant, Role, Vote
from app.models.base import moment

LENGTH = 80
MOST = 8
# A ballot asks this on its way, and building a statement costs several times what running it does.
OF_PERSON = (
    select_columns(col(Role.id))
    .join(Participant, col(Participant.role_id) == Role.id)
    .where(col(Participant.id) == bindparam("participant_id"), col(Role.removed_at).is_(None))
)


nouns.register(Role, "participants", nouns.Undoing())


def listed(session: Session, workshop_id: int) -> list[Role]:
    """The roles asked on joining, in order; none where no role is asked."""
    query = select(Role).where(Role.workshop_id == workshop_id, col(Role.removed_at).is_(None))
    return list(session.exec(query.order_by(col(Role.position))))


def every(session: Session, workshop_id: int) -> list[Role]:
    """Those that were asked once, too: ballots may still be counted by them."""
    query = select(Role).where(Role.workshop_id == workshop_id)
    return list(session.exec(query.order_by(col(Role.position))))


def chosen(session: Session, workshop_id: int, text: str) -> int | None:
    """The role whose id a form gives, None for an empty field; refused when it is none of those asked."""
    if not text:
        return None
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    role = session.get(Role, int(text)) if is_number else None
    if role is None or role.workshop_id != workshop_id or role.removed_at:
        raise Refused("no_such_role")
    return role.id


def tag(session: Session, vote: Readable[Vote], participant_id: int | None) -> int | None:
    """The role a person's ballot is counted by, in a vote with group tags.

    Not in a named one, where who knows the answers by name could work out from the counts who said they are
    what; nor where organisations answer, of which a role is no part.
    """
    if vote.secrecy != "group" or vote.unit != "people" or participant_id is None:
        return None
    return session.connection().execute(OF_PERSON, {"participant_id": participant_id}).scalar()


def edited(session: Session, workshop_id: int, fields: Mapping[str, str]) -> list[Role]:
    """The roles as a form words them, those that were there first; nothing is written yet.

    Fields: `role_<id>_en` and `_cy` of each, `role_new<n>_en` and `_cy` of further ones. What is not in the
    form stays; one whose English words are emptied is asked no more. Refused when two are the same, or for
    too many.
    """
    roles = every(session, workshop_id)
    asked = [role for role in roles if not role.removed_at]
    last = max((role.position for role in roles), default=0)
    for role in asked:
        _reword(role, fields)
    names = [_words(fields, f"new{n}") for n in range(1, MOST + 1)]
    written: list[dict[str, Any]] = [words for words in names if any(words.values())]
    if not all(words["name_en"] for words in written):
        raise Refused("text_empty")
    new = [Role(workshop_id=workshop_id, position=last + n, **words) for n, words in enumerate(written, 1)]
    stay = [role.name_en.casefold() for role in [*asked, *new] if not role.removed_at]
    if len(stay) > MOST:
        raise Refused("too_many_roles", most=MOST)
    if len(set(stay)) < len(stay):
        raise Refused("role_twice")
    return [*asked, *new]


def _reword(role: Role, fields: Mapping[str, str]) -> None:
    words = _words(fields, str(role.id), role.name_en, role.name_cy)
    if words["name_en"]:
        role.name_en, role.name_cy = words["name_en"], words["name_cy"]
    else:
        role.removed_at = moment()


def _words(fields: Mapping[str, str], which: str, english: str = "", welsh: str = "") -> dict[str, str]:
    """The words of one role as a form has them."""
    typed = {
        "name_en": fields.get(f"role_{which}_en", english),
        "name_cy": fields.get(f"role_{which}_cy", welsh),
    }
    return {name: texts.optional(text, LENGTH) for name, text in typed.items()}
