"""Whether a phone's ballot still fits, where ballots on paper count that are nobody's in particular."""

from sqlmodel import Session, select

from app.domain.select_rows import Row
from app.domain.votes.ballots import ballot_rows, electorates
from app.domain.votes.ballots.personal_answers import SELECT_HAS_UNNAMED
from app.domain.who import Who
from app.errors import Refused
from app.models import Participant, Vote


def refusal_if_full(session: Session, who: Who, vote: Row[Vote]) -> Refused | None:
    """Why somebody who has not answered yet is one too many, in all or at their table, if they are:
    `Refused("electorate_full")` or `"answer_on_sheet"`."""
    if not _has_unnamed(session, vote):
        return None
    # Alone, since two phones may want the last place; who holds it shared too is retried (Postgres).
    session.exec(select(Vote.id).where(Vote.id == vote.id).with_for_update()).one()
    every = ballot_rows.ballots_of_elector(session, vote.id, vote.elector_id)
    taken = electorates.heard_count(session, vote.id)
    if any(each.standing != "set aside" for each in every):
        return None
    if taken >= vote.electorate_size:
        return Refused("electorate_full", taken=taken, electorate=vote.electorate_size)
    seat = session.exec(select(Participant.table_id).where(Participant.id == who.participant_id)).one()
    return electorates.refusal_if_table_full(session, vote.id, seat, "answer_on_sheet")


def _has_unnamed(session: Session, vote: Row[Vote]) -> bool:
    """Whether there are ballots that are nobody's in particular, beside which a phone may be one too many."""
    if session.get_bind().dialect.name == "sqlite":
        return vote.unnamed
    # Who has waited for a paper to be entered got the vote's row as it is now, all else as it was before.
    return bool(session.connection().execute(SELECT_HAS_UNNAMED, {"vote_id": vote.id}).scalar())
