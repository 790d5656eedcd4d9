"""What an organisation's answer is now, as one of its people sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from app.domain.select_rows import Readable
from app.domain.votes.ballots import colleague_answers, spokespersons
from app.domain.votes.ballots.ballot_rows import BallotView
from app.domain.who import Who
from app.models import Organisation, Participant, Vote


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
    status, ballot = _status_for(colleague_answers.latest_answers(session, vote.id, elector_id), who)
    if ballot and ballot.voter_id != who.participant_id and vote.secrecy != "named":
        ballot = replace(ballot, answers=[], reason="", receipt=None)
    spokesperson = spokespersons.spokesperson_of(session, organisation.id)
    is_spokesperson = spokesperson is not None and spokesperson.id == who.participant_id
    return OrganisationAnswer(
        organisation.name, status, ballot, spokesperson.name if spokesperson else None, is_spokesperson
    )


def _status_for(ballots: Sequence[BallotView], who: Who) -> tuple[str, BallotView | None]:
    own = next((each for each in ballots if each.voter_id == who.participant_id), None)
    counts = colleague_answers.counted(ballots)
    if counts is None:
        contested = own if own and own.standing == "contested" else None
        return ("contested" if any(each.standing == "contested" for each in ballots) else "none"), contested
    if own is None:
        return "colleague", counts
    if own is counts:
        return "own", own
    return ("agreed", own) if colleague_answers.say_the_same(own, counts) else ("settled", counts)
