"""What groups of the room may be told apart: a result by table, by sector or by role, and who has not
answered yet, without any group so small that it gives a person away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.domain import log
from app.domain.people import roles, tables
from app.domain.select_rows import Readable
from app.domain.votes import lookup
from app.domain.votes.ballots.ballot_rows import is_counted
from app.domain.votes.results import suppression
from app.domain.votes.results.suppression import Cells
from app.domain.votes.types import registry
from app.domain.votes.types.question import Choice
from app.domain.who import Who
from app.errors import Refused
from app.models import Answer, Ballot, CountLine, CountSheet, Elector, Participant, Vote, Workshop

TAGS = {"table": "table_id", "sector": "sector", "role": "role_id"}  # kinds, and their columns of a ballot


@dataclass(frozen=True, slots=True)
class Group:
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
    groups: list[Group]
    total: Group
    rest: int


@dataclass(frozen=True, slots=True)
class Missing:
    """How many of a table's electors have not answered."""

    table: int
    n: int
    electors: int


def possible(vote: Readable[Vote]) -> bool:
    """Whether this vote's result can be broken down once it is shown."""
    return vote.secrecy != "anonymous" and bool(registry.type_of(vote.type).breakdown)


def of(session: Session, vote: Readable[Vote]) -> list[Breakdown]:
    """The breakdowns of a result the room has been shown, as far as they may be published.

    Of a vote without names there is one at most, the one chosen: by two, the only person of a sector at a
    table could be told. Empty where there is none to show.
    """
    if not (lookup.is_shown(vote) and possible(vote)):
        return []
    chosen = (vote.breakdown,) if vote.breakdown else ()
    kinds = TAGS if vote.secrecy == "named" else chosen
    return [found for kind in kinds if (found := _by(session, vote, kind)).groups]


def offered(session: Session, who: Who, vote_id: int) -> tuple[Vote, list[Breakdown], list[str]]:
    """A vote, its breakdowns, and what it may still be broken down by; refused, saying why, where it never
    can be, and before the result is shown."""
    vote = lookup.vote_of(session, who, vote_id)
    _require(vote)
    if vote.secrecy == "named" or vote.breakdown:
        return vote, of(session, vote), []
    return vote, [], [kind for kind in TAGS if _by(session, vote, kind).groups]


def choose(session: Session, who: Who, vote_id: int, kind: str) -> None:
    """Settle by what a vote without names is broken down, for good; another kind later is
    `Refused("breakdown_chosen")`."""
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    _require(vote)
    if kind not in TAGS or vote.secrecy == "named":
        raise Refused("bad_request")
    if vote.breakdown not in ("", kind):
        raise Refused("breakdown_chosen")
    vote.breakdown = kind
    log.record(session, who, "breakdown chosen", vote)


def kept(session: Session, vote: Vote) -> dict[str, list[Any]]:
    """What a vote's ballots may go on saying when its key is destroyed: by what kind of tag, of which groups.

    One kind at most, the one chosen or else the one that shows more ballots, and no group that is hidden: the
    only ballot of a table would still be somebody's.
    """
    if not possible(vote):
        return {}
    kinds = (vote.breakdown,) if vote.breakdown else TAGS
    found = [(kind, *_cells(session, vote, kind)) for kind in kinds]
    smallest = _smallest(session, vote)
    may = [(kind, groups, suppression.shown(groups, smallest, unknown)) for kind, groups, unknown in found]
    kind, _, names = max(may, key=lambda one: sum(sum(one[1][name]) for name in one[2]))
    return {kind: names} if names else {}


def not_answered(session: Session, vote: Readable[Vote]) -> list[Missing]:
    """How many have not answered at each table that is large enough for nobody to be meant.

    Only of a vote of people. Paper by a serial is of no table, so those who gave it stand among them.
    """
    if vote.unit != "people":
        return []
    query = (
        select_columns(col(Participant.table_id), func.count(col(Ballot.id)), func.count())
        .join(Elector, col(Elector.participant_id) == Participant.id)
        .join(
            Ballot,
            and_(col(Ballot.elector_id) == Elector.id, is_counted()),
            isouter=True,
        )
        .where(col(Elector.vote_id) == vote.id)
        .group_by(col(Participant.table_id))
    )
    on_sheets: dict[Any, int] = dict(
        session.exec(
            select(CountSheet.table_id, CountSheet.ballots).where(
                CountSheet.vote_id == vote.id, col(CountSheet.replaced_at).is_(None)
            )
        ).all()
    )
    cells: dict[Any, Cells] = {}
    for table, on_ballots, n in session.connection().execute(query):
        answered = min(n, on_ballots + on_sheets.get(table, 0))
        cells[table] = (n - answered, answered)
    nowhere = cells.pop(None, ())
    numbers = tables.numbers_by_id(session, vote.workshop_id)
    may = suppression.shown(cells, _smallest(session, vote), nowhere)
    return sorted((Missing(numbers[table], *_of(cells[table])) for table in may), key=lambda each: each.table)


def _of(cells: Cells) -> tuple[int, int]:
    return cells[0], sum(cells)


def _require(vote: Vote) -> None:
    if vote.secrecy == "anonymous":
        raise Refused("breakdown_secret")
    if not registry.type_of(vote.type).breakdown:
        raise Refused("breakdown_of_type")
    if not lookup.is_shown(vote):
        raise Refused("breakdown_hidden")


def _by(session: Session, vote: Readable[Vote], kind: str) -> Breakdown:
    groups, unknown = _cells(session, vote, kind)
    may = suppression.shown(groups, _smallest(session, vote), unknown)
    names = _names(session, vote, kind, groups)
    made = [
        Group(name, groups[tag], sum(groups[tag]), welsh)
        for tag, (name, welsh) in names.items()
        if tag in may
    ]
    rows = [*groups.values(), *suppression.as_row(unknown)]
    total = [sum(column) for column in zip(*rows, strict=True)]
    rest = sum(total) - sum(group.n for group in made)
    options = lookup.question_of(session, vote).options
    return Breakdown(kind, options, made, Group("", total, sum(total)), rest)


def _names(
    session: Session, vote: Readable[Vote], kind: str, tags: Iterable[Any]
) -> dict[Any, tuple[int | str, str]]:
    """What the groups of these tags are called, in Welsh too where they are, in the order of the list."""
    if kind == "role":
        return {role.id: (role.name_en, role.name_cy) for role in roles.all_roles(session, vote.workshop_id)}
    if kind == "table":
        numbers = tables.numbers_by_id(session, vote.workshop_id)
        return {table_id: (number, "") for table_id, number in numbers.items()}
    return {sector: (sector, "") for sector in sorted(tags)}


def _cells(session: Session, vote: Readable[Vote], kind: str) -> tuple[dict[Any, list[int]], list[int]]:
    """Counts per option of each group, and of nobody's: paper without a code is of no group."""
    places: dict[Any, int] = {
        option.id: place for place, option in enumerate(lookup.question_of(session, vote).options)
    }
    tag = col(getattr(Ballot, TAGS[kind]))
    on_ballots = (
        select_columns(tag, col(Answer.option_id), func.count())
        .join(Answer, col(Answer.ballot_id) == Ballot.id)
        .where(col(Ballot.vote_id) == vote.id, is_counted())
        .group_by(tag, col(Answer.option_id))
    )
    on_sheets = (
        select_columns(col(CountLine.option_id), func.sum(CountLine.n))
        .join(CountSheet, col(CountSheet.id) == CountLine.sheet_id)
        .where(col(CountLine.vote_id) == vote.id, col(CountSheet.replaced_at).is_(None))
        .group_by(col(CountLine.option_id))
    )
    found: dict[Any, list[int]] = {}
    for group, option, n in session.connection().execute(on_ballots):
        found.setdefault(group or None, [0] * len(places))[places[option]] += n
    unknown = found.pop(None, [0] * len(places))
    for option, n in session.connection().execute(on_sheets):
        unknown[places[option]] += n
    return dict(sorted(found.items())), unknown


def _smallest(session: Session, vote: Readable[Vote]) -> int:
    return session.exec(select(Workshop.smallest_group).where(Workshop.id == vote.workshop_id)).one()
