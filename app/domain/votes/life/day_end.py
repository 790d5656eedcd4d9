"""The end of secrecy's keys with the day: when secret votes become final by themselves, and how.

Closing the day can be undone and the day opened again; making a vote final cannot. So the keys of
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

GRACE = timedelta(hours=1)
ABANDONED_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SecretVotes:
    """How many secret votes are still `with_keys` of their voters, and how many are `final`; `final_at` is
    when those with keys become final by themselves (None: the day has not been closed)."""

    with_keys: int
    final: int
    final_at: datetime | None


def secret_votes(session: Session, workshop: Readable[Workshop]) -> SecretVotes:
    """How the secret votes of a workshop stand after its day has been closed."""
    secret = select(Vote.id).where(Vote.workshop_id == workshop.id, Vote.secrecy != "named")
    final = session.exec(secret.where(Vote.state == "final")).all()
    final_at = workshop.closed_at + GRACE if workshop.closed_at else None
    return SecretVotes(len(_ids_with_keys(session, workshop.id)), len(final), final_at)


def make_votes_final_now(session: Session, who: Who) -> None:
    """Make every secret vote of a closed day final, there is no way back; `Refused("day_not_closed")`."""
    if _locked_workshop(session, who).state != "closed":
        raise Refused("day_not_closed")
    make_votes_final(session, who)


def make_votes_final_if_over(session: Session, who: Who) -> None:
    """Make every secret vote final of a day that was found to be over, unless it has been opened again
    since."""
    if _is_over(session, _locked_workshop(session, who), moment()):
        make_votes_final(session, who)


def make_votes_final(session: Session, who: Who) -> None:
    """Close what is still open, and make every secret vote final (see make_final).

    A result that was not shown stays hidden from the room; it can still be shown.
    """
    for vote in _locked_votes(session, who, _ids_open(session, who.workshop_id)):
        closings.set_closed(vote)
        log.record(session, who, "vote closed", vote)
    make_final(session, who, _locked_votes(session, who, _ids_with_keys(session, who.workshop_id)))


def workshops_due(session: Session, now: datetime | None = None) -> list[Who]:
    """The workshops whose secret votes are to be made final by now, as the server acts in them."""
    now = now or moment()
    with_keys = select(Vote.workshop_id).where(*_WITH_KEYS).distinct()
    found = session.exec(select(Workshop).where(col(Workshop.id).in_(with_keys))).all()
    return [server(each.id, each.code) for each in found if _is_over(session, each, now)]


def _locked_workshop(session: Session, who: Who) -> Workshop:
    # Locked: with several workers (Postgres) the day may be opened again at another in this moment.
    return session.get_one(Workshop, who.workshop_id, with_for_update=True)


def _is_over(session: Session, workshop: Workshop, now: datetime) -> bool:
    if workshop.state == "closed" and workshop.closed_at:
        return workshop.closed_at + GRACE <= now
    if plan.today(workshop.time_zone, now) <= workshop.day:
        return False
    times = select(Vote.opened_at, Vote.closed_at, Vote.revealed_at).where(Vote.workshop_id == workshop.id)
    last = max((at for row in session.exec(times) for at in row if at), default=None)
    return last is None or last + ABANDONED_AFTER <= now


# Only an opened vote has an electorate, and one whose answers came in keeps it for good.
_WITH_KEYS = (Vote.secrecy != "named", Vote.state != "final", col(Vote.electorate_size).is_not(None))


def _ids_with_keys(session: Session, workshop_id: int) -> Sequence[int]:
    return session.exec(select(Vote.id).where(Vote.workshop_id == workshop_id, *_WITH_KEYS)).all()


def _ids_open(session: Session, workshop_id: int) -> Sequence[int]:
    """The votes that take answers, and the drafts that have some, their opening having been undone."""
    answerable = col(Vote.state).in_(("open", "draft")) & col(Vote.electorate_size).is_not(None)
    return session.exec(select(Vote.id).where(Vote.workshop_id == workshop_id, answerable)).all()


def _locked_votes(session: Session, who: Who, vote_ids: Sequence[int]) -> list[Vote]:
    """These votes, each locked so that no ballot slips in and no other worker does the same."""
    found = [lookup.vote_of(session, who, vote_id, lock="exclusive") for vote_id in sorted(vote_ids)]
    return [vote for vote in found if vote.state != "final"]
