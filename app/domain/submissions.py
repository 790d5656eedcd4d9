"""Each submission counts once: the same key with the same body is known again, with another body refused."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, select

from app.domain.who import Who
from app.errors import Refused
from app.models import Submission
from app.models.base import moment


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

    A sequence from the future would shut out every later answer, so it is held to the present.
    """
    now = moment()
    latest = int(now.timestamp() * 1000)
    written = datetime.fromtimestamp(written_at / 1000, UTC) if 0 < written_at <= latest else now
    digest = hashlib.sha256("\x1f".join(body).encode()).hexdigest()
    return Stamp(key, min(sequence, latest) if sequence > 0 else latest, written, digest)


def known(session: Session, who: Who, given: Stamp) -> Submission | None:
    """The earlier delivery of this submission, if there was one; refused when its body differs."""
    if not given.key:
        return None
    earlier = session.exec(
        select(Submission).where(
            Submission.workshop_id == who.workshop_id,
            Submission.who == who.key,
            Submission.key == given.key,
        )
    ).first()
    if earlier is not None and earlier.digest != given.digest:
        raise Refused("key_reused")
    return earlier


def take(session: Session, who: Who, given: Stamp, row_id: int | None = None) -> None:
    """Remember that this submission was taken."""
    if given.key:
        session.add(
            Submission(
                workshop_id=who.workshop_id,
                who=who.key,
                key=given.key,
                digest=given.digest,
                sequence=given.sequence,
                row_id=row_id,
            )
        )
