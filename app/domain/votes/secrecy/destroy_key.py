"""The end of a secret vote's key: afterwards no row, and no file, leads from a ballot to who gave it."""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert
from sqlmodel import Session, col, select

from app.domain import log
from app.domain.votes.ballots.ballot_rows import is_counted
from app.domain.votes.results import breakdowns, turnout_counts
from app.domain.who import Who
from app.models import Answer, Ballot, CountLine, CountSheet, Submission, Vote

BITS = 62  # a positive number in both databases' largest column

Row = dict[str, Any]


def destroy_key(session: Session, who: Who, vote: Vote) -> None:
    """Take from a vote every row by which a ballot could be led back to who gave it: no way leads back.

    What stays is what was counted: each ballot under a new number drawn at random, written in the order of
    these numbers, its time the minute of the closing. How many came on paper stays, not which: the log tells
    who typed some in. Count sheets become one, of no table. Clear the files after the commit (see
    cleared_files).
    """
    assert vote.closed_at is not None, "only a closed vote is made final"
    tags = breakdowns.tags_to_keep(session, vote)
    papers, answers = _counted(session, vote.id)
    _deal_channels([paper for paper in papers if not paper["serial"]])
    numbered = list(zip(_numbers(len(papers)), papers, strict=True))
    minute = vote.closed_at.replace(second=0, microsecond=0)
    ballot_rows = [{**_without_key(paper, tags), "id": i, "cast_at": minute} for i, paper in numbered]
    answer_rows = [{**answer, "ballot_id": i} for i, paper in numbered for answer in answers[paper["id"]]]
    connection = session.connection()
    for model in (Answer, Ballot, Submission):
        connection.execute(delete(model).where(col(model.vote_id) == vote.id))
    _merge_sheets(session, vote, minute)
    for model, rows in ((Ballot, ballot_rows), (Answer, answer_rows)):
        if rows:
            connection.execute(insert(model), rows)
    log.note(session, who, "key destroyed", "vote", vote.id, ballots=len(ballot_rows))


def _counted(session: Session, vote_id: int) -> tuple[list[Row], dict[int, list[Row]]]:
    """The counted ballots of a vote in an order drawn at random, and the answers of each."""
    ballot_table, answer_table = Ballot.__table__, Answer.__table__  # type: ignore[attr-defined]  # SQLModel adds it
    query = ballot_table.select().where(ballot_table.c.vote_id == vote_id, is_counted())
    papers = [dict(row) for row in session.connection().execute(query).mappings()]
    secrets.SystemRandom().shuffle(papers)
    answers: defaultdict[int, list[Row]] = defaultdict(list)
    query = (
        answer_table.select()
        .where(answer_table.c.vote_id == vote_id)
        .order_by(answer_table.c.ballot_id, answer_table.c.place)
    )
    for row in session.connection().execute(query).mappings():
        answers[row["ballot_id"]].append(dict(row))
    return papers, answers


def _deal_channels(papers: Sequence[Row]) -> None:
    """Deal out anew which of these ballots came on paper."""
    channels = [paper["channel"] for paper in papers]
    secrets.SystemRandom().shuffle(channels)
    for paper, channel in zip(papers, channels, strict=True):
        paper["channel"] = channel


def _merge_sheets(session: Session, vote: Vote, minute: datetime) -> None:
    """Add up what the count sheets hold; what each said, and what it said before it was corrected, goes."""
    connection = session.connection()
    of_vote = (CountSheet.vote_id == vote.id, col(CountSheet.replaced_at).is_(None))
    lines = select(CountLine.option_id, func.sum(CountLine.n)).join(
        CountSheet, col(CountSheet.id) == CountLine.sheet_id
    )
    summed = session.exec(lines.where(*of_vote).group_by(col(CountLine.option_id))).all()
    total = turnout_counts.on_sheets(session, vote.id)
    connection.execute(delete(CountSheet).where(col(CountSheet.vote_id) == vote.id))
    if not total:
        return
    sheet = insert(CountSheet).returning(col(CountSheet.id))
    values = {"vote_id": vote.id, "ballots": total, "entered_at": minute}
    sheet_id = connection.execute(sheet, values).scalar_one()
    rows = [
        {"sheet_id": sheet_id, "vote_id": vote.id, "option_id": option, "n": int(n)} for option, n in summed
    ]
    connection.execute(insert(CountLine), rows)


def _numbers(n: int) -> list[int]:
    """So many new numbers, from the smallest on: rows are written in their order, since a table keeps it."""
    found: set[int] = set()
    while len(found) < n:
        found.add(secrets.randbits(BITS))
    return sorted(found)


def _without_key(paper: Row, tags: dict[str, list[int | str]]) -> Row:
    return {
        **paper,
        **dict.fromkeys(("elector_id", "voter_id", "entered_by")),
        "sequence": 0,
        "table_id": paper["table_id"] if paper["table_id"] in tags.get("table", ()) else None,
        "sector": paper["sector"] if paper["sector"] in tags.get("sector", ()) else "",
        "role_id": paper["role_id"] if paper["role_id"] in tags.get("role", ()) else None,
    }
