"""The pairs of answers that the same people (or organisations) gave to a question and to the same one asked
again: read from ballots while the keys of both votes are there, and stored as counts before a key goes."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.domain.select_rows import Readable
from app.domain.votes import lookup
from app.domain.votes.ballots.ballot_rows import is_counted
from app.domain.votes.results.group_counts import smallest_group
from app.domain.votes.results.paired_answers import AnswerPair
from app.domain.votes.types import registry
from app.errors import Refused
from app.models import Answer, Ballot, Elector, Participant, ShiftCount, Vote


def pairs(session: Session, before: Vote, after: Readable[Vote]) -> Counter[AnswerPair]:
    """How often each pair of answers was given, as it was stored or else as the ballots tell it."""
    return _stored(session, before, after) or _from_ballots(session, before, after)


def store(session: Session, vote: Vote) -> None:
    """Count the pairs of a vote with the question it asks again, and with the one that asks it again, before
    its key is destroyed."""
    for first, second in _pairs_of_votes(session, vote):
        if not _stored(session, first, second):
            _store_pairs(session, first, second)


def require_other_closed(session: Session, vote: Vote) -> None:
    """`Refused("pair_open")` while a vote that makes pairs with this one is to be answered again: its answers
    may change."""
    for first, second in _pairs_of_votes(session, vote):
        other = second if first is vote else first
        if other.electorate_size is not None and other.state not in ("revealed", "final"):
            raise Refused("pair_open")


def require_other_not_final(session: Session, vote: Vote) -> None:
    """`Refused("pair_final")` where the other vote of a pair is final: who moved where has been counted."""
    counted = select(ShiftCount.n).where(
        or_(col(ShiftCount.before_id) == vote.id, col(ShiftCount.after_id) == vote.id)
    )
    if session.exec(counted).first() is not None:
        raise Refused("pair_final")


def earlier_vote(session: Session, after: Readable[Vote]) -> Vote | None:
    """The vote whose answers make pairs with those of `after`: the same question, asked before."""
    if after.repeats_as != "after" or not registry.type_of(after.type).breakdown:
        return None
    before = session.get(Vote, after.repeats_id)
    if before is None or before.removed_at or (before.type, before.unit) != (after.type, after.unit):
        return None
    return before


def _pairs_of_votes(session: Session, vote: Vote) -> list[tuple[Vote, Vote]]:
    """A vote with the one it asks again, and with those that ask it again, each the earlier one first."""
    after = select(Vote).where(Vote.repeats_id == vote.id, Vote.repeats_as == "after")
    found = [(vote, each) for each in session.exec(after.where(col(Vote.removed_at).is_(None)))]
    before = earlier_vote(session, vote)
    return [*found, (before, vote)] if before is not None else found


def is_secret(before: Vote, after: Readable[Vote]) -> bool:
    """Whether one of the two votes does not tell names."""
    return before.secrecy != "named" or after.secrecy != "named"


def _from_ballots(session: Session, before: Vote, after: Readable[Vote]) -> Counter[AnswerPair]:
    """The pairs as the ballots tell them, while the keys of both votes are there."""
    places = _places(session, before) | _places(session, after)
    found: Counter[AnswerPair] = Counter()
    for was, now, joined_at, *came in session.connection().execute(_paired(before, after)):
        answers = zip((before, after), came[::2], came[1::2], strict=True)
        paper_or_late = any(
            channel == "paper" or _is_late(vote, joined_at, at) for vote, channel, at in answers
        )
        found[AnswerPair(places[was], places[now], paper_or_late)] += 1
    return found


def _paired(before: Vote, after: Readable[Vote]) -> Any:
    was, now = aliased(Answer), aliased(Answer)
    first, second = aliased(Ballot), aliased(Ballot)
    earlier, later = aliased(Elector), aliased(Elector)
    columns: list[Any] = [was.option_id, now.option_id, Participant.joined_at]
    columns += [first.channel, first.cast_at, second.channel, second.cast_at]
    unit = "participant_id" if after.unit == "people" else "organisation_id"
    same = getattr(earlier, unit) == getattr(later, unit)
    return (
        select_columns(*columns)
        .select_from(earlier)
        .join(later, same & (col(later.vote_id) == after.id))
        .join(first, (col(first.elector_id) == earlier.id) & is_counted(first))
        .join(second, (col(second.elector_id) == later.id) & is_counted(second))
        .join(was, col(was.ballot_id) == first.id)
        .join(now, col(now.ballot_id) == second.id)
        .join(Participant, col(Participant.id) == earlier.participant_id, isouter=True)
        .where(col(earlier.vote_id) == before.id)
    )


def _is_late(vote: Readable[Vote], joined_at: datetime | None, cast_at: datetime) -> bool:
    """Whether the person joined after the vote had first opened, or the answer came (or was changed) after it
    had closed for the first time and been opened again."""
    joined_late = joined_at and vote.first_opened_at and joined_at > vote.first_opened_at
    return bool(joined_late or (vote.first_closed_at and cast_at > vote.first_closed_at))


def _places(session: Session, vote: Readable[Vote]) -> dict[int, int]:
    return {option.id: option.position for option in lookup.question_of(session, vote).options}


def _stored(session: Session, before: Vote, after: Readable[Vote]) -> Counter[AnswerPair]:
    places = _places(session, before) | _places(session, after)
    query = select(ShiftCount).where(ShiftCount.before_id == before.id, ShiftCount.after_id == after.id)
    return Counter(
        {AnswerPair(places[row.was], places[row.now], row.aside): row.n for row in session.exec(query)}
    )


def _store_pairs(session: Session, before: Vote, after: Vote) -> None:
    was, now = ({place: i for i, place in _places(session, vote).items()} for vote in (before, after))
    given = _from_ballots(session, before, after)
    few = sum(n for pair, n in given.items() if pair.paper_or_late) < smallest_group(session, after)
    found: Counter[tuple[int, int, bool]] = Counter()
    for pair, n in given.items():
        # What could not be left out without giving somebody away is not told apart for good.
        paper_or_late = pair.paper_or_late and not (few and is_secret(before, after))
        found[was[pair.before], now[pair.after], paper_or_late] += n
    rows = [
        {"before_id": before.id, "after_id": after.id, "was": one, "now": other, "aside": apart, "n": n}
        for (one, other, apart), n in found.items()
    ]
    if rows:
        session.connection().execute(insert(ShiftCount), rows)
