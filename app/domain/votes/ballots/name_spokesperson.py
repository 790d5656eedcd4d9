"""Naming who speaks for an organisation, and what that changes in the votes that are running."""

from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import log
from app.domain.people import participants
from app.domain.votes import lookup
from app.domain.votes.ballots import organisation_ballots
from app.domain.who import Who
from app.errors import Refused
from app.models import Elector, Organisation, Vote

UNDECIDED = ("open", "closed")  # the states of a vote whose result has not been shown


def for_organisation(session: Session, who: Who, organisation_id: int, participant_id: int | None) -> None:
    """Say who speaks for an organisation (None: nobody is named); what they have answered already counts from
    now on in votes whose result has not been shown. `Refused("not_found")` for an organisation or a person of
    another workshop, `"not_of_organisation"` for a person of another organisation."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or organisation.workshop_id != who.workshop_id:
        raise Refused("not_found")
    if participant_id is not None:
        person = participants.participant_of(session, who, participant_id)
        if person.organisation_id != organisation_id:
            raise Refused("not_of_organisation")
    organisation.spokesperson_id = participant_id
    what = "spokesperson withheld" if participant_id is None else "spokesperson named"
    log.record(session, who, what, organisation, undoable=True)
    query = (
        select(Vote.id, Elector.id)
        .join(Elector, col(Elector.vote_id) == Vote.id)
        .where(Elector.organisation_id == organisation_id, col(Vote.state).in_(UNDECIDED))
        .order_by(col(Vote.id))
    )
    for vote_id, elector_id in session.exec(query).all():
        if lookup.vote_of(session, who, vote_id, lock="shared").state in UNDECIDED:
            organisation_ballots.choose_again(session, who, vote_id, elector_id)
            announce(session, who.workshop_id, "ballots")
