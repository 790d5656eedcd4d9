"""What organisations said later, for the record and the result."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from app.domain.votes.types.question import AnswerValue
from app.models import Confirmation, Elector, Organisation


class LaterAnswer(NamedTuple):
    """What one organisation (`voter`) said later; `replaced_at` once it said something else."""

    voter: str
    answers: tuple[AnswerValue, ...]
    reason: str
    confirmed_at: datetime
    replaced_at: datetime | None


def by_vote(session: Session, vote_ids: Sequence[int]) -> dict[int, list[LaterAnswer]]:
    """Everything organisations said later of these votes, by vote id: by organisation, the newest last."""
    query = (
        select(Confirmation, Organisation.name)
        .join(Elector, col(Elector.id) == Confirmation.elector_id)
        .join(Organisation, col(Organisation.id) == Elector.organisation_id)
        .where(col(Confirmation.vote_id).in_(vote_ids))
        .order_by(col(Organisation.folded), col(Confirmation.id))
    )
    found: dict[int, list[LaterAnswer]] = {}
    for row, name in session.exec(query):
        answers = (AnswerValue(row.option_id),)
        later = LaterAnswer(name, answers, row.reason, row.confirmed_at, row.replaced_at)
        found.setdefault(row.vote_id, []).append(later)
    return found
