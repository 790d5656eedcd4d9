"""Paper ballots and count sheets once the key of a secret vote is destroyed: whose they were, and whence."""

import pytest
from sqlalchemy import text
from sqlmodel import select

from app.domain.votes.ballots import ballot_writes
from app.domain.votes.results import tallies
from app.domain.votes.types.question import AnswerValue
from app.models import (
    Ballot,
    CountLine,
    CountSheet,
    Elector,
    Vote,
)
from app.models.base import moment
from tests.cast.ballots import ballots_of, cast, counts, options, reload, through
from tests.cast.paper_ballots import code_of
from tests.cast.secret_votes import new

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("small_database")]


@pytest.fixture
def vote(room) -> Vote:
    """A secret single choice of three in item 9, as a draft."""
    return new(room)


def test_a_corrected_sheet_goes_and_the_one_that_counts_stays(room, alice, vote) -> None:
    """R70"""
    through(alice, vote, "opening", "closing", "reveal")
    choice = options(room, vote)[0]

    def enter(session) -> None:
        table = session.exec(
            text(f"SELECT min(id) FROM seating_table WHERE workshop_id = {room.id}")
        ).scalar_one()
        for n, replaced in ((4, moment()), (5, None)):
            sheet = CountSheet(vote_id=vote.id, table_id=table, ballots=n, replaced_at=replaced)
            session.add(sheet)
            session.flush()
            session.add(CountLine(sheet_id=sheet.id, vote_id=vote.id, option_id=choice, n=n))

    room.write(enter)
    through(alice, vote, "finish")
    kept = room.read(lambda s: s.exec(select(CountLine.n).where(CountLine.vote_id == vote.id)).all())
    assert kept == [5]
    assert counts(room, vote) == [5, 0, 0]


def test_a_paper_ballot_forgets_who_typed_it_in(room, alice, vote) -> None:
    """R70: paper with a code as much as paper with a serial, which stays; who typed when is in the log."""
    room.join("Carys")
    through(alice, vote, "opening")
    link = room.read(lambda s: s.connection().execute(text("SELECT max(id) FROM link")).scalar_one())

    def enter(session) -> None:
        elector = session.exec(select(Elector.id).where(Elector.vote_id == vote.id)).one()
        for more in ({"elector_id": elector}, {"serial": "A17"}):
            paper = Ballot(vote_id=vote.id, channel="paper", sequence=5, entered_by=link, **more)
            session.add(paper)
            session.flush()
            ballot_writes.replace_answers(session, vote.id, paper.id, [AnswerValue(options_[0])])

    options_ = options(room, vote)
    room.write(enter)
    through(alice, vote, "closing", "reveal", "finish")
    found = ballots_of(room, vote)
    assert {(each.channel, each.elector_id, each.entered_by) for each in found} == {("paper", None, None)}
    assert {each.serial for each in found} == {None, "A17"}
    assert counts(room, vote)[0] == 2


def test_which_ballots_came_on_paper_is_told_by_nothing(room, alice, vote) -> None:
    """R70: the log tells who typed papers in, so a row that says "paper" would be somebody's; how many there
    were stays. Eight of sixteen are dealt just as they were once in thousands of times."""
    people = [room.join(f"P{n}") for n in range(16)]
    through(alice, vote, "opening")
    first, second, _ = options(room, vote)
    for person in people[:8]:
        assert cast(person, vote, first).status_code == 200
    for person in people[8:]:
        alice.does(f"votes/{vote.id}/paper", {"code": code_of(person), "option": str(second)})
    through(alice, vote, "closing", "reveal")
    before = room.read(tallies.tally, reload(room, vote))
    through(alice, vote, "finish")
    after = room.read(tallies.tally, reload(room, vote))
    assert (after.phone, after.paper) == (before.phone, before.paper) == (8, 8)
    assert counts(room, vote) == [8, 8, 0]

    said = text(
        "SELECT DISTINCT channel, option_id FROM ballot JOIN answer ON answer.ballot_id = ballot.id"
        f" WHERE ballot.vote_id = {vote.id}"
    )
    assert len(room.read(lambda session: session.connection().execute(said).all())) == 4


def test_no_sheet_tells_of_a_table(room, alice, vote) -> None:
    """R68, R70: of a secret vote that is final, the sheets of all tables stand as one, and say as much."""
    for n in range(6):
        room.join(f"P{n}", 1 + n % 2)
    through(alice, vote, "opening")
    first, second, _ = options(room, vote)
    alice.does(f"votes/{vote.id}/sheet", {"table": "1", "ballots": "3", f"n_{first}": "3"})
    alice.does(
        f"votes/{vote.id}/sheet", {"table": "2", "ballots": "2", f"n_{first}": "1", f"n_{second}": "1"}
    )
    through(alice, vote, "closing", "reveal")
    before = room.read(tallies.tally, reload(room, vote))
    through(alice, vote, "finish")
    after = room.read(tallies.tally, reload(room, vote))
    assert (after.paper, after.result) == (before.paper, before.result)
    kept = room.read(lambda s: s.exec(select(CountSheet).where(CountSheet.vote_id == vote.id)).all())
    assert [(sheet.table_id, sheet.entered_by, sheet.ballots) for sheet in kept] == [(None, None, 5)]
    assert "Count sheets of all tables, 5 ballots" in alice.get(f"votes/{vote.id}/papers").text
