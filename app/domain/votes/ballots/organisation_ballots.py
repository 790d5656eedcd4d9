"""Organisations that answer: one answer for each, whoever of its people gives it.

Answers that differ are never overruled by the last one: none of them counts until the colleagues agree, their
spokesperson answers, or the lead settles it (see conflicts).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import log
from app.domain.select_rows import Readable, Row
from app.domain.votes.ballots import ballot_rows
from app.domain.votes.ballots.ballot_rows import BallotView
from app.domain.votes.types.question import AnswerValue
from app.domain.who import Who
from app.errors import Refused
from app.models import Ballot, Elector, Organisation, Participant, Vote

UNCHANGED = (
    "vote_id",
    "elector_id",
    "voter_id",
    "receipt",
)  # what a changed answer keeps of the one before it


@dataclass(frozen=True, slots=True)
class OrganisationAnswer:
    """An organisation as one of its people sees it in a vote.

    `status` is "late" (it is not in the electorate), "none" (nobody has answered), "contested", "own" or
    "agreed" (mine counts, or says the same as what does), "colleague" or "settled" (another's counts; mine
    said something else). `ballot` is mine, or else the one that counts: in a secret vote without what it
    says. `spokesperson` is what the spokesperson called themselves, None where nobody is named;
    `is_spokesperson`: it is me.
    """

    name: str
    status: str
    ballot: BallotView | None = None
    spokesperson: str | None = None
    is_spokesperson: bool = False


def answer_for(
    session: Session, who: Who, vote: Readable[Vote], elector_id: int | None
) -> OrganisationAnswer | None:
    """The organisation this person is with, in a vote that organisations answer; None when with none."""
    query = select(Organisation).join(Participant, col(Participant.organisation_id) == Organisation.id)
    organisation = session.exec(query.where(Participant.id == who.participant_id)).first()
    if organisation is None:
        return None
    if elector_id is None:
        return OrganisationAnswer(organisation.name, "late")
    status, ballot = _status_for(latest_answers(session, vote.id, elector_id), who)
    if ballot and ballot.voter_id != who.participant_id and vote.secrecy != "named":
        ballot = replace(ballot, answers=[], reason="", receipt=None)
    spokesperson = _spokesperson(session, organisation.id)
    is_spokesperson = spokesperson is not None and spokesperson.id == who.participant_id
    return OrganisationAnswer(
        organisation.name, status, ballot, spokesperson.name if spokesperson else None, is_spokesperson
    )


def organisation_and_spokesperson(
    session: Session, person: Participant
) -> tuple[Organisation | None, Participant | None]:
    """The organisation a person is with, and who has been named to speak for it, if they still can."""
    if person.organisation_id is None:
        return None, None
    return session.get(Organisation, person.organisation_id), _spokesperson(session, person.organisation_id)


def _status_for(ballots: Sequence[BallotView], who: Who) -> tuple[str, BallotView | None]:
    own = next((each for each in ballots if each.voter_id == who.participant_id), None)
    counts = counted(ballots)
    if counts is None:
        live = own if own and own.standing == "contested" else None
        return ("contested" if any(each.standing == "contested" for each in ballots) else "none"), live
    if own is None:
        return "colleague", counts
    if own is counts:
        return "own", own
    return ("agreed", own) if say_the_same(own, counts) else ("settled", counts)


def answer(
    session: Session, who: Who, vote: Row[Vote], values: dict[str, Any], answers: list[AnswerValue]
) -> None:
    """One colleague's answer, or their changed one. An older submission arriving late changes nothing.

    Refused where what counts already is not for this colleague to change.
    """
    elector_id = vote.elector_id
    _lock_elector(session, elector_id)
    ballots = latest_answers(session, vote.id, elector_id)
    own = next((each for each in ballots if each.voter_id == who.participant_id), None)
    if own is not None and own.sequence >= values["sequence"]:
        return
    spokesperson = _spokesperson_id(session, elector_id)
    new = BallotView(
        0, who.participant_id, values["cast_at"], "phone", "", values["reason"], None, 0, answers
    )
    others = [each for each in ballots if each is not own]
    _require_may_change(new, others, own, spokesperson)
    _withdraw_elsewhere(session, who, vote)
    new = replace(new, id=_write_ballot(session, own, {**values, "standing": "set aside"}, answers))
    counts = choose_counted([*others, new], spokesperson)
    if counts is None and (settled := _counted_despite_conflict(others)) and say_the_same(settled, new):
        counts = settled
    _set_standings(session, who, vote.id, [*others, new], counts, ballots)


def latest_answers(session: Session, vote_id: int, elector_id: int) -> list[BallotView]:
    """The newest answer of each who has a say for an organisation: those that count or are contested, and of
    those set aside the ones of its people who have not answered for another one since."""
    still = set(session.exec(_select_members(vote_id, elector_id)))
    newest: dict[int, BallotView] = {}
    for each in ballot_rows.ballots_of_elector(session, vote_id, elector_id):
        live = each.standing != "set aside"
        if live or each.voter_id in still:
            by = -each.id if each.voter_id is None else each.voter_id
            before = newest.get(by)
            if live or before is None or before.standing == "set aside":
                newest[by] = each
    return list(newest.values())


def counted(ballots: Sequence[BallotView]) -> BallotView | None:
    """The one that counts, if one does."""
    return next((each for each in ballots if each.standing == "counted"), None)


def say_the_same(one: BallotView, other: BallotView) -> bool:
    """Whether two answers say the same; who gives no reason has none against the other's."""
    reasons = {each.reason.casefold() for each in (one, other) if each.reason}
    return one.answers == other.answers and len(reasons) < 2


def choose_counted(ballots: Sequence[BallotView], spokesperson: int | None) -> BallotView | None:
    """Which of an organisation's answers counts: the spokesperson's; or, where all say the same, the one on
    paper, with a reason, that counts already, or that came first. None where they differ."""
    spoken = next((each for each in ballots if each.voter_id == spokesperson is not None), None)
    if spoken or not ballots:
        return spoken
    if not all(say_the_same(one, other) for one, other in combinations(ballots, 2)):
        return None
    return min(
        ballots,
        key=lambda each: (each.channel != "paper", not each.reason, each.standing != "counted", each.id),
    )


def choose_again(session: Session, who: Who, vote_id: int, elector_id: int) -> None:
    """Look at an organisation's answers again, after who has a say in them has changed. What the lead
    settled, and a paper ballot, stand."""
    _lock_elector(session, elector_id)
    ballots = latest_answers(session, vote_id, elector_id)
    counts, before = choose_counted(ballots, _spokesperson_id(session, elector_id)), counted(ballots)
    if ballots and not (before and (counts is None or before.channel == "paper")):
        _set_standings(session, who, vote_id, ballots, counts, ballots)


def _lock_elector(session: Session, elector_id: int) -> None:
    # With several writers (Postgres) colleagues come one after the other, each seeing the other's answer.
    session.exec(select(Elector.id).where(Elector.id == elector_id).with_for_update()).one()


def _require_may_change(
    new: BallotView, others: Sequence[BallotView], own: BallotView | None, spokesperson: int | None
) -> None:
    counts = counted(others)
    if counts is None or say_the_same(counts, new):
        return
    if counts.channel == "paper":
        raise Refused("paper_counted")
    if new.voter_id == spokesperson:
        return
    if counts.voter_id == spokesperson:
        raise Refused("spokesperson_answered")
    if _counted_despite_conflict([*others, own] if own else others):
        raise Refused("answer_settled")


def _counted_despite_conflict(ballots: Sequence[BallotView]) -> BallotView | None:
    """The answer that counts although another one differs: the lead has said so, or the spokesperson."""
    counts = counted(ballots)
    return counts if counts and not all(say_the_same(counts, each) for each in ballots) else None


def _write_ballot(
    session: Session, own: BallotView | None, values: dict[str, Any], answers: list[AnswerValue]
) -> int:
    if own is None:
        ballot_id = (
            session.connection().execute(insert(Ballot).returning(col(Ballot.id)), values).scalar_one()
        )
    else:
        ballot_id = own.id
        newer = {name: value for name, value in values.items() if name not in UNCHANGED}
        session.connection().execute(update(Ballot).where(col(Ballot.id) == ballot_id).values(**newer))
    ballot_rows.replace_answers(session, values["vote_id"], ballot_id, answers)
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
    ballot_rows.set_standing(session, others, "set aside" if counts else "contested")
    if counts:
        ballot_rows.set_standing(session, [counts.id], "counted")
    was, differ = any(each.standing == "contested" for each in before), counts is None
    if differ and not was:
        log.note(session, Who(who.workshop_id, who.code, who.role), "answers conflict", "vote", vote_id)
    if differ != was:
        announce(session, who.workshop_id, "votes")


def _withdraw_elsewhere(session: Session, who: Who, vote: Row[Vote]) -> None:
    """Nobody answers for two: what a person answered for an organisation they have left since goes aside, and
    is not heard there any more."""
    query = select(Ballot.id, Ballot.elector_id).where(
        Ballot.vote_id == vote.id,
        Ballot.voter_id == who.participant_id,
        Ballot.elector_id != vote.elector_id,
        Ballot.standing != "set aside",
    )
    for ballot_id, elector_id in session.exec(query).all():
        ballot_rows.set_standing(session, [ballot_id], "set aside")
        log.note(session, Who(who.workshop_id, who.code, who.role), "answer taken back", "vote", vote.id)
        if elector_id is not None:
            choose_again(session, who, vote.id, elector_id)


def _select_members(vote_id: int, elector_id: int) -> Any:
    elsewhere = select(Ballot.voter_id).where(
        Ballot.vote_id == vote_id,
        Ballot.elector_id != elector_id,
        Ballot.standing != "set aside",
        col(Ballot.voter_id).is_not(None),
    )
    return (
        select(Participant.id)
        .join(Elector, col(Elector.organisation_id) == Participant.organisation_id)
        .where(
            Elector.id == elector_id,
            col(Participant.removed_at).is_(None),
            col(Participant.id).not_in(elsewhere),
        )
    )


def _spokesperson_id(session: Session, elector_id: int) -> int | None:
    organisation = session.exec(select(Elector.organisation_id).where(Elector.id == elector_id)).one()
    spokesperson = _spokesperson(session, organisation or 0)
    return spokesperson.id if spokesperson else None


def _spokesperson(session: Session, organisation_id: int) -> Participant | None:
    """Who speaks for an organisation: nobody any more once they have left it, or the workshop."""
    query = select(Participant).join(Organisation, col(Organisation.spokesperson_id) == Participant.id)
    return session.exec(
        query.where(
            Organisation.id == organisation_id,
            Participant.organisation_id == organisation_id,
            col(Participant.removed_at).is_(None),
        )
    ).first()
