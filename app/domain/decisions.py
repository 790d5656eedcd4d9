"""What a vote decides by the rule fixed before it opened: exact fractions, never rounded in anyone's favour."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from app.domain.vote_types import Choice, Weighed
from app.errors import Refused

WHOLE = 10_000  # hundredths of a per cent


@dataclass(frozen=True, slots=True)
class Decision:
    """`support` of a `base` of ballots; at least `needed` would have met the rule (None where no number does).
    `blocks` are ballots that object, which only consent looks at; `share` is the rule's least share."""

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


def decide(rule: str, share: int | None, abstentions: str, weighed: Weighed) -> Decision | None:
    """Whether the rule is met; None where the vote decides nothing.

    majority: more than half of the base. share: at least `share` hundredths of a per cent of it. consent: nobody
    objects, and somebody answered. Abstentions are "left out" of the base or "counted" in it, as fixed before.
    """
    if rule == "none":
        return None
    base = weighed.support + weighed.against + (weighed.abstain if abstentions == "counted" else 0)
    needed = None if rule == "consent" else least(rule, share, base)
    if rule == "consent":
        met = base > 0 and not weighed.blocks
    else:
        met = base > 0 and needed is not None and weighed.support >= needed
    return Decision(rule, abstentions, *weighed, base, needed, met, share)


def least(rule: str, share: int | None, base: int) -> int:
    """The least whole number of `base` that meets the rule: 36 of 44 at 80 %, because 35 is only 79.5 %."""
    if rule == "majority":
        return base // 2 + 1
    exact = Fraction(share or 0, WHOLE) * base
    return -(-exact.numerator // exact.denominator)


def hundredths(text: str) -> int:
    """A percentage as people type it ("80", "66,67 %") in hundredths of a per cent; refused outside (0, 100]."""
    n = scaled(text.replace("%", ""), 2)
    if n is None or not 0 < n <= WHOLE:
        raise Refused("bad_share")
    return n


def scaled(text: str, decimals: int) -> int | None:
    """A number as people type it, in units of its last decimal: "12,5" with 2 decimals is 1250; None for
    nothing. Refused when it is no number or has more decimals than asked."""
    typed = "".join(text.split()).replace(",", ".").replace("−", "-")
    if not typed:
        return None
    sign = -1 if typed.startswith("-") else 1
    whole, _, part = typed.lstrip("+-").partition(".")
    digits = whole + part
    if not (digits.isascii() and digits.isdecimal()) or len(typed) > 14 or typed[1:].count("-"):
        raise Refused("not_a_number")
    if len(part.rstrip("0")) > decimals:
        raise Refused("too_many_decimals", most=decimals)
    return sign * int((whole or "0") + part[:decimals].ljust(decimals, "0"))


def drawn(seed: str, tied: Iterable[Choice]) -> list[Choice]:
    """Tied options in the order of a lot anybody can draw again: by SHA-256 of "seed:position"."""
    return sorted(tied, key=lambda each: hashlib.sha256(f"{seed}:{each.position}".encode()).hexdigest())
