"""What a vote decides by the rule fixed before it opened: exactly, never rounded in anyone's favour."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from app.domain.vote_types import Choice, Weighed
from app.domain.vote_types.arithmetic import scaled, written
from app.errors import Refused

WHOLE = 10_000  # hundredths of a per cent


@dataclass(frozen=True, slots=True)
class Decision:
    """`support` of a `base` of ballots; at least `needed` would have met the rule (None where no number
    does). `blocks` are ballots that object, which only consent looks at; `share` is the rule's least share
    in hundredths of a per cent."""

    rule: str
    abstentions: str
    support: int
    against: int
    abstain: int
    blocks: int
    base: int
    needed: int | None
    met: bool
    share: int | None = None

    @property
    def reached(self) -> Fraction:
        """The share of the base that supports, exactly; 0 of nothing."""
        return Fraction(self.support, self.base) if self.base else Fraction(0)

    @property
    def reached_text(self) -> str:
        """That share in per cent, with as many decimals as it takes not to look like the other side of the
        threshold: 323 of 404 is 79.95 %, which one decimal would make 80.0 %."""
        limit = 50 if self.rule == "majority" else Fraction(self.share or 0, 100)
        exact = 100 * self.reached
        for decimals in range(1, 7):
            text = written(exact, decimals, 1)
            if exact == limit or Fraction(text) != limit:
                return text
        return text

    @property
    def share_text(self) -> str:
        """The rule's least share in per cent: "80", "66.67"."""
        return written(Fraction(self.share or 0, 100), 2)


def decide(rule: str, share: int | None, abstentions: str, weighed: Weighed) -> Decision | None:
    """Whether the rule is met; None where the vote decides nothing.

    majority: more than half of the base. share: at least `share` hundredths of a per cent of it. consent:
    nobody objects, and somebody supports. Abstentions are "left out" of the base or "counted" in it, as fixed
    before. Nothing is met when nobody answered. Refused when the share is not within (0, 100] per cent.
    """
    if rule == "none":
        return None
    base = weighed.support + weighed.against + (weighed.abstain if abstentions == "counted" else 0)
    if rule == "consent":
        met = weighed.support > 0 and not weighed.blocks
        return Decision(rule, abstentions, *weighed, base, None, met)
    needed = least(rule, share, base)
    return Decision(rule, abstentions, *weighed, base, needed, weighed.support >= needed, share)


def least(rule: str, share: int | None, base: int) -> int:
    """The least whole number of `base` that meets the rule: 36 of 44 at 80 %, because 35 is only 79.5 %;
    of nobody, one more than there is."""
    if rule == "majority":
        return base // 2 + 1
    if rule != "share":
        raise ValueError(rule)
    if share is None or not 0 < share <= WHOLE:
        raise Refused("bad_share")
    return max(1, -(-share * base // WHOLE))


def hundredths(text: str) -> int:
    """A percentage as people type it ("80", "66,67 %") in hundredths of a per cent; refused unless above 0
    and at most 100."""
    n = scaled(text.strip().removesuffix("%"), 2)
    if n is None or not 0 < n <= WHOLE:
        raise Refused("bad_share")
    return n


def drawn(seed: str, tied: Iterable[Choice]) -> list[Choice]:
    """Tied options in the order of a lot that anybody can draw again: sorted by the hexadecimal SHA-256 of
    "seed:position" in UTF-8, where position is the option's number in canonical order."""
    return sorted(tied, key=lambda each: hashlib.sha256(f"{seed}:{each.position}".encode()).hexdigest())
