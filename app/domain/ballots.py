"""Ballots: each unit's current answer to a vote, and the tally counted from them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import log, submissions
from app.domain.submissions import Stamp
from app.domain.who import Who
from app.errors import Refused
from app.models import Answer, Ballot, Elector, Option, Vote
from app.models.base import moment


@dataclass(frozen=True, slots=True)
class Count:
    """One option of a tally: how many chose it, and its share of the ballots in tenths of a
    per cent, computed from integers."""

    option: Option
    n: int
    per_mille: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What a vote came to: n ballots of an electorate, per option in canonical order."""

    vote: Vote
    cast: int
    electorate: int
    counts: list[Count]


def cast(session: Session, who: Who, vote_id: int, option_id: int, stamp: Stamp) -> None:
    """One person's answer, or their changed answer, to an open vote.

    The last submission wins by its sequence, so that an older one arriving late changes nothing.
    Everything foreseeable is refused before anything is written.
    """
    vote = vote_of(session, who, vote_id, alone=False)
    if submissions.known(session, who, stamp):
        return
    require_open(vote)
    if not may_answer(session, vote_id, who.participant_id):
        raise Refused("not_in_electorate")
    if not _has_option(session, vote_id, option_id):
        raise Refused("option_unknown")
    submissions.take(session, who, stamp)
    _set_ballot(session, vote_id, who.participant_id or 0, option_id, stamp)
    _count_later(session, who, vote_id)
    announce(session, who.workshop_id, "ballots")


def require_open(vote: Vote) -> None:
    """Refused when the vote takes no ballots now; the words name the closing time."""
    if vote.state == "draft":
        raise Refused("vote_not_open")
    if vote.state != "open":
        raise Refused("vote_closed", at=vote.closed_at)


def vote_of(session: Session, who: Who, vote_id: int, alone: bool) -> Vote:
    """A vote of this workshop. With several writers (Postgres) a cast holds its row shared and a
    transition (`alone`) exclusively, so that no ballot slips in beside a closing."""
    lock = None if session.get_bind().dialect.name == "sqlite" else (alone or {"read": True})
    vote = session.get(Vote, vote_id, with_for_update=lock)
    if vote is None or vote.workshop_id != who.workshop_id or vote.removed_at:
        raise Refused("not_found")
    return vote


def options(session: Session, vote_id: int) -> list[Option]:
    """The options in canonical order."""
    return list(session.exec(select(Option).where(Option.vote_id == vote_id).order_by(col(Option.position))))


def cast_count(session: Session, vote_id: int) -> int:
    """How many ballots are in."""
    return session.exec(select(func.count()).select_from(Ballot).where(Ballot.vote_id == vote_id)).one()


def choice(session: Session, vote_id: int, participant_id: int) -> tuple[Ballot, int] | None:
    """This person's ballot and the option it names."""
    query = (
        select(Ballot, Answer.option_id)
        .join(Answer, (col(Answer.ballot_id) == Ballot.id) & (col(Answer.vote_id) == Ballot.vote_id))
        .where(Ballot.vote_id == vote_id, Ballot.participant_id == participant_id)
    )
    return session.exec(query).first()


def may_answer(session: Session, vote_id: int, participant_id: int | None) -> bool:
    """Whether this person is in the electorate."""
    query = select(Elector.vote_id).where(
        Elector.vote_id == vote_id, Elector.participant_id == participant_id
    )
    return session.exec(query).first() is not None


def preview(session: Session, who: Who, vote_id: int) -> Tally:
    """The running result for one facilitator's eyes; that it was looked at is logged."""
    vote = vote_of(session, who, vote_id, alone=False)
    found = tally(session, vote)
    log.note(session, who, "result previewed", "vote", vote.id, ballots=found.cast)
    return found


def tally(session: Session, vote: Vote) -> Tally:
    """Counted from the rows. Shares are of the ballots cast, rounded half up in tenths of a per cent."""
    query = (
        select(Answer.option_id, func.count())
        .where(Answer.vote_id == vote.id)
        .group_by(col(Answer.option_id))
    )
    counted: dict[int, int] = dict(session.exec(query).all())
    cast = sum(counted.values())
    counts = [
        Count(option, n := counted.get(option.id, 0), per_mille(n, cast))
        for option in options(session, vote.id)
    ]
    return Tally(vote, cast, vote.electorate_size or 0, counts)


def per_mille(n: int, of: int) -> int:
    """n of `of` in tenths of a per cent, rounded half up, from integers alone."""
    return (2000 * n + of) // (2 * of) if of else 0


def log_counts(session: Session) -> None:
    """Before a commit: one log line per vote and batch saying how many ballots came and stand now;
    never whose, nor one by one."""
    for (who, vote_id), accepted in session.info.pop("accepted", {}).items():
        facts: dict[str, Any] = {"accepted": accepted, "ballots": cast_count(session, vote_id)}
        log.note(session, who, "ballots accepted", "vote", vote_id, **facts)


def _count_later(session: Session, who: Who, vote_id: int) -> None:
    anyone = Who(who.workshop_id, who.code, who.role)
    accepted = session.info.setdefault("accepted", {})
    accepted[(anyone, vote_id)] = accepted.get((anyone, vote_id), 0) + 1


def _has_option(session: Session, vote_id: int, option_id: int) -> bool:
    option = session.get(Option, option_id)
    return option is not None and option.vote_id == vote_id


def _set_ballot(session: Session, vote_id: int, participant_id: int, option_id: int, stamp: Stamp) -> None:
    ballot = {
        "vote_id": vote_id,
        "participant_id": participant_id,
        "sequence": stamp.sequence,
        "cast_at": moment(),
    }
    upsert = _insert(session, Ballot).values(**ballot)
    upsert = upsert.on_conflict_do_update(
        index_elements=["vote_id", "participant_id"],
        set_={"sequence": upsert.excluded.sequence, "cast_at": upsert.excluded.cast_at},
        where=col(Ballot.sequence) < upsert.excluded.sequence,
    )
    ballot_id = session.connection().execute(upsert.returning(col(Ballot.id))).scalar()
    if ballot_id is None:
        return
    answer = _insert(session, Answer).values(
        ballot_id=ballot_id, place=1, vote_id=vote_id, option_id=option_id
    )
    session.connection().execute(
        answer.on_conflict_do_update(
            index_elements=["ballot_id", "place"], set_={"option_id": answer.excluded.option_id}
        )
    )


def _insert(session: Session, model: Any) -> Any:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(model)


def cast_counts(session: Session, workshop_id: int) -> dict[int, int]:
    """How many ballots are in for each vote of a workshop, by vote id; none is left out."""
    query = (
        select(Ballot.vote_id, func.count())
        .join(Vote, col(Vote.id) == Ballot.vote_id)
        .where(Vote.workshop_id == workshop_id)
        .group_by(col(Ballot.vote_id))
    )
    return dict(session.exec(query).all())


def options_of(session: Session, workshop_id: int) -> dict[int, list[Option]]:
    """The options of each vote of a workshop in canonical order, by vote id."""
    query = select(Option).join(Vote).where(Vote.workshop_id == workshop_id)
    found: dict[int, list[Option]] = {}
    for option in session.exec(query.order_by(col(Option.vote_id), col(Option.position))):
        found.setdefault(option.vote_id, []).append(option)
    return found


def chosen(session: Session, vote_ids: list[int]) -> dict[int, int]:
    """How many ballots of these votes (and no others) name each option, by option id."""
    query = (
        select(Answer.option_id, func.count())
        .where(col(Answer.vote_id).in_(vote_ids))
        .group_by(col(Answer.option_id))
    )
    return dict(session.exec(query).all())
