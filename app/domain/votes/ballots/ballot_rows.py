"""How ballots stand: the rows of one elector's answers, read and written as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, insert, literal_column, update
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from app.domain import select_rows
from app.domain.votes.types.question import AnswerValue
from app.errors import Refused
from app.models import Answer, Ballot


def is_counted(ballot: Any = Ballot) -> ColumnElement[bool]:
    """That a ballot counts: written out, because with a partial index on it SQLite plans a query with a bound
    value anew each time (50 to 100 µs)."""
    return col(ballot.standing) == literal_column("'counted'")


# Ballots come by the thousand, and building a statement costs several times what running it does.
BALLOT_COLUMNS = ("id", "voter_id", "cast_at", "channel", "standing", "reason", "receipt", "sequence")
BALLOTS = (
    select_columns(
        *(col(getattr(Ballot, name)) for name in BALLOT_COLUMNS),
        *(col(column) for column in (Answer.option_id, Answer.criterion_id, Answer.value, Answer.text)),
    )
    .join(Answer, (col(Answer.ballot_id) == Ballot.id) & (col(Answer.vote_id) == Ballot.vote_id))
    .where(col(Ballot.vote_id) == bindparam("vote_id"), col(Ballot.elector_id) == bindparam("elector_id"))
    .order_by(col(Ballot.id), col(Answer.place))
)
COUNTED_BALLOTS = BALLOTS.where(is_counted())
DELETE_ANSWERS = delete(Answer).where(col(Answer.ballot_id) == bindparam("of_ballot"))
INSERT_ANSWERS = insert(Answer)


GROUP_TAGS = ("table_id", "sector", "role_id")


def _upsert(dialect: Any) -> Any:
    ballot = dialect.insert(Ballot)
    newer = {name: ballot.excluded[name] for name in ("sequence", "cast_at", "reason", *GROUP_TAGS)}
    return ballot.on_conflict_do_update(
        index_elements=["vote_id", "elector_id"],
        index_where=is_counted(),
        set_=newer,
        where=(col(Ballot.sequence) < ballot.excluded.sequence) & (col(Ballot.channel) == "phone"),
    ).returning(col(Ballot.id), col(Ballot.receipt))


UPSERTS = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


@dataclass(frozen=True, slots=True)
class BallotView:
    """One ballot as it stands: what it says, when it came and how; `voter_id` gave it."""

    id: int
    voter_id: int | None
    cast_at: datetime
    channel: str
    standing: str
    reason: str
    receipt: str | None
    sequence: int
    answers: list[AnswerValue]


def ballots_of_elector(
    session: Session, vote_id: int, elector_id: int, query: Any = BALLOTS
) -> list[BallotView]:
    """Every ballot of an elector, in the order they first came; or only those of `query` (COUNTED)."""
    found: dict[int, BallotView] = {}
    about = len(BALLOT_COLUMNS)
    for row in select_rows.all_rows(session, query, vote_id=vote_id, elector_id=elector_id):
        ballot = found.get(row[0])
        if ballot is None:
            ballot = found[row[0]] = BallotView(**dict(zip(BALLOT_COLUMNS, row, strict=False)), answers=[])
        ballot.answers.append(AnswerValue(*row[about:]))
    return list(found.values())


def upsert_counted(session: Session, values: dict[str, Any], answers: list[AnswerValue]) -> BallotView | None:
    """The counted ballot of an elector, new or changed; None where a newer one is there already. Refused
    where it came on paper."""
    upsert = UPSERTS[session.get_bind().dialect.name]
    written = session.connection().execute(upsert, values).first()
    if written is not None:
        replace_answers(session, values["vote_id"], written.id, answers)
        return BallotView(
            written.id,
            values["voter_id"],
            values["cast_at"],
            values["channel"],
            values["standing"],
            values["reason"],
            written.receipt,
            values["sequence"],
            answers,
        )
    channel = select(Ballot.channel).where(
        Ballot.vote_id == values["vote_id"],
        Ballot.elector_id == values["elector_id"],
        is_counted(),
    )
    if session.exec(channel).one() == "paper":
        raise Refused("paper_counted")
    return None


def replace_answers(session: Session, vote_id: int, ballot_id: int, answers: Iterable[AnswerValue]) -> None:
    """Write the answers of a ballot in place of those it had."""
    session.connection().execute(DELETE_ANSWERS, {"of_ballot": ballot_id})
    lines = [
        {
            "ballot_id": ballot_id,
            "place": place,
            "vote_id": vote_id,
            "option_id": answer.option,
            "criterion_id": answer.criterion,
            "value": answer.value,
            "text": answer.text,
        }
        for place, answer in enumerate(answers, 1)
    ]
    session.connection().execute(INSERT_ANSWERS, lines)


def set_standing(session: Session, ballot_ids: Iterable[int], standing: str) -> None:
    """Let ballots be "counted", "contested" or "set aside" from now on."""
    ids = list(ballot_ids)
    if ids:
        those = update(Ballot).where(col(Ballot.id).in_(ids))
        session.connection().execute(those.values(standing=standing))
