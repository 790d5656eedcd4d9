"""Ballots: each unit's current answer to a vote, a person's or an organisation's."""

from typing import Any

from sqlmodel import Session, col, select

from app.announce import announce
from app.domain import codes, log, submissions
from app.domain.people import roles
from app.domain.select_rows import Readable, Row
from app.domain.submissions import Stamp
from app.domain.votes import lookup
from app.domain.votes.ballots import (
    ballot_counts,
    ballot_writes,
    organisation_ballots,
    personal_answers,
    places_left,
)
from app.domain.votes.ballots.personal_answers import VOTE_FOR_PERSON_LOCKED, PersonalAnswer
from app.domain.votes.types import registry
from app.domain.votes.types.question import Form
from app.domain.who import Who
from app.errors import Refused, RefusedAndLogged
from app.models import Organisation, Participant, Vote
from app.models.base import moment


def cast(session: Session, who: Who, vote_id: int, form: Form, stamp: Stamp) -> PersonalAnswer:
    """One person's answer, or their changed answer, to an open vote; returns their present answer.

    The last submission wins by its sequence, so that an older one arriving late changes nothing.
    Everything foreseeable is refused before anything is written: `Refused("vote_not_open")`, `"vote_closed"`,
    `"vote_changed"`, what `require_elector` refuses, and what the type of vote does. Who finds no place left
    for ballots on paper is `RefusedAndLogged("electorate_full")`, or `"answer_on_sheet"` of their table,
    since a facilitator should know.
    """
    vote, question = personal_answers.vote_and_question(session, VOTE_FOR_PERSON_LOCKED, who, vote_id)
    if submissions.earlier_delivery(session, who, stamp):
        return personal_answers.answer_in_vote(session, who, vote, question)
    lookup.require_open(vote)
    personal_answers.require_elector(session, who, vote)
    if form.get("version", str(vote.version)) != str(vote.version):
        raise Refused("vote_changed")
    answers = registry.type_of(question.type).read(question, form)
    if full := places_left.refusal_if_full(session, who, vote):
        log.note(session, _without_person(who), "answer refused", "vote", vote.id, **full.facts)
        announce(session, who.workshop_id, "votes")
        raise RefusedAndLogged(full.code, **full.facts)
    values = _ballot_values(session, who, vote, form, stamp)
    ballot = None
    if vote.unit == "organisations":
        organisation_ballots.answer(session, who, vote, values, answers)
    else:
        ballot = ballot_writes.upsert_counted(session, values, answers)
    submissions.remember(session, who, stamp, vote_id=vote.id)
    # One line for all of a batch: a line of each would tell in which order, and so who answered what.
    log.note_per_batch(session, _log_accepted, _without_person(who), vote_id)
    announce(session, who.workshop_id, "ballots")
    if ballot is not None:
        return PersonalAnswer(vote, question, ballot)
    return personal_answers.answer_in_vote(session, who, vote, question)


def _ballot_values(session: Session, who: Who, vote: Row[Vote], form: Form, stamp: Stamp) -> dict[str, Any]:
    return {
        "vote_id": vote.id,
        "elector_id": vote.elector_id,
        "voter_id": who.participant_id,
        "sequence": stamp.sequence,
        "cast_at": moment(),
        "reason": lookup.reason_of(vote, form),
        "channel": "phone",
        "standing": "counted",
        "sector": "",
        "role_id": None,
        **_tags_and_receipt(session, vote, who.participant_id),
    }


def _tags_and_receipt(session: Session, vote: Readable[Vote], participant_id: int | None) -> dict[str, Any]:
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
        tags["role_id"] = roles.role_id_for_ballot(session, vote, participant_id)
    return tags


def _without_person(who: Who) -> Who:
    return Who(who.workshop_id, who.code, who.role)


def _log_accepted(session: Session, who: Who, vote_id: int, accepted: int) -> None:
    """How many ballots came, and how many count now."""
    log.note(
        session,
        who,
        "ballots accepted",
        "vote",
        vote_id,
        accepted=accepted,
        ballots=ballot_counts.counted(session, vote_id),
    )
