"""Who becomes an elector when a vote opens, and who came too late for it."""

from typing import Any

from sqlalchemy import func, insert, literal, null
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.domain.select_rows import Readable
from app.models import Elector, Organisation, Participant, Vote


def late_units(session: Session, vote: Readable[Vote]) -> int:
    """How many present people (or their organisations) came too late for the electorate."""
    query = select(func.count()).select_from(_units(vote).subquery())
    return session.exec(query).one()


def freeze(session: Session, vote: Vote) -> int:
    columns = ["vote_id", "participant_id", "organisation_id"]
    session.connection().execute(insert(Elector).from_select(columns, _units(vote)))
    return session.exec(select(func.count()).where(Elector.vote_id == vote.id)).one()


def _units(vote: Readable[Vote]) -> Any:
    """Those present who may answer and are not in the electorate yet: people, or the organisations they are
    with."""
    present = (col(Participant.workshop_id) == vote.workshop_id) & col(Participant.removed_at).is_(None)
    if vote.unit == "organisations":
        electors = select(Elector.organisation_id).where(Elector.vote_id == vote.id)
        members = select(Participant.organisation_id).where(present)
        return select_columns(literal(vote.id), null(), col(Organisation.id)).where(
            col(Organisation.id).in_(members), col(Organisation.id).not_in(electors)
        )
    electors = select(Elector.participant_id).where(Elector.vote_id == vote.id)
    return select_columns(literal(vote.id), col(Participant.id), null()).where(
        present, col(Participant.id).not_in(electors)
    )
