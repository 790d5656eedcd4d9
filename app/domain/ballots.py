"""Ballots: each unit's current answer to a vote, a person's or an organisation's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, update
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import codes, log, submissions, texts, vote_types
from app.domain.submissions import Stamp
from app.domain.vote_types import Ask, Choice, Form, Given
from app.domain.who import Who
from app.errors import Refused
from app.models import Answer, Ballot, Elector, Option, Organisation, Participant, Vote
from app.models.base import moment
from app.models.votes import REASON_LENGTH

# Ballots come by the thousand, and building a statement costs several times what running it does: those on
# the way of a ballot are built once, of columns. A cast holds its vote's row (HELD, see `vote_of`).
PERSON = (
    select_columns(col(Elector.id))
    .where(
        col(Elector.vote_id) == bindparam("vote_id"),
        col(Elector.participant_id) == bindparam("participant_id"),
    )
    .scalar_subquery()
)
BODY = (
    select_columns(col(Elector.id))
    .join(Participant, col(Participant.organisation_id) == Elector.organisation_id)
    .where(col(Elector.vote_id) == bindparam("vote_id"), col(Participant.id) == bindparam("participant_id"))
    .scalar_subquery()
)
ASKED = select_columns(
    *Vote.__table__.c,  # type: ignore[attr-defined]
    func.coalesce(PERSON, BODY).label("elector_id"),
).where(col(Vote.id) == bindparam("vote_id"))
HELD = ASKED.with_for_update(read=True, of=Vote)
OPTIONS = (
    select_columns(*Option.__table__.c)  # type: ignore[attr-defined]
    .where(col(Option.vote_id) == bindparam("vote_id"))
    .order_by(col(Option.position))
)
STANDS = (
    select_columns(
        *(
            col(column)
            for column in (
                Ballot.id,
                Ballot.voter_id,
                Ballot.cast_at,
                Ballot.channel,
                Ballot.standing,
                Ballot.reason,
                Ballot.receipt,
            )
        ),
        *(col(column) for column in (Answer.option_id, Answer.criterion_id, Answer.value, Answer.text)),
    )
    .join(Answer, (col(Answer.ballot_id) == Ballot.id) & (col(Answer.vote_id) == Ballot.vote_id))
    .where(col(Ballot.vote_id) == bindparam("vote_id"), col(Ballot.elector_id) == bindparam("elector_id"))
    .order_by(col(Ballot.id), col(Answer.place))
)
COUNTED = STANDS.where(col(Ballot.standing) == "counted")
CLEAR = delete(Answer).where(col(Answer.ballot_id) == bindparam("of_ballot"))
FILL = insert(Answer)


def _upsert(dialect: Any) -> Any:
    ballot = dialect.insert(Ballot)
    newer = {name: ballot.excluded[name] for name in ("sequence", "cast_at", "reason", "table_id", "sector")}
    return ballot.on_conflict_do_update(
        index_elements=["vote_id", "elector_id"],
        index_where=col(Ballot.standing) == "counted",
        set_=newer,
        where=(col(Ballot.sequence) < ballot.excluded.sequence) & (col(Ballot.channel) == "phone"),
    ).returning(col(Ballot.id))


UPSERTS = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


@dataclass(frozen=True, slots=True)
class Standing:
    """One ballot as it stands: what it says, when it came and how; `voter_id` gave it."""

    id: int
    voter_id: int | None
    cast_at: datetime
    channel: str
    standing: str
    reason: str
    receipt: str | None
    given: list[Given]


@dataclass(frozen=True, slots=True)
class Answered:
    """How one person's answer to a vote stands: the columns of the vote (and `elector_id`: as whom the person
    may answer), what it asks, and the ballot if there is one: the person's own, or the one of the body they
    answer for."""

    vote: Row
    ask: Ask
    ballot: Standing | None


def cast(session: Session, who: Who, vote_id: int, form: Form, stamp: Stamp) -> Answered:
    """One person's answer, or their changed answer, to an open vote; returns how it stands now.

    The last submission wins by its sequence, so that an older one arriving late changes nothing.
    Everything foreseeable is refused before anything is written.
    """
    vote, ask = _asked(session, HELD, who, vote_id)
    if vote.workshop_id != who.workshop_id or vote.removed_at:
        raise Refused("not_found")
    if submissions.known(session, who, stamp):
        return Answered(vote, ask, _ballot(session, who, vote))
    require_open(vote)
    if vote.elector_id is None:
        raise Refused("not_in_electorate" if vote.unit == "people" else "no_organisation")
    if form.get("version", str(vote.version)) != str(vote.version):
        raise Refused("vote_changed")
    given = vote_types.read(ask, form)
    paper = {
        "vote_id": vote.id,
        "elector_id": vote.elector_id,
        "voter_id": who.participant_id,
        "sequence": stamp.sequence,
        "cast_at": moment(),
        "reason": reason_of(vote, form),
        "channel": "phone",
        "standing": "counted",
        "sector": "",
        **_tags(session, vote, who.participant_id),
    }
    submissions.take(session, who, stamp, vote_id=vote.id)
    if vote.unit == "organisations":
        _answer_for_body(session, who, vote, paper, given)
    else:
        _set_ballot(session, paper, given)
    _count_later(session, who, vote_id)
    announce(session, who.workshop_id, "ballots")
    return Answered(vote, ask, _ballot(session, who, vote))


def _set_ballot(session: Session, paper: dict[str, Any], given: list[Given]) -> None:
    """The counted ballot of an elector, new or changed; nothing where a newer one is there already."""
    upsert = UPSERTS[session.get_bind().dialect.name]
    ballot_id = session.connection().execute(upsert, paper).scalar()
    if ballot_id is not None:
        fill(session, paper["vote_id"], ballot_id, given)
        return
    channel = select(Ballot.channel).where(
        Ballot.vote_id == paper["vote_id"],
        Ballot.elector_id == paper["elector_id"],
        Ballot.standing == "counted",
    )
    if session.exec(channel).one() == "paper":
        raise Refused("paper_counted")


def fill(session: Session, vote_id: int, ballot_id: int, given: Iterable[Given]) -> None:
    """Write the answers of a ballot in place of those it had."""
    session.connection().execute(CLEAR, {"of_ballot": ballot_id})
    rows = [
        {
            "ballot_id": ballot_id,
            "place": place,
            "vote_id": vote_id,
            "option_id": answer.option,
            "criterion_id": answer.criterion,
            "value": answer.value,
            "text": answer.text,
        }
        for place, answer in enumerate(given, 1)
    ]
    session.connection().execute(FILL, rows)


def _answer_for_body(
    session: Session, who: Who, vote: Row, paper: dict[str, Any], given: list[Given]
) -> None:
    """An organisation has one answer. A second, different one is a conflict: neither counts until the
    spokesperson or the lead says which; the same one is the same."""
    ballots = [each for each in _stands(session, STANDS, vote) if each.standing != "set aside"]
    own = next((each for each in ballots if each.voter_id == who.participant_id), None)
    others = [each for each in ballots if each is not own]
    speaks, spokesperson = _spokesperson(session, vote.elector_id, who)
    if speaks:
        _set_standing(session, others, "set aside")
    elif (
        any(each.standing == "counted" and each.voter_id == spokesperson for each in others) and spokesperson
    ):
        raise Refused("spokesperson_answered")
    elif others and all(each.given == given for each in others) and own is None:
        return
    agree = speaks or all(each.given == given for each in others)
    if agree and not speaks:
        _set_standing(session, others, "set aside")
    elif not agree:
        _set_standing(session, others, "contested")
        log.note(session, _anyone(who), "answers conflict", "vote", vote.id)
        announce(session, who.workshop_id, "votes")
    paper = {**paper, "standing": "counted" if agree else "contested"}
    if own is None:
        ballot_id = session.connection().execute(insert(Ballot).returning(col(Ballot.id)), paper).scalar_one()
    else:
        ballot_id = own.id
        session.connection().execute(update(Ballot).where(col(Ballot.id) == ballot_id).values(**paper))
    fill(session, vote.id, ballot_id, given)


def _spokesperson(session: Session, elector_id: int, who: Who) -> tuple[bool, int | None]:
    query = (
        select(Organisation.spokesperson_id)
        .join(Elector, col(Elector.organisation_id) == Organisation.id)
        .where(Elector.id == elector_id)
    )
    named = session.exec(query).one()
    return named is not None and named == who.participant_id, named


def _set_standing(session: Session, ballots: Iterable[Standing], standing: str) -> None:
    ids = [each.id for each in ballots]
    session.connection().execute(update(Ballot).where(col(Ballot.id).in_(ids)).values(standing=standing))


def reason_of(vote: Vote | Row, form: Form) -> str:
    """The optional reason, where the vote asks for one."""
    return texts.optional(form.get("reason", ""), REASON_LENGTH) if vote.reasons else ""


def _tags(session: Session, vote: Vote | Row, participant_id: int | None) -> dict[str, Any]:
    """What a ballot shows of its voter's group, and its receipt, as this vote has it."""
    tags: dict[str, Any] = {"receipt": codes.receipt() if vote.receipts else None, "table_id": None}
    if vote.secrecy != "anonymous" and participant_id is not None:
        query = (
            select(Participant.table_id, Organisation.sector)
            .join(Organisation, isouter=True, onclause=col(Organisation.id) == Participant.organisation_id)
            .where(Participant.id == participant_id)
        )
        tags["table_id"], sector = session.exec(query).one()
        tags["sector"] = sector or ""
    return tags


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


def ask_of(vote: Vote | Row, options: Iterable[Option | Row]) -> Ask:
    """What a vote asks, of its row and its options' rows in canonical order."""
    choices: dict[str, list[Choice]] = {"option": [], "criterion": []}
    for each in options:
        choice = Choice(each.id, each.position, each.label_en, each.label_cy, each.meaning)
        choices[each.axis].append(choice)
    return Ask(
        vote.type,
        choices["option"],
        choices["criterion"],
        vote.least,
        vote.most,
        vote.per_option,
        vote.threshold,
        vote.lowest,
        vote.highest,
        vote.decimals,
    )


def asks(session: Session, vote: Vote) -> Ask:
    """What a vote asks."""
    return ask_of(vote, session.connection().execute(OPTIONS, {"vote_id": vote.id}).all())


def options(session: Session, vote_id: int, axis: str = "option") -> list[Option]:
    """The options (or criteria) in canonical order."""
    query = select(Option).where(Option.vote_id == vote_id, Option.axis == axis)
    return list(session.exec(query.order_by(col(Option.position))))


def cast_count(session: Session, vote_id: int) -> int:
    """How many ballots count so far, those on count sheets aside."""
    query = select(func.count()).select_from(Ballot)
    return session.exec(query.where(Ballot.vote_id == vote_id, Ballot.standing == "counted")).one()


def standing(session: Session, who: Who, vote_id: int) -> Answered:
    """How this person's answer to a vote stands."""
    vote, ask = _asked(session, ASKED, who, vote_id)
    return Answered(vote, ask, _ballot(session, who, vote))


def log_counts(session: Session) -> None:
    """Before a commit: one log line per vote and batch saying how many ballots came and stand now;
    never whose, nor one by one."""
    for (who, vote_id), accepted in session.info.pop("accepted", {}).items():
        facts: dict[str, Any] = {"accepted": accepted, "ballots": cast_count(session, vote_id)}
        log.note(session, who, "ballots accepted", "vote", vote_id, **facts)


def _asked(session: Session, query: Any, who: Who, vote_id: int) -> tuple[Row, Ask]:
    asked = {"vote_id": vote_id, "participant_id": who.participant_id}
    vote = session.connection().execute(query, asked).first()
    if vote is None:
        raise Refused("not_found")
    return vote, ask_of(vote, session.connection().execute(OPTIONS, asked).all())


def _ballot(session: Session, who: Who, vote: Row) -> Standing | None:
    if vote.elector_id is None:
        return None
    if vote.unit == "people":
        return next(iter(_stands(session, COUNTED, vote)), None)
    found = [each for each in _stands(session, STANDS, vote) if each.standing != "set aside"]
    return next((each for each in found if each.voter_id == who.participant_id), next(iter(found), None))


def _stands(session: Session, query: Any, vote: Row) -> list[Standing]:
    rows: Sequence[Row] = (
        session.connection().execute(query, {"vote_id": vote.id, "elector_id": vote.elector_id}).all()
    )
    found: dict[int, Standing] = {}
    for row in rows:
        ballot = found.get(row[0])
        if ballot is None:
            ballot = found[row[0]] = Standing(*row[:7], given=[])
        ballot.given.append(Given(*row[7:]))
    return list(found.values())


def _anyone(who: Who) -> Who:
    return Who(who.workshop_id, who.code, who.role)


def _count_later(session: Session, who: Who, vote_id: int) -> None:
    accepted = session.info.setdefault("accepted", {})
    accepted[(_anyone(who), vote_id)] = accepted.get((_anyone(who), vote_id), 0) + 1


def cast_counts(session: Session, workshop_id: int) -> dict[int, int]:
    """How many ballots count for each vote of a workshop, by vote id; none is left out."""
    query = (
        select(Ballot.vote_id, func.count())
        .join(Vote, col(Vote.id) == Ballot.vote_id)
        .where(Vote.workshop_id == workshop_id, Ballot.standing == "counted")
        .group_by(col(Ballot.vote_id))
    )
    return dict(session.exec(query).all())


def options_of(session: Session, workshop_id: int) -> dict[int, list[Option]]:
    """The options and criteria of each vote of a workshop in canonical order, by vote id."""
    query = select(Option).join(Vote).where(Vote.workshop_id == workshop_id)
    found: dict[int, list[Option]] = {}
    for option in session.exec(
        query.order_by(col(Option.vote_id), col(Option.axis).desc(), col(Option.position))
    ):
        found.setdefault(option.vote_id, []).append(option)
    return found
