"""Who moved where between a question and the same one asked again: pairs of answers, counted, not listed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.domain.select_rows import Readable
from app.domain.votes import lookup
from app.domain.votes.ballots.ballot_rows import is_counted
from app.domain.votes.results import paired_answers, tallies
from app.domain.votes.results.paired_answers import Moves, Pair
from app.domain.votes.results.tallies import Tally
from app.domain.votes.types import registry
from app.domain.votes.types.question import Choice
from app.errors import Refused
from app.models import Answer, Ballot, Elector, Participant, Vote, Workshop
from app.models import ShiftCount as Kept


@dataclass(frozen=True, slots=True)
class Shift:
    """How answers moved from `before` to `after`, whose results each have their own number of ballots.

    `cells` count by what was answered before (rows) and after (columns), `moves` is what they come to; both
    are None where they would give answers away. Of the pairs, `aside` have an answer on paper or given late:
    they are `left_out`, or may be (`may_leave_out`).
    """

    before: Tally
    after: Tally
    cells: list[list[int]] | None
    moves: Moves | None
    aside: int
    left_out: bool
    may_leave_out: bool

    @property
    def options(self) -> Sequence[Choice]:
        return self.after.question.options


def of(session: Session, after: Readable[Vote], without: bool = False) -> Shift | None:
    """The shift towards this vote from the one it asks again; `without` the pairs on paper or late. None
    where there is nothing to compare, and until the room has been shown both results."""
    before = _before(session, after)
    if before is None or not (lookup.is_shown(before) and lookup.is_shown(after)):
        return None
    asked = [(vote, lookup.question_of(session, vote)) for vote in (before, after)]
    first, second = tallies.of_votes(session, asked)
    found = _stored(session, before, after) or _live(session, before, after)
    aside = sum(n for pair, n in found.items() if pair.aside)
    secret, smallest = _is_secret(before, after), _smallest(session, after)
    may_leave_out = aside > 0 and (not secret or aside >= smallest)
    left_out = without and may_leave_out
    cells = paired_answers.matrix(found, len(second.question.options), not left_out)
    scale = registry.type_of(after.type).options == "levels"
    moves = paired_answers.moves(cells, paired_answers.ranks(second.question.options, scale))
    may = paired_answers.may_show(moves.paired, first.cast, second.cast, smallest) if secret else "cells"
    if may == "cells" and before.secrecy != after.secrecy:
        may = "moves"  # beside the names on the one, a cell of the other would be somebody's
    return Shift(
        first,
        second,
        cells if may == "cells" else None,
        moves if may != "nothing" else None,
        aside,
        left_out,
        may_leave_out,
    )


def keep(session: Session, vote: Vote) -> None:
    """Count the pairs of a vote with the question it asks again, and with the one that asks it again, before
    its key is destroyed."""
    for first, second in _both(session, vote):
        if not _stored(session, first, second):
            _store(session, first, second)


def require_settled(session: Session, vote: Vote) -> None:
    """Refused while a vote that makes pairs with this one is to be answered again: its answers may change."""
    for first, second in _both(session, vote):
        other = second if first is vote else first
        if other.electorate_size is not None and other.state not in ("revealed", "final"):
            raise Refused("pair_open")


def require_free(session: Session, vote: Vote) -> None:
    """Refused for one of a pair whose other one is final: who moved where has been counted."""
    counted = select(Kept.n).where(or_(col(Kept.before_id) == vote.id, col(Kept.after_id) == vote.id))
    if session.exec(counted).first() is not None:
        raise Refused("pair_final")


def _before(session: Session, after: Readable[Vote]) -> Vote | None:
    if after.repeats_as != "after" or not registry.type_of(after.type).breakdown:
        return None
    before = session.get(Vote, after.repeats_id)
    if before is None or before.removed_at or (before.type, before.unit) != (after.type, after.unit):
        return None
    return before


def _both(session: Session, vote: Vote) -> list[tuple[Vote, Vote]]:
    """A vote with the one it asks again, and with those that ask it again, each the earlier one first."""
    after = select(Vote).where(Vote.repeats_id == vote.id, Vote.repeats_as == "after")
    found = [(vote, each) for each in session.exec(after.where(col(Vote.removed_at).is_(None)))]
    before = _before(session, vote)
    return [*found, (before, vote)] if before is not None else found


def _is_secret(before: Vote, after: Readable[Vote]) -> bool:
    return before.secrecy != "named" or after.secrecy != "named"


def _smallest(session: Session, vote: Readable[Vote]) -> int:
    return session.exec(select(Workshop.smallest_group).where(Workshop.id == vote.workshop_id)).one()


def _live(session: Session, before: Vote, after: Readable[Vote]) -> Counter[Pair]:
    """The pairs as the ballots tell them, while the keys of both votes are there."""
    places = _places(session, before) | _places(session, after)
    found: Counter[Pair] = Counter()
    for was, now, joined_at, *came in session.connection().execute(_paired(before, after)):
        answers = zip((before, after), came[::2], came[1::2], strict=True)
        aside = any(channel == "paper" or _is_late(vote, joined_at, at) for vote, channel, at in answers)
        found[Pair(places[was], places[now], aside)] += 1
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


def _stored(session: Session, before: Vote, after: Readable[Vote]) -> Counter[Pair]:
    places = _places(session, before) | _places(session, after)
    query = select(Kept).where(Kept.before_id == before.id, Kept.after_id == after.id)
    return Counter({Pair(places[row.was], places[row.now], row.aside): row.n for row in session.exec(query)})


def _store(session: Session, before: Vote, after: Vote) -> None:
    was, now = ({place: i for i, place in _places(session, vote).items()} for vote in (before, after))
    live = _live(session, before, after)
    few = sum(n for pair, n in live.items() if pair.aside) < _smallest(session, after)
    found: Counter[tuple[int, int, bool]] = Counter()
    for pair, n in live.items():
        # What could not be left out without giving somebody away is not told apart for good.
        aside = pair.aside and not (few and _is_secret(before, after))
        found[was[pair.was], now[pair.now], aside] += n
    rows = [
        {"before_id": before.id, "after_id": after.id, "was": one, "now": other, "aside": aside, "n": n}
        for (one, other, aside), n in found.items()
    ]
    if rows:
        session.connection().execute(insert(Kept), rows)
