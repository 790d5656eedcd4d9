"""How the organiser words the roles that joining asks, as a form has them."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from app.domain import texts
from app.domain.people import roles
from app.errors import Refused
from app.models import Role
from app.models.base import moment

LENGTH = 80
MOST = 8


def roles_from_form(session: Session, workshop_id: int, fields: Mapping[str, str]) -> list[Role]:
    """The roles as a form words them, those that were there first; nothing is written yet.

    Fields: `role_<id>_en` and `_cy` of each, `role_new<n>_en` and `_cy` of further ones. What is not in the
    form stays; one whose English words are emptied is asked no more.

    Refused("text_empty") for a new one without English words, Refused("role_twice") when two are the same,
    Refused("too_many_roles") for more than MOST.
    """
    every = roles.all_roles(session, workshop_id)
    current = [role for role in every if not role.removed_at]
    last = max((role.position for role in every), default=0)
    for role in current:
        _reword(role, fields)
    names = [_words(fields, f"new{n}") for n in range(1, MOST + 1)]
    added: list[dict[str, Any]] = [words for words in names if any(words.values())]
    if not all(words["name_en"] for words in added):
        raise Refused("text_empty")
    new = [Role(workshop_id=workshop_id, position=last + n, **words) for n, words in enumerate(added, 1)]
    stay = [role.name_en.casefold() for role in [*current, *new] if not role.removed_at]
    if len(stay) > MOST:
        raise Refused("too_many_roles", most=MOST)
    if len(set(stay)) < len(stay):
        raise Refused("role_twice")
    return [*current, *new]


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
