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
ABOUT = ("id", "voter_id", "cast_at", "channel", "standing", "reason", "receipt", "sequence")
STANDS = (
    select_columns(
        *(col(getattr(Ballot, name)) for name in ABOUT),
        *(col(column) for column in (Answer.option_id, Answer.criterion_id, Answer.value, Answer.text)),
    )
    .join(Answer, (col(Answer.ballot_id) == Ballot.id) & (col(Answer.vote_id) == Ballot.vote_id))
    .where(col(Ballot.vote_id) == bindparam("vote_id"), col(Ballot.elector_id) == bindparam("elector_id"))
    .order_by(col(Ballot.id), col(Answer.place))
)
COUNTED = STANDS.where(is_counted())
CLEAR = delete(Answer).where(col(Answer.ballot_id) == bindparam("of_ballot"))
FILL = insert(Answer)


TAGS = ("table_id", "sector", "role_id")


def _upsert(dialect: Any) -> Any:
    ballot = dialect.insert(Ballot)
    newer = {name: ballot.excluded[name] for name in ("sequence", "cast_at", "reason", *TAGS)}
    return ballot.on_conflict_do_update(
        index_elements=["vote_id", "elector_id"],
        index_where=is_counted(),
        set_=newer,
        where=(col(Ballot.sequence) < ballot.excluded.sequence) & (col(Ballot.channel) == "phone"),
    ).returning(col(Ballot.id), col(Ballot.receipt))


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
    sequence: int
    given: list[AnswerValue]


def of_elector(session: Session, vote_id: int, elector_id: int, query: Any = STANDS) -> list[Standing]:
    """Every ballot of an elector, in the order they first came; or only those of `query` (COUNTED)."""
    found: dict[int, Standing] = {}
    about = len(ABOUT)
    for row in select_rows.all_rows(session, query, vote_id=vote_id, elector_id=elector_id):
        ballot = found.get(row[0])
        if ballot is None:
            ballot = found[row[0]] = Standing(**dict(zip(ABOUT, row, strict=False)), given=[])
        ballot.given.append(AnswerValue(*row[about:]))
    return list(found.values())


def put(session: Session, paper: dict[str, Any], given: list[AnswerValue]) -> Standing | None:
    """The counted ballot of an elector, new or changed; None where a newer one is there already. Refused
    where it came on paper."""
    upsert = UPSERTS[session.get_bind().dialect.name]
    set_to = session.connection().execute(upsert, paper).first()
    if set_to is not None:
        fill(session, paper["vote_id"], set_to.id, given)
        return Standing(
            set_to.id,
            paper["voter_id"],
            paper["cast_at"],
            paper["channel"],
            paper["standing"],
            paper["reason"],
            set_to.receipt,
            paper["sequence"],
            given,
        )
    channel = select(Ballot.channel).where(
        Ballot.vote_id == paper["vote_id"],
        Ballot.elector_id == paper["elector_id"],
        is_counted(),
    )
    if session.exec(channel).one() == "paper":
        raise Refused("paper_counted")
    return None


def fill(session: Session, vote_id: int, ballot_id: int, given: Iterable[AnswerValue]) -> None:
    """Write the answers of a ballot in place of those it had."""
    session.connection().execute(CLEAR, {"of_ballot": ballot_id})
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
        for place, answer in enumerate(given, 1)
    ]
    session.connection().execute(FILL, lines)


def let_stand(session: Session, ballot_ids: Iterable[int], standing: str) -> None:
    """Let ballots be "counted", "contested" or "set aside" from now on."""
    ids = list(ballot_ids)
    if ids:
        those = update(Ballot).where(col(Ballot.id).in_(ids))
        session.connection().execute(those.values(standing=standing))
