"""What a vote is: which one, what it asks, whether it takes answers, whether the room has seen its result."""

from collections.abc import Iterable
from typing import Any, Literal

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.domain import select_rows, texts
from app.domain.select_rows import Readable
from app.domain.votes.types.question import Choice, Form, Question
from app.domain.who import Who
from app.errors import Refused
from app.models import Option, Vote
from app.models.votes.ballots import REASON_LENGTH

OPTIONS = (
    select_columns(*Option.__table__.c)  # type: ignore[attr-defined]  # SQLModel adds it
    .where(col(Option.vote_id) == bindparam("vote_id"))
    .order_by(col(Option.position))
)


Lock = Literal["exclusive", "shared"] | None  # how a vote's row is held until the transaction ends


def vote_of(session: Session, who: Who, vote_id: int, lock: Lock = None) -> Vote:
    """A vote of this workshop; `Refused("not_found")` where it has none of this id, or it was removed.

    With several writers (Postgres) who adds to a vote holds its row "shared" and who changes its state holds
    it "exclusive", so that no ballot slips in beside a closing; who only reads holds nothing.
    """
    vote = session.get(Vote, vote_id, with_for_update=_for_update(session, lock))
    if vote is None or vote.workshop_id != who.workshop_id or vote.removed_at:
        raise Refused("not_found")
    return vote


def _for_update(session: Session, lock: Lock) -> Any:
    if lock is None or session.get_bind().dialect.name == "sqlite":  # which has one writer
        return None
    return {"read": lock == "shared"}


def question_of_rows(vote: Readable[Vote], options: Iterable[Readable[Option]]) -> Question:
    """What a vote asks, of its row and its options' rows in canonical order."""
    choices: dict[str, list[Choice]] = {"option": [], "criterion": []}
    for each in options:
        choice = Choice(each.id, each.position, each.label_en, each.label_cy, each.meaning)
        choices[each.axis].append(choice)
    return Question(
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


def question_of(session: Session, vote: Readable[Vote]) -> Question:
    """What a vote asks."""
    return question_of_rows(vote, select_rows.all_rows(session, OPTIONS, vote_id=vote.id))


def options(session: Session, vote_id: int, axis: str = "option") -> list[Option]:
    """The options (or criteria) in canonical order."""
    query = select(Option).where(Option.vote_id == vote_id, Option.axis == axis)
    return list(session.exec(query.order_by(col(Option.position))))


def options_of(session: Session, workshop_id: int) -> dict[int, list[Option]]:
    """The options and criteria of each vote of a workshop in canonical order, by vote id."""
    query = select(Option).join(Vote).where(Vote.workshop_id == workshop_id)
    found: dict[int, list[Option]] = {}
    for option in session.exec(
        query.order_by(col(Option.vote_id), col(Option.axis).desc(), col(Option.position))
    ):
        found.setdefault(option.vote_id, []).append(option)
    return found


def require_open(vote: Readable[Vote]) -> None:
    """`Refused("vote_not_open")` before the vote takes ballots, `Refused("vote_closed", at=…)` after."""
    if vote.state == "draft":
        raise Refused("vote_not_open")
    if vote.state != "open":
        raise Refused("vote_closed", at=vote.closed_at)


def is_shown(vote: Readable[Vote]) -> bool:
    """Whether the room has been shown the result: not any more while the vote is open again, and not by being
    made final."""
    return vote.revealed_at is not None


def reason_of(vote: Readable[Vote], form: Form) -> str:
    """The optional reason, where the vote asks for one."""
    return texts.optional(form.get("reason", ""), REASON_LENGTH) if vote.reasons else ""
