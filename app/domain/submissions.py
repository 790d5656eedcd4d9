"""Each submission counts once: the same key with the same body is known again, with another body refused."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, insert, select
from sqlmodel import Session, col

from app.domain import select_rows
from app.domain.select_rows import Row
from app.domain.who import Who
from app.errors import Refused
from app.models import Submission
from app.models.base import moment

# Every ballot and note passes here, and building a statement costs several times what running it does.
SUBMISSION_BY_KEY = select(col(Submission.digest), col(Submission.row_id)).where(
    col(Submission.workshop_id) == bindparam("workshop_id"),
    col(Submission.who) == bindparam("who"),
    col(Submission.key) == bindparam("key"),
)
TAKE = insert(Submission)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a phone says of one submission: its `key` (empty without JavaScript), its `sequence` in
    server milliseconds, when it was written, and the digest of what it says."""

    key: str
    sequence: int
    written_at: datetime
    digest: str


def stamp(key: str, sequence: int, written_at: int, *body: str) -> Stamp:
    """The stamp of a submission whose fields are `body`; times in epoch milliseconds, 0 for now.

    A sequence from the future would shut out every later answer, so it is cut to the present.
    """
    now = moment()
    latest = int(now.timestamp() * 1000)
    written = datetime.fromtimestamp(written_at / 1000, UTC) if 0 < written_at <= latest else now
    digest = hashlib.sha256("\x1f".join(body).encode()).hexdigest()
    return Stamp(key, min(sequence, latest) if sequence > 0 else latest, written, digest)


def earlier_delivery(session: Session, who: Who, stamp: Stamp) -> Row[Submission] | None:
    """The digest and row id of the earlier delivery of this submission, if there was one;
    Refused("key_reused") when its body differs."""
    if not stamp.key:
        return None
    values = {"workshop_id": who.workshop_id, "who": who.key, "key": stamp.key}
    earlier = select_rows.first_row(session, SUBMISSION_BY_KEY, **values)
    if earlier is not None and earlier.digest != stamp.digest:
        raise Refused("key_reused")
    return earlier


def remember(
    session: Session, who: Who, stamp: Stamp, row_id: int | None = None, vote_id: int | None = None
) -> None:
    """Remember that this submission was taken."""
    if stamp.key:
        taken = {
            "workshop_id": who.workshop_id,
            "who": who.key,
            "key": stamp.key,
            "digest": stamp.digest,
            "sequence": stamp.sequence,
            "row_id": row_id,
            "vote_id": vote_id,
            "received_at": moment(),
        }
        session.connection().execute(TAKE, taken)
