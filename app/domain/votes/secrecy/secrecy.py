"""How secret a vote is: made tighter, for what has been answered already too; looser only before that."""

from sqlalchemy import update
from sqlmodel import Session, col

from app.domain import log
from app.domain.agenda import projectors
from app.domain.votes import lookup
from app.domain.votes.confirmations import confirmations
from app.domain.votes.results import text_notes
from app.domain.who import Who
from app.errors import Refused
from app.models import Ballot
from app.models.votes.votes import SECRECIES


def change(session: Session, who: Who, vote_id: int, to: str) -> None:
    """Make a vote tighter, for what has been answered already too; or looser, while nobody can have answered.

    `Refused("secrecy_loosened")` where what people were told would no longer hold, `Refused("secrecy_final")`
    once the vote is final, `Refused("bad_request")` for none of SECRECIES.
    """
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    if to not in SECRECIES:
        raise Refused("bad_request")
    if vote.state == "final":
        raise Refused("secrecy_final")
    if to == vote.secrecy:
        return
    tighter = SECRECIES.index(to) > SECRECIES.index(vote.secrecy)
    if not tighter and (vote.state != "draft" or vote.electorate_size is not None):
        raise Refused("secrecy_loosened")
    vote.secrecy = to
    if vote.state != "open":  # a half-filled ballot stays; it promises less than now holds
        vote.turn += 1
    log.record(session, who, f"secrecy {'tightened' if tighter else 'loosened'}", vote)
    if to == "anonymous":
        untagged = update(Ballot).where(col(Ballot.vote_id) == vote_id)
        session.connection().execute(untagged.values(table_id=None, sector="", role_id=None))
    if tighter:
        confirmations.delete_confirmations(session, vote.id)
        text_notes.forget_writers(session, who, vote)
        projectors.thaw(session, who)  # names may be on a frozen one
