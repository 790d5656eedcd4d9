"""What a vote decides by the rule fixed before it opened: exactly, never rounded in anyone's favour."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from app.domain.votes.types.arithmetic import decimal_text, units_of_text
from app.domain.votes.types.question import Choice
from app.domain.votes.types.result import Count, DecisionCounts
from app.errors import Refused

PERCENTAGE_WHOLE = 10_000  # a typed percentage is of so many: hundredths of a per cent


class Share(NamedTuple):
    """A rule's least share, exactly: two thirds are (2, 3), which no percentage is."""

    part: int
    whole: int

    @property
    def exact(self) -> Fraction:
        return Fraction(self.part, self.whole)


# The shares that rules of procedure ask for by name.
NAMED_SHARES = {"2/3": Share(2, 3), "3/4": Share(3, 4), "4/5": Share(4, 5)}


@dataclass(frozen=True, slots=True)
class Decision:
    """`support` of a `base` of ballots; at least `needed` would have met the rule (None where no number
    does). `blocks` are ballots that object, which only consent looks at; `share` is the rule's least share.

    `reached_by` are the options that meet the rule where each stands for itself: several, where half of the
    base or less is enough or ballots name several, and then the rule alone decides for none of them.
    """

    rule: str
    abstentions: str
    support: int
    against: int
    abstain: int
    blocks: int
    base: int
    needed: int | None
    met: bool
    share: Share | None = None
    reached_by: Sequence[Choice] = ()

    @property
    def reached(self) -> Fraction:
        """The share of the base that supports, exactly; 0 of nothing."""
        return Fraction(self.support, self.base) if self.base else Fraction(0)

    @property
    def reached_text(self) -> str:
        """That share in per cent, with as many decimals as it takes not to look like the other side of the
        threshold: 323 of 404 is 79.95 %, which one decimal would make 80.0 %."""
        limit = Fraction(50) if self.share is None else 100 * self.share.exact
        exact = 100 * self.reached
        for decimals in range(1, 7):
            text = decimal_text(exact, decimals, 1)
            if exact == limit or text != decimal_text(limit, decimals, 1):
                return text
        return text


def decide(
    rule: str,
    share: Share | None,
    abstentions: str,
    counts: DecisionCounts,
    option_counts: Iterable[Count] = (),
) -> Decision | None:
    """Whether the rule is met; None where the vote decides nothing.

    majority: more than half of the base. share: at least `share` of it. consent: nobody objects, and somebody
    supports. Abstentions are "left out" of the base or "counted" in it, as fixed before. Nothing is met when
    nobody answered. `option_counts` are of options of which each could meet the rule by itself.
    `Refused("bad_share")` when the share is not within (0, 100] per cent.
    """
    if rule == "none":
        return None
    base = counts.support + counts.against + (counts.abstain if abstentions == "counted" else 0)
    if rule == "consent":
        met = counts.support > 0 and not counts.blocks
        return Decision(rule, abstentions, *counts, base, None, met)
    needed = least_support(rule, share, base)
    met = counts.support >= needed
    reached_by = [one.option for one in option_counts if one.n >= needed and one.option.meaning != "abstain"]
    return Decision(rule, abstentions, *counts, base, needed, met, share, reached_by)


def least_support(rule: str, share: Share | None, base: int) -> int:
    """The least whole number of `base` that meets the rule: 36 of 44 at 80 %, because 35 is only 79.5 %;
    of nobody, one more than there is. `Refused("bad_share")` as by `decide`."""
    if rule == "majority":
        return base // 2 + 1
    if rule != "share":
        raise ValueError(rule)
    if share is None or not 0 < share.part <= share.whole:
        raise Refused("bad_share")
    return max(1, -(-share.part * base // share.whole))


def percentage(text: str) -> Share:
    """A percentage as people type it ("80", "66,67 %"), exact to hundredths of a per cent;
    `Refused("bad_share")` unless above 0 and at most 100, and as `units_of_text` says."""
    n = units_of_text(text.strip().removesuffix("%"), 2)
    if n is None or not 0 < n <= PERCENTAGE_WHOLE:
        raise Refused("bad_share")
    return Share(n, PERCENTAGE_WHOLE)


def in_lot_order(seed: str, tied: Iterable[Choice]) -> list[Choice]:
    """Tied options in the order of a lot that anybody can draw again: sorted by the hexadecimal SHA-256 of
    "seed:position" in UTF-8, where position is the option's number in canonical order."""
    return sorted(tied, key=lambda each: hashlib.sha256(f"{seed}:{each.position}".encode()).hexdigest())
