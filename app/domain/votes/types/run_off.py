"""Instant run-off of ranked ballots, round by round, each with the reason for what happens in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.votes.types.arithmetic import per_mille
from app.domain.votes.types.question import Choice
from app.domain.votes.types.result import Count
from app.errors import N_

WHY = {
    "majority": N_("It has more than half of the ballots still in play, so it wins."),
    "fewest": N_("It has the fewest ballots, so it leaves."),
    "together": N_(
        "They tie for the last place and together have fewer ballots than the next, so all of them leave."
    ),
    "earlier": N_("They tie for the last place. What had the fewest ballots in round %(round)s leaves."),
    "all": N_("They tie for the last place, in earlier rounds too, so all of them leave."),
    "tie": N_("All that are left have equally many ballots. This is a tie."),
}

Orders = Sequence[tuple[tuple[int, ...], int]]  # option ids from the first place on, and how many ballots
Verdict = tuple[list[Choice], list[Choice], str, int | None]  # tied, leaving, why, looked back to


@dataclass(frozen=True, slots=True)
class RunOffRound:
    """A round of the run-off: the options still in it with their ballots and share of those `in_play`.

    `exhausted` ballots name no option that is left. `tied` are those equal in the last place (none when one
    is alone there), `leaving` those that leave, `why` a key of WHY, `looked_back` the earlier round that told
    tied ones apart.
    """

    number: int
    counts: list[Count]
    in_play: int
    exhausted: int
    tied: list[Choice]
    leaving: list[Choice]
    why: str
    looked_back: int | None = None

    @property
    def words(self) -> str:
        """The sentence that explains the round, to be translated; its one name is `round`."""
        return WHY[self.why]


def run_off(
    options: Sequence[Choice], orders: Orders, ballots: int
) -> tuple[list[RunOffRound], list[Choice]]:
    """Instant run-off, its rounds and the winners: each ballot counts for its first option still in; when
    none has more than half of the ballots in play, the last leaves. Options that tie for the last place:

    all that are left are equal: a tie, which this method does not break;
    together fewer ballots than the next: all leave (whoever left first, the others would follow);
    otherwise the latest earlier round in which they differed tells: the fewest there leave;
    never differed: all leave at once, so that no order among them is made up.
    """
    rounds: list[RunOffRound] = []
    remaining = list(options)
    while ballots:
        n = firsts(remaining, orders)
        in_play = sum(n.values())
        tied, leaving, why, looked_back = _verdict(remaining, n, in_play, rounds)
        counts = [Count(option, n[option.id], per_mille(n[option.id], in_play)) for option in remaining]
        number = len(rounds) + 1
        rounds.append(
            RunOffRound(number, counts, in_play, ballots - in_play, tied, leaving, why, looked_back)
        )
        if why == "majority":
            return rounds, [option for option in remaining if 2 * n[option.id] > in_play]
        if why == "tie":
            return rounds, remaining
        remaining = [option for option in remaining if option not in leaving]
    return rounds, []


def _verdict(
    remaining: Sequence[Choice], n: Mapping[int, int], in_play: int, rounds: Sequence[RunOffRound]
) -> Verdict:
    if any(2 * n[option.id] > in_play for option in remaining):
        return [], [], "majority", None
    fewest = min(n[option.id] for option in remaining)
    last = [option for option in remaining if n[option.id] == fewest]
    if len(last) == len(remaining):
        return last, [], "tie", None
    if len(last) == 1:
        return [], last, "fewest", None
    if fewest * len(last) < min(n[option.id] for option in remaining if option not in last):
        return last, last, "together", None
    leaving, looked_back = _look_back(last, rounds)
    return last, leaving, "all" if looked_back is None else "earlier", looked_back


def _look_back(tied: list[Choice], rounds: Sequence[RunOffRound]) -> tuple[list[Choice], int | None]:
    """Those of the tied that had the fewest ballots earlier, and the latest round that told them apart."""
    looked_back = None
    for earlier in reversed(rounds):
        n = {count.option.id: count.n for count in earlier.counts}
        fewest = min(n[option.id] for option in tied)
        still_tied = [option for option in tied if n[option.id] == fewest]
        if len(still_tied) < len(tied) and looked_back is None:
            looked_back = earlier.number
        tied = still_tied
    return tied, looked_back


def firsts(options: Sequence[Choice], orders: Orders) -> dict[int, int]:
    """How many ballots name each of these options before any other of them."""
    n = {option.id: 0 for option in options}
    for order, ballots in orders:
        first = next((option for option in order if option in n), None)
        if first is not None:
            n[first] += ballots
    return n
