"""The end of secrecy's keys with the day: when secret votes become final by themselves, and how.

Closing the day can be undone and the day opened again; making a vote final cannot (R45, R70). So the keys of
secret votes outlive the closing by AFTER, in which a day closed too early is opened again as it was; then
every secret vote is made final, whether its result has been shown or not. Where nobody closes the day, that
happens once its date is past and its last vote was opened, closed or shown FORGOTTEN ago. The lead need not
wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.domain import log
from app.domain.agenda import plan
from app.domain.select_rows import Readable
from app.domain.votes import lookup
from app.domain.votes.life.make_final import make_final
from app.domain.votes.time import closings
from app.domain.who import Who, server
from app.errors import Refused
from app.models import Vote, Workshop
from app.models.base import moment

AFTER = timedelta(hours=1)
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Keys:
    """How many secret votes still `hold` their voters' keys, and how many are `final`; `ends` is when the
    first become final by themselves."""

    hold: int
    final: int
    ends: datetime | None


def keys(session: Session, workshop: Readable[Workshop]) -> Keys:
    """How the secret votes of a workshop stand after its day has been closed."""
    ended = select(Vote.id).where(Vote.workshop_id == workshop.id, Vote.secrecy != "named")
    final = session.exec(ended.where(Vote.state == "final")).all()
    ends = workshop.closed_at + AFTER if workshop.closed_at else None
    return Keys(len(_holding(session, workshop.id)), len(final), ends)


def end_now(session: Session, who: Who) -> None:
    """Make every secret vote of a closed day final, there is no way back; `Refused("day_not_closed")`."""
    if _held(session, who).state != "closed":
        raise Refused("day_not_closed")
    end(session, who)


def end_if_over(session: Session, who: Who) -> None:
    """The same for a day that was found to be over, unless it has been opened again since."""
    if _is_over(session, _held(session, who), moment()):
        end(session, who)


def end(session: Session, who: Who) -> None:
    """Close what is still open, and make every secret vote final (see make_final).

    A result that was not shown stays hidden from the room; it can still be shown.
    """
    for vote in _held_votes(session, who, _open(session, who.workshop_id)):
        closings.set_closed(vote)
        log.record(session, who, "vote closed", vote)
    make_final(session, who, _held_votes(session, who, _holding(session, who.workshop_id)))


def due(session: Session, now: datetime | None = None) -> list[Who]:
    """The workshops whose secret votes are to be made final by now, as the server acts in them."""
    now = now or moment()
    holding = select(Vote.workshop_id).where(*_HOLDS).distinct()
    found = session.exec(select(Workshop).where(col(Workshop.id).in_(holding))).all()
    return [server(each.id, each.code) for each in found if _is_over(session, each, now)]


def _held(session: Session, who: Who) -> Workshop:
    # Held: with several workers (Postgres) the day may be opened again at another in this moment.
    return session.get_one(Workshop, who.workshop_id, with_for_update=True)


def _is_over(session: Session, workshop: Workshop, now: datetime) -> bool:
    if workshop.state == "closed" and workshop.closed_at:
        return workshop.closed_at + AFTER <= now
    if plan.today(workshop.time_zone, now) <= workshop.day:
        return False
    times = select(Vote.opened_at, Vote.closed_at, Vote.revealed_at).where(Vote.workshop_id == workshop.id)
    last = max((at for row in session.exec(times) for at in row if at), default=None)
    return last is None or last + FORGOTTEN <= now


# Only an opened vote has an electorate, and one whose answers came in keeps it for good.
_HOLDS = (Vote.secrecy != "named", Vote.state != "final", col(Vote.electorate_size).is_not(None))


def _holding(session: Session, workshop_id: int) -> Sequence[int]:
    return session.exec(select(Vote.id).where(Vote.workshop_id == workshop_id, *_HOLDS)).all()


def _open(session: Session, workshop_id: int) -> Sequence[int]:
    """The votes that take answers, and the drafts that have some, their opening having been undone."""
    answerable = col(Vote.state).in_(("open", "draft")) & col(Vote.electorate_size).is_not(None)
    return session.exec(select(Vote.id).where(Vote.workshop_id == workshop_id, answerable)).all()


def _held_votes(session: Session, who: Who, vote_ids: Sequence[int]) -> list[Vote]:
    """These votes, each held so that no ballot slips in and no other worker does the same."""
    found = [lookup.vote_of(session, who, vote_id, lock="exclusive") for vote_id in sorted(vote_ids)]
    return [vote for vote in found if vote.state != "final"]
