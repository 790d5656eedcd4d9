"""A result by table, by sector or by role, without any group so small that it gives a person away."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.domain import log
from app.domain.select_rows import Readable
from app.domain.votes import lookup
from app.domain.votes.results import group_counts, suppression
from app.domain.votes.results.group_counts import TAGS, smallest_group
from app.domain.votes.types import registry
from app.domain.votes.types.question import Choice
from app.domain.who import Who
from app.errors import Refused
from app.models import Vote


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """One table (`name` is its number), sector or role, and how many of its `n` ballots chose each option.
    Only a role may have a name in Welsh too."""

    name: int | str
    counts: list[int]
    n: int
    name_cy: str = ""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A result by `kind`: the groups that may be shown, everybody's counts, and how many ballots are of
    groups that are not shown or of none."""

    kind: str
    options: Sequence[Choice]
    groups: list[GroupCounts]
    total: GroupCounts
    rest: int


def is_possible(vote: Readable[Vote]) -> bool:
    """Whether this vote's result can be broken down once it is shown."""
    return vote.secrecy != "anonymous" and bool(registry.type_of(vote.type).breakdown)


def visible(session: Session, vote: Readable[Vote]) -> list[Breakdown]:
    """The breakdowns of a result the room has been shown, as far as they may be published.

    Of a vote without names there is one at most, the one chosen: by two, the only person of a sector at a
    table could be told. Empty where there is none to show.
    """
    if not (lookup.is_shown(vote) and is_possible(vote)):
        return []
    chosen = (vote.breakdown,) if vote.breakdown else ()
    kinds = TAGS if vote.secrecy == "named" else chosen
    return [found for kind in kinds if (found := _by_kind(session, vote, kind)).groups]


def for_console(session: Session, who: Who, vote_id: int) -> tuple[Vote, list[Breakdown], list[str]]:
    """A vote, its breakdowns, and the kinds it may still be broken down by. Where it never can be:
    `Refused("breakdown_secret")`, `Refused("breakdown_of_type")`; before its result is shown
    `Refused("breakdown_hidden")`."""
    vote = lookup.vote_of(session, who, vote_id)
    _require(vote)
    if vote.secrecy == "named" or vote.breakdown:
        return vote, visible(session, vote), []
    return vote, [], [kind for kind in TAGS if _by_kind(session, vote, kind).groups]


def choose(session: Session, who: Who, vote_id: int, kind: str) -> None:
    """Settle by which kind ("table", "sector", "role") a vote without names is broken down, for good; another
    kind later is `Refused("breakdown_chosen")`, a kind that there is not or a vote with names
    `Refused("bad_request")`. Refused as by `for_console`, too."""
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    _require(vote)
    if kind not in TAGS or vote.secrecy == "named":
        raise Refused("bad_request")
    if vote.breakdown not in ("", kind):
        raise Refused("breakdown_chosen")
    vote.breakdown = kind
    log.record(session, who, "breakdown chosen", vote)


def tags_to_keep(session: Session, vote: Vote) -> dict[str, list[int | str]]:
    """The tags that a vote's ballots may go on bearing when its key is destroyed: the groups, by kind.

    One kind at most, the one chosen or else the one that shows more ballots, and no group that is hidden: the
    only ballot of a table would still be somebody's.
    """
    if not is_possible(vote):
        return {}
    kinds = (vote.breakdown,) if vote.breakdown else TAGS
    found = [(kind, *group_counts.counts(session, vote, kind)) for kind in kinds]
    smallest = smallest_group(session, vote)
    may = [
        (kind, groups, suppression.groups_to_show(groups, smallest, unknown))
        for kind, groups, unknown in found
    ]
    kind, _, names = max(may, key=lambda one: sum(sum(one[1][name]) for name in one[2]))
    return {kind: names} if names else {}


def _require(vote: Vote) -> None:
    if vote.secrecy == "anonymous":
        raise Refused("breakdown_secret")
    if not registry.type_of(vote.type).breakdown:
        raise Refused("breakdown_of_type")
    if not lookup.is_shown(vote):
        raise Refused("breakdown_hidden")


def _by_kind(session: Session, vote: Readable[Vote], kind: str) -> Breakdown:
    groups, unknown = group_counts.counts(session, vote, kind)
    may = suppression.groups_to_show(groups, smallest_group(session, vote), unknown)
    names = group_counts.names(session, vote, kind, groups)
    made = [
        GroupCounts(name, groups[tag], sum(groups[tag]), welsh)
        for tag, (name, welsh) in names.items()
        if tag in may
    ]
    rows = [*groups.values(), *suppression.as_row(unknown)]
    total = [sum(column) for column in zip(*rows, strict=True)]
    rest = sum(total) - sum(group.n for group in made)
    options = lookup.question_of(session, vote).options
    return Breakdown(kind, options, made, GroupCounts("", total, sum(total)), rest)
