"""What entering a paper ballot and entering a count sheet have in common."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, NoReturn

from sqlmodel import Session

from app.announce import announce
from app.domain import log, submissions
from app.domain.submissions import Stamp
from app.domain.votes.ballots import electorates
from app.domain.votes.types.question import Form
from app.domain.who import Who
from app.errors import Refused, RefusedAndLogged
from app.models import Vote

REFUSAL_LINES = ("paper ballot refused", "count sheet refused", "answer refused")
TOO_LATE = {"draft": "vote_not_open", "revealed": "paper_too_late", "final": "paper_final"}


class EarlierEntry(NamedTuple):
    """The earlier answer: how it came ("phone", "paper", "sheet") and when, never what it says; `contested`
    when an organisation's people have answered differently."""

    channel: str
    at: datetime
    contested: bool = False


@dataclass(frozen=True, slots=True)
class EntryOutcome:
    """What came of a paper. `outcome` is "entered", "discarded" (only the log knows), or "asks" (nothing is
    kept until the person says what becomes of `earlier`)."""

    outcome: str
    earlier: EarlierEntry | None = None
    receipt: str | None = None


def require_accepts_paper(vote: Vote) -> None:
    """Paper comes late, so it is taken after the closing too. `Refused("vote_not_open")` before the opening;
    `"paper_too_late"` or `"paper_final"` once the result has been shown, when it could be made to fit."""
    if vote.state in TOO_LATE:
        raise Refused(TOO_LATE[vote.state])


def require_own(who: Who, entered_by: int | None) -> None:
    """A scribe takes back only what came in by their own link; `Refused("not_found")` for anything else."""
    if who.role == "scribe" and entered_by != who.link_id:
        raise Refused("not_found")


def conflict_choice(form: Form) -> str:
    """What becomes of a paper for a unit that has answered: "replace" or "discard" (the paper), "" while
    nothing is chosen; `Refused("bad_request")` for anything else."""
    choice = form.get("on_conflict", "")
    if choice not in ("", "replace", "discard"):
        raise Refused("bad_request")
    return choice


def log_discarded(session: Session, who: Who, vote: Vote, stamp: Stamp, what: str) -> EntryOutcome:
    """Leave the earlier answer as it is; that there was a paper is in the log, what it said nowhere."""
    submissions.remember(session, who, stamp, vote_id=vote.id)
    log_and_announce(session, who, vote, what)
    return EntryOutcome("discarded")


def log_and_refuse(session: Session, who: Who, vote: Vote, refusal: Refused, what: str) -> NoReturn:
    """Keep nothing but a line of the log: a facilitator should know of more papers than people."""
    log_and_announce(session, who, vote, what, **refusal.facts)
    raise RefusedAndLogged(refusal.code, **refusal.facts)


def log_and_announce(session: Session, who: Who, vote: Vote, what: str, **facts: object) -> None:
    """Log what was done with a paper, and how many ballots there are now; never whose or what it says."""
    log.note(session, who, what, "vote", vote.id, **facts, in_all=electorates.heard_count(session, vote.id))
    announce(session, who.workshop_id, "ballots")
    announce(session, who.workshop_id, "votes")
