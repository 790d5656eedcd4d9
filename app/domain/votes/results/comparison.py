"""Ballot rounds of one question side by side: how answers and decisions changed from round to round."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlmodel import Session

from app.domain.select_rows import Readable
from app.domain.votes import lookup
from app.domain.votes.forms import repeats
from app.domain.votes.results import tallies
from app.domain.votes.results.tallies import Tally
from app.domain.votes.types import registry
from app.domain.votes.types.arithmetic import decimal_text
from app.domain.votes.types.question import Choice
from app.domain.votes.types.result import Count, Result
from app.domain.votes.types.scales import ScaleResult
from app.domain.votes.types.vote_type import VoteType
from app.models import Vote


@dataclass(frozen=True, slots=True)
class RoundTally:
    """One round: its number, and what it came to."""

    number: int
    tally: Tally

    @property
    def vote(self) -> Readable[Vote]:
        return self.tally.vote


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option, in the words of the newest round, and how many chose it in each (None: it was not asked).
    `change` is from the round before the newest to it, in percentage points as text; empty where shares are
    not of ballots, or one is missing."""

    option: Choice
    counts: Sequence[Count | None]
    change: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rounds of one question side by side, oldest first. On a scale `line` is the last level that counts as
    support in the newest round, `change` that of the share at the line or better."""

    rounds: Sequence[RoundTally]
    rows: Sequence[OptionRow]
    line: Choice | None
    change: str


def with_earlier_rounds(session: Session, tally: Tally) -> Comparison | None:
    """This result next to those of the earlier rounds that the room has been shown; None without any."""
    chain = repeats.chain(session, tally.vote)
    numbers = {vote.id: place for place, vote in enumerate(chain, 1)}
    shown = [vote for vote in chain[:-1] if lookup.is_shown(vote) and vote.type == tally.vote.type]
    if not shown:
        return None
    questions = [(vote, lookup.question_of(session, vote)) for vote in shown]
    earlier = [RoundTally(numbers[each.vote.id], each) for each in tallies.of_votes(session, questions)]
    return compare([*earlier, RoundTally(numbers[tally.vote.id], tally)])


def compare(rounds: Sequence[RoundTally]) -> Comparison:
    """Rounds of one type, compared option by option: a scale's by place, others by their English words.
    Options of earlier rounds that the newest has no more come at the end."""
    vote_type, results = registry.type_of(rounds[-1].vote.type), [each.tally.result for each in rounds]
    lines = [{_key(vote_type, count.option): count for count in one.option_counts()} for one in results]
    rows = []
    for key in dict.fromkeys(key for line in reversed(lines) for key in line):
        counts = [line.get(key) for line in lines]
        before, after = (count.n if count else None for count in counts[-2:])
        change = _change(results, before, after) if vote_type.decides else ""
        rows.append(OptionRow(next(count.option for count in reversed(counts) if count), counts, change))
    earlier, last = results[-2:]
    if isinstance(earlier, ScaleResult) and isinstance(last, ScaleResult):
        return Comparison(rounds, rows, last.threshold, _change(results, earlier.support, last.support))
    return Comparison(rounds, rows, None, "")


def _key(vote_type: VoteType, option: Choice) -> int | str:
    return option.position if vote_type.options == "levels" else option.label_en.casefold()


def _change(results: Sequence[Result], before: int | None, after: int | None) -> str:
    """The change of a share between the last two rounds, from whole numbers: "+12.5", "−3.0", "0.0"."""
    was, now = (result.ballots for result in results[-2:])
    if before is None or after is None or not was or not now:
        return ""
    change = 100 * (Fraction(after, now) - Fraction(before, was))
    text = decimal_text(abs(change), 1, 1)
    sign = "" if not float(text) else ("+" if change > 0 else "−")
    return f"{sign}{text}"
