"""Ballots and their answers as written: whole, in as few statements as will do."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from app.domain.nouns import Columns
from app.domain.votes.ballots.ballot_rows import BallotView, is_counted
from app.domain.votes.types.question import AnswerValue
from app.errors import Refused
from app.models import Answer, Ballot

# Ballots come by the thousand, and building a statement costs several times what running it does.
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


def upsert_counted(session: Session, values: Columns, answers: list[AnswerValue]) -> BallotView | None:
    """Write the ballot of an elector that counts, new or changed; None where a newer one is there already.
    `Refused("paper_counted")` where one on paper counts."""
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
    """Let these ballots be "counted", "contested" or "set aside" from now on."""
    ids = list(ballot_ids)
    if ids:
        those = update(Ballot).where(col(Ballot.id).in_(ids))
        session.connection().execute(those.values(standing=standing))
