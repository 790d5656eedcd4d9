"""Ballots: each unit's current answer to a vote, and the tally counted from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, exists, func
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import log, submissions
from app.domain.submissions import Stamp
from app.domain.who import Who
from app.errors import Refused
from app.models import Answer, Ballot, Elector, Option, Vote
from app.models.base import moment

# Ballots come by the thousand, and building a statement costs several times what running it does: those on
# the way of a ballot are built once, of columns. A cast holds its vote's row (HELD, see `vote_of`).
ASKED = select_columns(
    *Vote.__table__.c,  # type: ignore[attr-defined]
    exists()
    .where(
        col(Elector.vote_id) == bindparam("vote_id"),
        col(Elector.participant_id) == bindparam("participant_id"),
    )
    .label("may_answer"),
).where(col(Vote.id) == bindparam("vote_id"))
HELD = ASKED.with_for_update(read=True)
OPTIONS = (
    select_columns(*Option.__table__.c)  # type: ignore[attr-defined]
    .where(col(Option.vote_id) == bindparam("vote_id"))
    .order_by(col(Option.position))
)
STANDS = (
    select_columns(col(Ballot.cast_at), col(Answer.option_id))
    .join(Answer, (col(Answer.ballot_id) == Ballot.id) & (col(Answer.vote_id) == Ballot.vote_id))
    .where(
        col(Ballot.vote_id) == bindparam("vote_id"), col(Ballot.participant_id) == bindparam("participant_id")
    )
)


def _upserts(dialect: Any) -> tuple[Any, Any]:
    ballot, answer = dialect.insert(Ballot), dialect.insert(Answer)
    return (
        ballot.on_conflict_do_update(
            index_elements=["vote_id", "participant_id"],
            set_={"sequence": ballot.excluded.sequence, "cast_at": ballot.excluded.cast_at},
            where=col(Ballot.sequence) < ballot.excluded.sequence,
        ).returning(col(Ballot.id)),
        answer.on_conflict_do_update(
            index_elements=["ballot_id", "place"], set_={"option_id": answer.excluded.option_id}
        ),
    )


UPSERTS = {"sqlite": _upserts(sqlite), "postgresql": _upserts(postgresql)}


class Standing(NamedTuple):
    """One person's ballot: when it came, and the option it names."""

    cast_at: datetime
    option_id: int


class Answered(NamedTuple):
    """How one person's answer to a vote stands: the columns of the vote (and `may_answer`: is the person in
    its electorate) and of its options in canonical order, and the ballot if there is one."""

    vote: Row
    options: Sequence[Row]
    ballot: Standing | None


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


def cast(session: Session, who: Who, vote_id: int, option_id: int, stamp: Stamp) -> Answered:
    """One person's answer, or their changed answer, to an open vote; returns how it stands now.

    The last submission wins by its sequence, so that an older one arriving late changes nothing.
    Everything foreseeable is refused before anything is written.
    """
    asked = {"vote_id": vote_id, "participant_id": who.participant_id}
    vote, options = _asked(session, HELD, asked)
    if vote.workshop_id != who.workshop_id or vote.removed_at:
        raise Refused("not_found")
    if submissions.known(session, who, stamp):
        return Answered(vote, options, _ballot(session, asked))
    require_open(vote)
    if not vote.may_answer:
        raise Refused("not_in_electorate")
    if option_id not in (option.id for option in options):
        raise Refused("option_unknown")
    submissions.take(session, who, stamp)
    ballot = _set_ballot(session, asked, option_id, stamp)
    _count_later(session, who, vote_id)
    announce(session, who.workshop_id, "ballots")
    return Answered(vote, options, ballot or _ballot(session, asked))


def require_open(vote: Vote | Row) -> None:
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


def standing(session: Session, who: Who, vote_id: int) -> Answered:
    """How this person's answer to a vote stands."""
    asked = {"vote_id": vote_id, "participant_id": who.participant_id}
    return Answered(*_asked(session, ASKED, asked), _ballot(session, asked))


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


def _asked(session: Session, query: Any, asked: dict[str, Any]) -> tuple[Row, Sequence[Row]]:
    vote = session.connection().execute(query, asked).first()
    if vote is None:
        raise Refused("not_found")
    return vote, session.connection().execute(OPTIONS, asked).all()


def _ballot(session: Session, asked: dict[str, Any]) -> Standing | None:
    ballot = session.connection().execute(STANDS, asked).first()
    return Standing(*ballot) if ballot else None


def _count_later(session: Session, who: Who, vote_id: int) -> None:
    anyone = Who(who.workshop_id, who.code, who.role)
    accepted = session.info.setdefault("accepted", {})
    accepted[(anyone, vote_id)] = accepted.get((anyone, vote_id), 0) + 1


def _set_ballot(session: Session, asked: dict[str, Any], option_id: int, stamp: Stamp) -> Standing | None:
    now, (set_ballot, set_answer) = moment(), UPSERTS[session.get_bind().dialect.name]
    ballot = {**asked, "sequence": stamp.sequence, "cast_at": now}
    ballot_id = session.connection().execute(set_ballot, ballot).scalar()
    if ballot_id is None:  # a newer answer is there already
        return None
    answer = {"ballot_id": ballot_id, "place": 1, "vote_id": asked["vote_id"], "option_id": option_id}
    session.connection().execute(set_answer, answer)
    return Standing(now, option_id)


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
