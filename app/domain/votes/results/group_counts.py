"""How many ballots of each table, sector or role chose each option, and what these groups are called: whether
they may be shown is for breakdowns to say."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from app.domain.people import roles, tables
from app.domain.select_rows import Readable
from app.domain.votes import lookup
from app.domain.votes.ballots.ballot_rows import is_counted
from app.models import Answer, Ballot, CountLine, CountSheet, Vote, Workshop

TAGS = {"table": "table_id", "sector": "sector", "role": "role_id"}  # kinds, and their columns of a ballot


def names(
    session: Session, vote: Readable[Vote], kind: str, tags: Iterable[int | str]
) -> dict[int | str, tuple[int | str, str]]:
    """What the groups of these tags are called, in English (of a table its number) and in Welsh ("" without a
    Welsh name), in the order a breakdown lists them."""
    if kind == "role":
        return {role.id: (role.name_en, role.name_cy) for role in roles.all_roles(session, vote.workshop_id)}
    if kind == "table":
        numbers = tables.numbers_by_id(session, vote.workshop_id)
        return {table_id: (number, "") for table_id, number in numbers.items()}
    return {sector: (sector, "") for sector in sorted(tags)}


def counts(session: Session, vote: Readable[Vote], kind: str) -> tuple[dict[int | str, list[int]], list[int]]:
    """How many ballots of each group (by its tag) chose each option, in the order of the options; and
    the same of ballots of no group, as paper without a code is."""
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


def smallest_group(session: Session, vote: Readable[Vote]) -> int:
    """The fewest ballots that a group of this vote's workshop must have to be shown."""
    return session.exec(select(Workshop.smallest_group).where(Workshop.id == vote.workshop_id)).one()
