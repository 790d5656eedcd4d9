"""Organisations that answer: one answer for each, whoever of its people gives it.

Answers that differ are never overruled by the last one: none of them counts until the colleagues agree, their
spokesperson answers, or the lead settles it (see conflicts).
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import log
from app.domain.nouns import Columns
from app.domain.select_rows import Row
from app.domain.votes.ballots import ballot_writes, colleague_answers, electorates, spokespersons
from app.domain.votes.ballots.ballot_rows import BallotView
from app.domain.votes.types.question import AnswerValue
from app.domain.who import Who
from app.errors import Refused
from app.models import Ballot, Vote

# What a changed answer keeps of the one before it.
UNCHANGED = ("vote_id", "elector_id", "voter_id", "receipt")


def answer(session: Session, who: Who, vote: Row[Vote], values: Columns, answers: list[AnswerValue]) -> None:
    """Write one colleague's answer, or their changed one; `values` are the columns of its ballot. An older
    submission arriving late changes nothing.

    `Refused("paper_counted")`, `"spokesperson_answered"` or `"answer_settled"` where what counts already is
    not for this colleague to change.
    """
    elector_id = vote.elector_id
    electorates.lock_elector(session, elector_id)
    ballots = colleague_answers.latest_answers(session, vote.id, elector_id)
    own = next((each for each in ballots if each.voter_id == who.participant_id), None)
    if own is not None and own.sequence >= values["sequence"]:
        return
    spokesperson = spokespersons.id_for_elector(session, elector_id)
    new = BallotView(
        0, who.participant_id, values["cast_at"], "phone", "", values["reason"], None, 0, answers
    )
    others = [each for each in ballots if each is not own]
    _require_may_change(new, others, own, spokesperson)
    _withdraw_elsewhere(session, who, vote)
    new = replace(new, id=_write_ballot(session, own, {**values, "standing": "set aside"}, answers))
    counts = colleague_answers.choose_counted([*others, new], spokesperson)
    if counts is None:
        settled = colleague_answers.counted_despite_conflict(others)
        counts = settled if settled and colleague_answers.say_the_same(settled, new) else None
    _set_standings(session, who, vote.id, [*others, new], counts, ballots)


def choose_again(session: Session, who: Who, vote_id: int, elector_id: int) -> None:
    """Choose again which of an organisation's answers counts, after who has a say in them has changed. What
    the lead settled, and a paper ballot, go on counting."""
    electorates.lock_elector(session, elector_id)
    ballots = colleague_answers.latest_answers(session, vote_id, elector_id)
    before = colleague_answers.counted(ballots)
    counts = colleague_answers.choose_counted(ballots, spokespersons.id_for_elector(session, elector_id))
    if ballots and not (before and (counts is None or before.channel == "paper")):
        _set_standings(session, who, vote_id, ballots, counts, ballots)


def _require_may_change(
    new: BallotView, others: Sequence[BallotView], own: BallotView | None, spokesperson: int | None
) -> None:
    counts = colleague_answers.counted(others)
    if counts is None or colleague_answers.say_the_same(counts, new):
        return
    if counts.channel == "paper":
        raise Refused("paper_counted")
    if new.voter_id == spokesperson:
        return
    if counts.voter_id == spokesperson:
        raise Refused("spokesperson_answered")
    if colleague_answers.counted_despite_conflict([*others, own] if own else others):
        raise Refused("answer_settled")


def _write_ballot(
    session: Session, own: BallotView | None, values: Columns, answers: list[AnswerValue]
) -> int:
    if own is None:
        added = insert(Ballot).returning(col(Ballot.id))
        ballot_id = session.connection().execute(added, values).scalar_one()
    else:
        ballot_id = own.id
        newer = {name: value for name, value in values.items() if name not in UNCHANGED}
        session.connection().execute(update(Ballot).where(col(Ballot.id) == ballot_id).values(**newer))
    ballot_writes.replace_answers(session, values["vote_id"], ballot_id, answers)
    return ballot_id


def _set_standings(
    session: Session,
    who: Who,
    vote_id: int,
    ballots: Sequence[BallotView],
    counts: BallotView | None,
    before: Sequence[BallotView],
) -> None:
    others = [each.id for each in ballots if counts is None or each.id != counts.id]
    ballot_writes.set_standing(session, others, "set aside" if counts else "contested")
    if counts:
        ballot_writes.set_standing(session, [counts.id], "counted")
    was, differ = any(each.standing == "contested" for each in before), counts is None
    if differ and not was:
        log.note(session, Who(who.workshop_id, who.code, who.role), "answers conflict", "vote", vote_id)
    if differ != was:
        announce(session, who.workshop_id, "votes")


def _withdraw_elsewhere(session: Session, who: Who, vote: Row[Vote]) -> None:
    """Nobody answers for two: an answer given for an organisation that the person has left is set aside,
    and does not count there any more."""
    query = select(Ballot.id, Ballot.elector_id).where(
        Ballot.vote_id == vote.id,
        Ballot.voter_id == who.participant_id,
        Ballot.elector_id != vote.elector_id,
        Ballot.standing != "set aside",
    )
    for ballot_id, elector_id in session.exec(query).all():
        ballot_writes.set_standing(session, [ballot_id], "set aside")
        log.note(session, Who(who.workshop_id, who.code, who.role), "answer taken back", "vote", vote.id)
        if elector_id is not None:
            choose_again(session, who, vote.id, elector_id)
