"""Grid: each rates proposals (the options) on criteria from 1 to 5, or says that they do not know.

Per cell it shows how ratings are distributed and how far apart they are; per proposal how acceptable it is,
criterion by criterion.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.domain.votes.types import arithmetic
from app.domain.votes.types.arithmetic import one_decimal, per_mille
from app.domain.votes.types.question import AnswerValue, Choice, Form, Question
from app.domain.votes.types.result import Counted, Fact, Result
from app.domain.votes.types.scales import Spread, median, spread
from app.domain.votes.types.vote_type import VoteType
from app.errors import N_, Refused

FEWEST = 1
# What the ratings mean, from 1 on: how well a proposal meets a criterion.
RATINGS = (N_("Not at all"), N_("A little"), N_("Partly"), N_("Mostly"), N_("Fully"))
HIGH = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """A proposal on a criterion: `counts` of ratings 1 to 5; `rated` is their sum, `dont_know` comes on top.

    `median` is exact (3 or 7/2), None when nobody rated; `high` is how many rated 4 or 5. `spread` is the
    standard deviation over half the scale's range, None for fewer than two ratings.
    """

    option: Choice
    criterion: Choice
    counts: tuple[int, ...]
    dont_know: int
    median: Fraction | None
    spread: Spread | None

    @property
    def rated(self) -> int:
        return sum(self.counts)

    @property
    def shares(self) -> tuple[int, ...]:
        """Of those who rated, per mille, from rating 1 on."""
        return tuple(per_mille(n, self.rated) for n in self.counts)

    @property
    def dont_know_per_mille(self) -> int:
        return per_mille(self.dont_know, self.rated + self.dont_know)

    @property
    def high(self) -> int:
        return sum(self.counts[HIGH - 1 :])

    @property
    def high_share(self) -> Fraction | None:
        return Fraction(self.high, self.rated) if self.rated else None

    @property
    def high_per_mille(self) -> int:
        return per_mille(self.high, self.rated)

    @property
    def median_text(self) -> str:
        return "" if self.median is None else arithmetic.decimal_text(self.median, 1)

    @property
    def wide(self) -> bool:
        return self.spread is not None and self.spread.wide


@dataclass(frozen=True, slots=True)
class Profile:
    """How acceptable a proposal is: its `cells` by criterion, in canonical order.

    `score` is the mean, over all criteria, of the share who rated 4 or 5 among those who rated; None while a
    criterion has no rating at all (`unrated`), because a mean of the others would flatter. `weakest` are the
    cells with the lowest share; the score is never shown without them.
    """

    option: Choice
    cells: list[Cell]
    score: Fraction | None
    weakest: list[Cell]
    unrated: list[Choice]

    @property
    def rated(self) -> tuple[int, int]:
        """The fewest and the most who have rated it on a criterion."""
        counts = [cell.rated for cell in self.cells]
        return min(counts), max(counts)

    @property
    def score_per_mille(self) -> int | None:
        return None if self.score is None else arithmetic.rounded(self.score, 3)


@dataclass(frozen=True, slots=True)
class GridResult(Result):
    """A profile per proposal in canonical order; `widest` are the cells with two ratings or more, those where
    opinions are furthest apart first."""

    profiles: list[Profile]
    widest: list[Cell]

    def facts(self) -> Iterable[Fact]:
        for profile in self.profiles:
            for cell in profile.cells:
                yield from _cell_facts(cell)
            rated = sum(cell.rated for cell in profile.cells)
            if profile.score is not None:
                score = arithmetic.decimal_text(100 * profile.score, 4)
                yield Fact("acceptability_percent", score, profile.option.id, n=rated)
            for cell in profile.weakest:
                value = one_decimal(cell.high_per_mille)
                yield Fact("weakest_percent", value, profile.option.id, cell.criterion.id, n=cell.rated)


def check(question: Question) -> None:
    """`Refused("too_few_criteria")`, `"too_many_criteria"`, and as by `require_enough_options`."""
    arithmetic.require_enough_options(question, FEWEST)
    if not question.criteria:
        raise Refused("too_few_criteria")
    if len(question.criteria) > arithmetic.MOST_CRITERIA:
        raise Refused("too_many_criteria", most=arithmetic.MOST_CRITERIA)


def read(question: Question, form: Form) -> list[AnswerValue]:
    """Cells may be left open, but not all of them; "dk" says that one does not know.
    `Refused("nothing_chosen")` without any, `"bad_request"` for another rating, `"option_unknown"`."""
    cells = {
        f"rate_{one.id}_{other.id}": (one, other) for one in question.options for other in question.criteria
    }
    arithmetic.require_known_fields(form, "rate_", set(cells))
    rated = [
        AnswerValue(option.id, criterion.id, _rating(text))
        for name, (option, criterion) in cells.items()
        if (text := form.get(name, "").strip())
    ]
    if not rated:
        raise Refused("nothing_chosen")
    return rated


def _rating(text: str) -> int | None:
    if text == "dk":
        return None
    if text not in {"1", "2", "3", "4", "5"}:
        raise Refused("bad_request")
    return int(text)


def result(question: Question, counted: Sequence[Counted], ballots: int) -> GridResult:
    n = {(answer.option, answer.criterion, answer.value): count for answer, count in counted}
    profiles = [
        _profile(option, [_cell(option, each, n) for each in question.criteria])
        for option in question.options
    ]
    apart = [(cell.spread.variance, cell) for each in profiles for cell in each.cells if cell.spread]
    widest = [cell for _, cell in sorted(apart, key=lambda pair: -pair[0])]
    return GridResult(ballots, profiles, widest)


def _cell(option: Choice, criterion: Choice, n: dict[tuple[int | None, int | None, int | None], int]) -> Cell:
    counts = tuple(n.get((option.id, criterion.id, rating), 0) for rating in range(1, len(RATINGS) + 1))
    dont_know = n.get((option.id, criterion.id, None), 0)
    return Cell(option, criterion, counts, dont_know, median(counts), spread(counts))


def _profile(option: Choice, cells: list[Cell]) -> Profile:
    shares = [(share, cell) for cell in cells if (share := cell.high_share) is not None]
    unrated = [cell.criterion for cell in cells if not cell.rated]
    score = None if unrated else sum((share for share, _ in shares), Fraction(0)) / len(cells)
    lowest = min((share for share, _ in shares), default=None)
    return Profile(option, cells, score, [cell for share, cell in shares if share == lowest], unrated)


def _cell_facts(cell: Cell) -> Iterable[Fact]:
    of = (cell.option.id, cell.criterion.id)
    for rating, count in enumerate(cell.counts, 1):
        yield Fact("n", str(count), *of, level=str(rating), n=cell.rated)
    yield Fact("dont_know", str(cell.dont_know), *of, n=cell.rated + cell.dont_know)
    if cell.rated:
        yield Fact("median", cell.median_text, *of, n=cell.rated)
        yield Fact("rated_4_or_5_percent", one_decimal(cell.high_per_mille), *of, n=cell.rated)
    if cell.spread:
        yield Fact("spread", cell.spread.text, *of, n=cell.rated)


VOTE_TYPE = VoteType(
    name="grid",
    order=6,
    title=N_("Rating grid"),
    summary=N_("Each rates proposals on criteria, from 1 to 5."),
    check=check,
    read=read,
    result=result,
    fewest_options=FEWEST,
    criteria=True,
)
