"""What each projector shows besides the stage: its language, blank, frozen, the way to join."""

from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import log, nouns
from app.domain.who import Who
from app.errors import Refused
from app.models import Link, Projector
from app.models.base import LANGUAGES


def projectors_with_links(session: Session, workshop_id: int) -> list[tuple[Projector, Link]]:
    """The projectors in force with their links, in the order they were made."""
    query = (
        select(Projector, Link)
        .join(Link)
        .where(Link.workshop_id == workshop_id, col(Link.revoked_at).is_(None))
    )
    return [(projector, link) for projector, link in session.exec(query.order_by(col(Link.id)))]


def projector_of(session: Session, who: Who, projector_id: int) -> Projector:
    """A projector of this workshop; Refused("not_found") for any other."""
    projector = session.get(Projector, projector_id)
    if projector is None or projector.workshop_id != who.workshop_id:
        raise Refused("not_found")
    return projector


def blank(session: Session, who: Who, projector_id: int, on: bool) -> None:
    """Show nothing, or show again; refused as by `projector_of`."""
    projector = projector_of(session, who, projector_id)
    projector.blank = on
    log.record(session, who, "projector blanked" if on else "projector shown", projector, undoable=True)


def show_join(session: Session, who: Who, projector_id: int, on: bool) -> None:
    """Lay the way to join (address, code, QR) over whatever is shown, or take it away;
    refused as by `projector_of`."""
    projector = projector_of(session, who, projector_id)
    projector.join_shown = on
    log.record(session, who, "join shown" if on else "join taken away", projector, undoable=True)


def set_language(session: Session, who: Who, projector_id: int, language: str) -> None:
    """Choose the language of one projector; Refused("bad_request") for one that is none of LANGUAGES."""
    if language not in LANGUAGES:
        raise Refused("bad_request")
    projector = projector_of(session, who, projector_id)
    projector.language = language
    log.record(session, who, "projector language", projector, undoable=True)


def freeze(session: Session, who: Who, projector_id: int, regions: dict[str, str]) -> None:
    """Keep what is on the screen (`regions`: name -> HTML, as drawn) until it is thawed; refused
    as by `projector_of`."""
    projector = projector_of(session, who, projector_id)
    projector.frozen = regions
    session.flush()
    log.note(session, who, "projector frozen", "projector", projector_id)
    announce(session, who.workshop_id, "projectors")


def thaw(session: Session, who: Who, projector_id: int | None = None) -> None:
    """Let one projector (or all) follow the stage again.

    All are thawed when something is taken back (a hidden note, an undone reveal, a vote opened again or made
    more secret): what the room must not see any more must not stay on a frozen screen.
    """
    query = select(Projector).where(Projector.workshop_id == who.workshop_id)
    if projector_id is not None:
        query = query.where(Projector.id == projector_id)
    for projector in session.exec(query):
        if projector.frozen is not None:
            projector.frozen = None
            session.flush()
            log.note(session, who, "projector thawed", "projector", projector.id)
            announce(session, who.workshop_id, "projectors")


# Whatever was taken back may be on a frozen one.
nouns.register(Projector, nouns.Undoing(always=thaw))
