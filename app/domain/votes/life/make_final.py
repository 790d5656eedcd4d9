"""A vote becomes final, which nobody can undo: by a facilitator, or with the end of the day (see day_end)."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.domain import log
from app.domain.votes import lookup
from app.domain.votes.results import pair_rows
from app.domain.votes.secrecy.destroy_key import destroy_key
from app.domain.votes.time import time_requests
from app.domain.who import Who
from app.errors import Refused
from app.models import Vote
from app.models.base import moment


def make_final(session: Session, who: Who, votes: Sequence[Vote]) -> None:
    """Make these closed votes final; hold them. Nobody can tell any more who answered what, unless a vote is
    a named one, which keeps its names. Clear the files after the commit (see destroy_key)."""
    for vote in votes:  # all of them before any key goes, which may be needed for another's pairs
        if vote.secrecy != "named":
            pair_rows.store(session, vote)
    now = moment()
    for vote in votes:
        if vote.secrecy != "named":
            destroy_key(session, who, vote)
            vote.key_destroyed_at = now
        time_requests.delete_requests(session, vote)
        vote.state, vote.final_at, vote.turn = "final", now, vote.turn + 1
        log.record(session, who, "vote final", vote)


def by_facilitator(session: Session, who: Who, vote_id: int) -> None:
    """Make one revealed vote final. `Refused("vote_not_revealed")`; of a secret one also while the pairs with
    the same question asked before or after are still to be counted by its key: `Refused("pairs_wanted")`,
    `Refused("pair_open")`."""
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    if vote.state != "revealed":
        raise Refused("vote_not_revealed")
    if vote.secrecy != "named":
        _require_pairs(session, vote)
        pair_rows.require_other_closed(session, vote)
    make_final(session, who, [vote])


def _require_pairs(session: Session, vote: Vote) -> None:
    """Refused while a question that closes what this one opened has not been shown: who moved where is
    counted by the key of both."""
    query = select(Vote.id).where(
        Vote.repeats_id == vote.id,
        Vote.repeats_as == "after",
        col(Vote.removed_at).is_(None),
        col(Vote.revealed_at).is_(None),
        Vote.state != "final",
    )
    if session.exec(query).first() is not None:
        raise Refused("pairs_wanted")
