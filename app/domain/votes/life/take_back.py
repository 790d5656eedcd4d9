"""What must hold, and what a vote's columns return to, when an action on it is taken back."""

from sqlmodel import Session

from app.domain.nouns import Columns
from app.domain.votes.ballots import ballot_counts
from app.domain.votes.forms import repeats
from app.domain.votes.results import pair_rows
from app.domain.votes.time import closing_warnings
from app.errors import Refused
from app.models import Vote

FROZEN_AT_OPENING = ("electorate_size", "first_opened_at")


def require(session: Session, vote: Vote, before: Columns) -> None:
    """`Refused("undo_overtaken")` where answers, or another vote, have come to depend on what was done;
    `Refused("pair_final")`."""
    if before.get("state") == "closed":  # then paper would be taken again
        pair_rows.require_other_not_final(session, vote)
    if "removed_at" not in before:
        return
    # Answers stay though the opening they came after was undone, and a vote that has some may not go.
    if before["removed_at"] and vote.electorate_size is not None:
        raise Refused("undo_overtaken")
    # While a vote was away, the question it asks again may have been asked again otherwise.
    if (
        vote.removed_at
        and vote.repeats_id
        and repeats.next_of(session, vote.repeats_id, vote.repeats_as or "")
    ):
        raise Refused("undo_overtaken")


def restored(session: Session, vote: Vote, before: Columns) -> Columns:
    """An opening with ballots in is undone without its electorate: they stay, and so does their frame. An end
    that has passed or is near comes with a new warning."""
    if "electorate_size" in before and ballot_counts.has_any(session, vote.id):
        before = {name: value for name, value in before.items() if name not in FROZEN_AT_OPENING}
    return closing_warnings.columns_to_restore(session, vote, before)
