"""What choices of one option share; the line through the levels of a scale; how far apart answers are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import NamedTuple

from app.domain.votes.types import arithmetic
from app.domain.votes.types.question import AnswerValue, Choice, Form, Question
from app.domain.votes.types.result import Count, Counted, DecisionCounts, Fact, OptionResult
from app.domain.votes.types.vote_type import VoteType
from app.errors import Refused

WIDE = Fraction(3, 10)  # a spread above this is flagged


class Spread(NamedTuple):
    """How far apart answers are: their population standard deviation over half the scale's range, from 0 (all
    the same) to 1 (half at each end), in `hundredths` rounded half up. `wide` is whether it is above WIDE,
    exactly; `text` has two decimals, or as many as it takes not to look like WIDE when it is above."""

    variance: Fraction
    hundredths: int
    wide: bool
    text: str


@dataclass(frozen=True, slots=True)
class ScaleResult(OptionResult):
    """`counts` per level in order, with its share of the ballots. `support` ballots are at the level
    `threshold` or a better one, which is `support_per_mille` of all; `blocks` are at a level that blocks.

    `median` has the levels of the two ballots in the middle, often the same one, None with no ballots;
    `spread` is the dissent indicator. Neither says anything without the distribution.
    """

    threshold: Choice
    support: int
    support_per_mille: int
    blocks: int
    median: tuple[Choice, Choice] | None
    spread: Spread | None

    def facts(self) -> Iterable[Fact]:
        yield from arithmetic.count_facts(self.counts, self.ballots)
        yield Fact("support", str(self.support), level=self.threshold.label_en, n=self.ballots)
        if self.ballots:
            percent = arithmetic.one_decimal(self.support_per_mille)
            yield Fact("support_percent", percent, level=self.threshold.label_en, n=self.ballots)
        yield Fact("blocks", str(self.blocks), n=self.ballots)
        for level in dict.fromkeys(self.median or ()):
            yield Fact("median_level", str(level.position), level.id, n=self.ballots)
        if self.spread:
            yield Fact("spread", self.spread.text, n=self.ballots)

    def decision_counts(self) -> DecisionCounts:
        """At the threshold or better against the rest; where no level blocks, all who are against do."""
        abstain = total_meaning(self.counts, "abstain")
        against = self.ballots - self.support - abstain
        may_block = any(count.option.meaning == "block" for count in self.counts)
        return DecisionCounts(self.support, against, abstain, self.blocks if may_block else against)


def scale(
    *, name: str, order: int, title: str, summary: str, levels: Sequence[Choice], threshold: int
) -> VoteType:
    """A type whose answers are levels of a scale; up to `threshold`, unless set, they count as support."""

    def check(question: Question) -> None:
        require_levels(question, levels)
        require_line(question)

    return VoteType(
        name=name,
        order=order,
        title=title,
        summary=summary,
        check=check,
        read=read,
        result=result,
        options="levels",
        levels=levels,
        fields=("threshold",),
        defaults={"threshold": threshold},
        decides=True,
        breakdown=True,
    )


def require_line(question: Question) -> None:
    """`Refused("threshold_outside")` unless there are levels on either side of the line."""
    highest = len(question.options) - 1
    if question.threshold is None or not 1 <= question.threshold <= highest:
        raise Refused("threshold_outside", highest=highest)


def require_levels(question: Question, levels: Sequence[Choice]) -> None:
    """`Refused("levels_missing")` unless these levels are the options, whatever their words."""
    if [(each.position, each.meaning) for each in question.options] != [
        (n.position, n.meaning) for n in levels
    ]:
        raise Refused("levels_missing", levels=len(levels))


def read(question: Question, form: Form) -> list[AnswerValue]:
    return [AnswerValue(arithmetic.chosen_option(question, form).id)]


def counts(question: Question, counted: Sequence[Counted], of: int) -> list[Count]:
    """How many ballots name each option, and which share of so many that is."""
    n = {answer.option: count for answer, count in counted}
    return arithmetic.counts(question.options, lambda number: n.get(number, 0), of)


def result(question: Question, counted: Sequence[Counted], ballots: int) -> ScaleResult:
    levels = counts(question, counted, ballots)
    threshold = next(level for level in question.options if level.position == question.threshold)
    support = total(levels, [level for level in question.options if supports(level, threshold)])
    blocks = total_meaning(levels, "block")
    share = arithmetic.per_mille(support, ballots)
    n = [count.n for count in levels]
    between = middle(n)
    halves = (question.options[between[0] - 1], question.options[between[1] - 1]) if between else None
    return ScaleResult(ballots, levels, threshold, support, share, blocks, halves, spread(n))


def supports(level: Choice, threshold: Choice) -> bool:
    """Whether a level counts as support; an abstention supports nothing."""
    return level.position <= threshold.position and level.meaning != "abstain"


def total(counts: Iterable[Count], options: Iterable[Choice]) -> int:
    """The ballots of these options together."""
    wanted = {option.id for option in options}
    return sum(count.n for count in counts if count.option.id in wanted)


def total_meaning(counts: Iterable[Count], meaning: str) -> int:
    """The ballots of the options that mean this together."""
    return sum(count.n for count in counts if count.option.meaning == meaning)


def spread(counts: Sequence[int]) -> Spread | None:
    """How far apart `counts[0]` answers at 1, `counts[1]` at 2 … are; None for fewer than two answers."""
    answers = sum(counts)
    if answers < 2:
        return None
    mean = Fraction(sum(level * n for level, n in enumerate(counts, 1)), answers)
    variance = sum((n * (level - mean) ** 2 for level, n in enumerate(counts, 1)), Fraction(0)) / answers
    squared = 4 * variance / (len(counts) - 1) ** 2
    wide = squared > WIDE**2
    texts = [arithmetic.units_text(_root(squared, decimals), decimals) for decimals in range(2, 7)]
    text = next((text for text in texts if (Fraction(text) > WIDE) == wide), texts[-1])
    return Spread(variance, _root(squared, 2), wide, text)


def _root(squared: Fraction, decimals: int) -> int:
    """A square root in units of its last decimal, rounded half up, from integers alone."""
    return (isqrt(4 * squared.numerator * 100**decimals // squared.denominator) + 1) // 2


def median(counts: Sequence[int]) -> Fraction | None:
    """The middle of so many answers at 1, at 2 …: half-way where two differ, None for none."""
    between = middle(counts)
    return Fraction(sum(between), 2) if between else None


def middle(counts: Sequence[int]) -> tuple[int, int] | None:
    """The levels of the two answers in the middle, which are one where their number is odd; None for none."""
    answers = sum(counts)
    return (_level(counts, (answers - 1) // 2), _level(counts, answers // 2)) if answers else None


def _level(counts: Sequence[int], rank: int) -> int:
    for level, n in enumerate(counts, 1):
        if rank < n:
            return level
        rank -= n
    raise IndexError(rank)
