"""Ballot rounds of one question side by side: how answers and decisions changed from round to round."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlmodel import Session

from app.domain.select_rows import Readable
from app.domain.votes import lookup, types
from app.domain.votes.forms import repeats
from app.domain.votes.results import tallies
from app.domain.votes.results.tallies import Tally
from app.domain.votes.types import Choice
from app.domain.votes.types.arithmetic import Count, written
from app.models import Vote


@dataclass(frozen=True, slots=True)
class Round:
    """One round: its number, and what it came to."""

    number: int
    tally: Tally

    @property
    def vote(self) -> Readable[Vote]:
        return self.tally.vote


@dataclass(frozen=True, slots=True)
class Row:
    """One option, in the words of the newest round, and how many chose it in each (None: it was not asked).
    `change` is from the round before the newest to it, in percentage points as text; empty where shares are
    not of ballots, or one is missing."""

    option: Choice
    counts: Sequence[Count | None]
    change: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Rounds of one question side by side, oldest first. On a scale `line` is the last level that counts as
    support in the newest round, `change` that of the share at the line or better."""

    rounds: Sequence[Round]
    rows: Sequence[Row]
    line: Choice | None
    change: str


def of(session: Session, tally: Tally) -> Beside | None:
    """This result beside those of the earlier rounds that the room has been shown; None without any."""
    chain = repeats.chain(session, tally.vote)
    numbers = {vote.id: place for place, vote in enumerate(chain, 1)}
    shown = [vote for vote in chain[:-1] if lookup.is_shown(vote) and vote.type == tally.vote.type]
    if not shown:
        return None
    asked = [(vote, lookup.asks(session, vote)) for vote in shown]
    earlier = [Round(numbers[each.vote.id], each) for each in tallies.of_votes(session, asked)]
    return compared([*earlier, Round(numbers[tally.vote.id], tally)])


def compared(each: Sequence[Round]) -> Beside:
    """Rounds of one type, compared option by option: a scale's by place, others by their English words.
    Options of earlier rounds that the newest has no more stand at the end."""
    rules, found = types.rules(each[-1].vote.type), [one.tally.result for one in each]
    lines = [{_key(rules, count.option): count for count in _counts(one)} for one in found]
    rows = []
    for key in dict.fromkeys(key for line in reversed(lines) for key in line):
        counts = [line.get(key) for line in lines]
        before, after = (count.n if count else None for count in counts[-2:])
        newest = next(line[key].option for line in reversed(lines) if key in line)
        rows.append(Row(newest, counts, _change(found, before, after) if rules.DECIDES else ""))
    line = getattr(found[-1], "threshold", None)
    change = _change(found, found[-2].support, found[-1].support) if line else ""
    return Beside(each, rows, line, change)


def _counts(found: Any) -> Sequence[Count]:
    name = "counts" if hasattr(found, "counts") else "firsts"
    counts: Sequence[Count] = getattr(found, name, ())
    return counts


def _key(rules: Any, option: Choice) -> int | str:
    return option.position if rules.OPTIONS == "levels" else option.label_en.casefold()


def _change(found: Sequence[Any], before: int | None, after: int | None) -> str:
    """The change of a share between the last two rounds, from whole numbers: "+12.5", "−3.0", "0.0"."""
    was, now = found[-2].ballots, found[-1].ballots
    if before is None or after is None or not was or not now:
        return ""
    change = 100 * (Fraction(after, now) - Fraction(before, was))
    text = written(abs(change), 1, 1)
    sign = "" if not float(text) else ("+" if change > 0 else "−")
    return f"{sign}{text}"
