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
from app.domain.votes.ballots.ballot_rows import Standing
from app.domain.votes.types.question import AnswerValue
from app.domain.who import Who
from app.errors import Refused
from app.models import Ballot, Elector, Organisation, Participant, Vote

FOUND = ("vote_id", "elector_id", "voter_id", "receipt")  # what a changed answer keeps of the one before it


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation as one of its people sees it in a vote.

    `stands` is "late" (it is not in the electorate), "none" (nobody has answered), "contested", "own" or
    "agreed" (mine counts, or says the same as what does), "colleague" or "settled" (another's counts; mine
    said something else). `ballot` is mine, or else the one that counts: in a secret vote without what it
    says. `speaker` is what the spokesperson called themselves, None where nobody is named; `speaks`: me.
    """

    name: str
    stands: str
    ballot: Standing | None = None
    speaker: str | None = None
    speaks: bool = False


def of(session: Session, who: Who, vote: Readable[Vote], elector_id: int | None) -> Body | None:
    """The organisation this person is with, in a vote that organisations answer; None when with none."""
    query = select(Organisation).join(Participant, col(Participant.organisation_id) == Organisation.id)
    organisation = session.exec(query.where(Participant.id == who.participant_id)).first()
    if organisation is None:
        return None
    if elector_id is None:
        return Body(organisation.name, "late")
    stands, ballot = _seen(voices(session, vote.id, elector_id), who)
    if ballot and ballot.voter_id != who.participant_id and vote.secrecy != "named":
        ballot = replace(ballot, given=[], reason="", receipt=None)
    speaker = _spokesperson(session, organisation.id)
    speaks = speaker is not None and speaker.id == who.participant_id
    return Body(organisation.name, stands, ballot, speaker.name if speaker else None, speaks)


def of_person(session: Session, person: Participant) -> tuple[Organisation | None, Participant | None]:
    """The organisation a person is with, and who has been named to speak for it, if they still can."""
    if person.organisation_id is None:
        return None, None
    return session.get(Organisation, person.organisation_id), _spokesperson(session, person.organisation_id)


def _seen(ballots: Sequence[Standing], who: Who) -> tuple[str, Standing | None]:
    own = next((each for each in ballots if each.voter_id == who.participant_id), None)
    counts = counted(ballots)
    if counts is None:
        live = own if own and own.standing == "contested" else None
        return ("contested" if any(each.standing == "contested" for each in ballots) else "none"), live
    if own is None:
        return "colleague", counts
    if own is counts:
        return "own", own
    return ("agreed", own) if same(own, counts) else ("settled", counts)


def answer(
    session: Session, who: Who, vote: Row[Vote], paper: dict[str, Any], given: list[AnswerValue]
) -> None:
    """One colleague's answer, or their changed one. An older submission arriving late changes nothing.

    Refused where what counts already is not for this colleague to change.
    """
    elector_id = vote.elector_id
    _hold(session, elector_id)
    ballots = voices(session, vote.id, elector_id)
    own = next((each for each in ballots if each.voter_id == who.participant_id), None)
    if own is not None and own.sequence >= paper["sequence"]:
        return
    speaker = _speaker_of(session, elector_id)
    new = Standing(0, who.participant_id, paper["cast_at"], "phone", "", paper["reason"], None, 0, given)
    others = [each for each in ballots if each is not own]
    _require_a_say(new, others, own, speaker)
    _leave_others(session, who, vote)
    new = replace(new, id=_keep(session, own, {**paper, "standing": "set aside"}, given))
    counts = verdict([*others, new], speaker)
    if counts is None and (settled := _settled(others)) and same(settled, new):
        counts = settled
    _let_stand(session, who, vote.id, [*others, new], counts, ballots)


def voices(session: Session, vote_id: int, elector_id: int) -> list[Standing]:
    """The newest answer of each who has a say for an organisation: those that count or are contested, and of
    those set aside the ones of its people who have not answered for another one since."""
    still = set(session.exec(_still_with(vote_id, elector_id)))
    newest: dict[int, Standing] = {}
    for each in ballot_rows.of_elector(session, vote_id, elector_id):
        live = each.standing != "set aside"
        if live or each.voter_id in still:
            by = -each.id if each.voter_id is None else each.voter_id
            before = newest.get(by)
            if live or before is None or before.standing == "set aside":
                newest[by] = each
    return list(newest.values())


def counted(ballots: Sequence[Standing]) -> Standing | None:
    """The one that counts, if one does."""
    return next((each for each in ballots if each.standing == "counted"), None)


def same(one: Standing, other: Standing) -> bool:
    """Whether two answers say the same; who gives no reason has none against the other's."""
    reasons = {each.reason.casefold() for each in (one, other) if each.reason}
    return one.given == other.given and len(reasons) < 2


def verdict(ballots: Sequence[Standing], speaker: int | None) -> Standing | None:
    """Which of an organisation's answers counts: the spokesperson's; or, where all say the same, the one on
    paper, with a reason, that counts already, or that came first. None where they differ."""
    spoken = next((each for each in ballots if each.voter_id == speaker is not None), None)
    if spoken or not ballots:
        return spoken
    if not all(same(one, other) for one, other in combinations(ballots, 2)):
        return None
    return min(
        ballots,
        key=lambda each: (each.channel != "paper", not each.reason, each.standing != "counted", each.id),
    )


def settle(session: Session, who: Who, vote_id: int, elector_id: int) -> None:
    """Look at an organisation's answers again, after who has a say in them has changed. What the lead
    settled, and a paper ballot, stand."""
    _hold(session, elector_id)
    ballots = voices(session, vote_id, elector_id)
    counts, before = verdict(ballots, _speaker_of(session, elector_id)), counted(ballots)
    if ballots and not (before and (counts is None or before.channel == "paper")):
        _let_stand(session, who, vote_id, ballots, counts, ballots)


def _hold(session: Session, elector_id: int) -> None:
    # With several writers (Postgres) colleagues come one after the other, each seeing the other's answer.
    session.exec(select(Elector.id).where(Elector.id == elector_id).with_for_update()).one()


def _require_a_say(
    new: Standing, others: Sequence[Standing], own: Standing | None, speaker: int | None
) -> None:
    counts = counted(others)
    if counts is None or same(counts, new):
        return
    if counts.channel == "paper":
        raise Refused("paper_counted")
    if new.voter_id == speaker:
        return
    if counts.voter_id == speaker:
        raise Refused("spokesperson_answered")
    if _settled([*others, own] if own else others):
        raise Refused("answer_settled")


def _settled(ballots: Sequence[Standing]) -> Standing | None:
    """The answer that counts although another one differs: the lead has said so, or the spokesperson."""
    counts = counted(ballots)
    return counts if counts and not all(same(counts, each) for each in ballots) else None


def _keep(session: Session, own: Standing | None, paper: dict[str, Any], given: list[AnswerValue]) -> int:
    if own is None:
        ballot_id = session.connection().execute(insert(Ballot).returning(col(Ballot.id)), paper).scalar_one()
    else:
        ballot_id = own.id
        newer = {name: value for name, value in paper.items() if name not in FOUND}
        session.connection().execute(update(Ballot).where(col(Ballot.id) == ballot_id).values(**newer))
    ballot_rows.fill(session, paper["vote_id"], ballot_id, given)
    return ballot_id


def _let_stand(
    session: Session,
    who: Who,
    vote_id: int,
    ballots: Sequence[Standing],
    counts: Standing | None,
    before: Sequence[Standing],
) -> None:
    others = [each.id for each in ballots if counts is None or each.id != counts.id]
    ballot_rows.let_stand(session, others, "set aside" if counts else "contested")
    if counts:
        ballot_rows.let_stand(session, [counts.id], "counted")
    was, differ = any(each.standing == "contested" for each in before), counts is None
    if differ and not was:
        log.note(session, Who(who.workshop_id, who.code, who.role), "answers conflict", "vote", vote_id)
    if differ != was:
        announce(session, who.workshop_id, "votes")


def _leave_others(session: Session, who: Who, vote: Row[Vote]) -> None:
    """Nobody answers for two: what a person answered for an organisation they have left since goes aside, and
    is not heard there any more."""
    query = select(Ballot.id, Ballot.elector_id).where(
        Ballot.vote_id == vote.id,
        Ballot.voter_id == who.participant_id,
        Ballot.elector_id != vote.elector_id,
        Ballot.standing != "set aside",
    )
    for ballot_id, elector_id in session.exec(query).all():
        ballot_rows.let_stand(session, [ballot_id], "set aside")
        log.note(session, Who(who.workshop_id, who.code, who.role), "answer taken back", "vote", vote.id)
        if elector_id is not None:
            settle(session, who, vote.id, elector_id)


def _still_with(vote_id: int, elector_id: int) -> Any:
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


def _speaker_of(session: Session, elector_id: int) -> int | None:
    organisation = session.exec(select(Elector.organisation_id).where(Elector.id == elector_id)).one()
    speaker = _spokesperson(session, organisation or 0)
    return speaker.id if speaker else None


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
