"""What one person's answer to a vote is now, be it their own or their organisation's."""

from dataclasses import dataclass

from sqlalchemy import bindparam, exists, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from app.domain import select_rows
from app.domain.select_rows import Row
from app.domain.votes import lookup
from app.domain.votes.ballots import ballot_rows, organisation_answers
from app.domain.votes.ballots.ballot_rows import BallotView, is_counted
from app.domain.votes.ballots.organisation_answers import OrganisationAnswer
from app.domain.votes.types.question import Question
from app.domain.who import Who
from app.errors import Refused
from app.models import Ballot, CountSheet, Elector, Participant, Vote

# Ballots come by the thousand, and building a statement costs several times what running it does: those on
# the way of a ballot are built once, of columns. A cast holds its vote's row (see `lookup.vote_of`).
PERSONAL_ELECTOR = (
    select_columns(col(Elector.id))
    .where(
        col(Elector.vote_id) == bindparam("vote_id"),
        col(Elector.participant_id) == bindparam("participant_id"),
    )
    .scalar_subquery()
)
ORGANISATION_ELECTOR = (
    select_columns(col(Elector.id))
    .join(Participant, col(Participant.organisation_id) == Elector.organisation_id)
    .where(col(Elector.vote_id) == bindparam("vote_id"), col(Participant.id) == bindparam("participant_id"))
    .scalar_subquery()
)
# Ballots that are nobody's in particular: with them a phone's may be one too many.
HAS_UNNAMED = or_(
    exists().where(
        col(Ballot.vote_id) == bindparam("vote_id"),
        col(Ballot.serial).is_not(None),
        is_counted(),
    ),
    exists().where(col(CountSheet.vote_id) == bindparam("vote_id"), col(CountSheet.replaced_at).is_(None)),
)
SELECT_HAS_UNNAMED = select_columns(HAS_UNNAMED)
VOTE_FOR_PERSON = select_columns(
    *Vote.__table__.c,  # type: ignore[attr-defined]  # SQLModel adds it
    func.coalesce(PERSONAL_ELECTOR, ORGANISATION_ELECTOR).label("elector_id"),
    HAS_UNNAMED.label("unnamed"),
).where(col(Vote.id) == bindparam("vote_id"))
VOTE_FOR_PERSON_LOCKED = VOTE_FOR_PERSON.with_for_update(read=True, of=Vote)


@dataclass(frozen=True, slots=True)
class PersonalAnswer:
    """One person's present answer to a vote: the columns of the vote (and `elector_id`: as whom the person
    may answer), what it asks, and the ballot if there is one: the person's own, or
    that of the `organisation` they answer for."""

    vote: Row[Vote]
    question: Question
    ballot: BallotView | None
    organisation: OrganisationAnswer | None = None


def answer_of_person(session: Session, who: Who, vote_id: int) -> PersonalAnswer:
    """This person's present answer to a vote; `Refused("not_found")` where there is no such vote."""
    vote, question = vote_and_question(session, VOTE_FOR_PERSON, who, vote_id)
    return answer_in_vote(session, who, vote, question)


def require_elector(session: Session, who: Who, vote: Row[Vote]) -> None:
    """Refuse who is not in the electorate of a vote, of its columns with `elector_id`:
    `Refused("not_in_electorate")`, or of organisations `"organisation_late"` or `"no_organisation"`."""
    if vote.elector_id is not None:
        return
    if vote.unit == "people":
        raise Refused("not_in_electorate")
    organisation = organisation_answers.answer_for(session, who, vote, None)
    if organisation is None:
        raise Refused("no_organisation")
    raise Refused("organisation_late", organisation=organisation.name)


def vote_and_question(
    session: Session, query: select_rows.AnyQuery, who: Who, vote_id: int
) -> tuple[Row[Vote], Question]:
    """A vote by VOTE_FOR_PERSON, or by it locked, and what it asks; `Refused("not_found")` where there is
    none."""
    values = {"vote_id": vote_id, "participant_id": who.participant_id}
    vote = select_rows.first_row(session, query, **values)
    if vote is None or vote.workshop_id != who.workshop_id or vote.removed_at:
        raise Refused("not_found")
    return vote, lookup.question_of_rows(vote, select_rows.all_rows(session, lookup.OPTIONS, vote_id=vote.id))


def answer_in_vote(session: Session, who: Who, vote: Row[Vote], question: Question) -> PersonalAnswer:
    """This person's present answer, in a vote that has been read by VOTE_FOR_PERSON."""
    if vote.unit == "organisations":
        organisation = organisation_answers.answer_for(session, who, vote, vote.elector_id)
        return PersonalAnswer(vote, question, organisation.ballot if organisation else None, organisation)
    if vote.elector_id is None:
        return PersonalAnswer(vote, question, None)
    found = ballot_rows.ballots_of_elector(session, vote.id, vote.elector_id, ballot_rows.COUNTED_BALLOTS)
    return PersonalAnswer(vote, question, next(iter(found), None))
