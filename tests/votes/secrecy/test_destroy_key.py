"""The key of a secret vote: destroyed for good, in every row, when it is made final."""

import pytest
from sqlalchemy import text
from sqlmodel import select

from app.domain import log, undo
from app.domain.votes.secrecy import cleared_files
from app.models import (
    Answer,
    SQLModel,
    Submission,
    Undo,
    Vote,
)
from tests.cast.ballots import ballots_of, cast, counts, now_ms, options, reload, through
from tests.cast.databases import ON_SQLITE
from tests.cast.secret_votes import new, voted

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("small_database")]


@pytest.fixture
def vote(room) -> Vote:
    """A secret single choice of three in item 9, as a draft."""
    return new(room)


def test_no_query_leads_back(room, alice, vote) -> None:
    """R70: neither a person, nor a time, nor an order, nor who typed it in."""
    voted(room, alice, vote, 12)
    before = {paper.id for paper in ballots_of(room, vote)}
    assert all(paper.elector_id and paper.voter_id and paper.sequence for paper in ballots_of(room, vote))
    through(alice, vote, "finish")
    found, final = ballots_of(room, vote), reload(room, vote)
    assert len(found) == 12
    assert not before & {paper.id for paper in found}
    assert {
        (each.elector_id, each.voter_id, each.entered_by, each.sequence, each.table_id, each.sector)
        for each in found
    } == {(None, None, None, 0, None, "")}
    assert {each.cast_at for each in found} == {final.closed_at.replace(second=0, microsecond=0)}
    kept = room.read(lambda s: s.exec(select(Submission).where(Submission.vote_id == vote.id)).all())
    assert kept == []


def test_rows_lie_in_no_order_of_their_making(room, alice, vote) -> None:
    """R70: the order in a table is drawn anew, answers with their ballots; twelve people who answer 1, 2, 3,
    1, 2, 3 … in turn are found in that order once in thousands of times."""
    voted(room, alice, vote, 12)
    place = "rowid" if ON_SQLITE else "ctid"

    def order(session):
        ids = session.connection().execute(
            text(f"SELECT ballot_id, option_id FROM answer WHERE vote_id = {vote.id} ORDER BY {place}")
        )
        return list(ids)

    made = [option for _, option in room.read(order)]
    through(alice, vote, "finish")
    lying = room.read(order)
    assert [ballot for ballot, _ in lying] == sorted(ballot for ballot, _ in lying)
    assert [option for _, option in lying] != made
    numbers = [ballot for ballot, _ in lying]
    assert max(numbers) > 2**48, "drawn from a large range, not counted on"


def test_nothing_else_in_the_database_holds_it(room, alice) -> None:
    """R70, R31: no other table, log and undo included, has a row that names a key or what somebody wrote;
    which tables there are is looked up, so that a new one is searched too."""
    vote = new(room, secrecy="group", receipts="1", reasons="1")
    people = voted(room, alice, vote)
    options_ = options(room, vote)
    alice.does(f"votes/{vote.id}/opening")
    cast(people[0], vote, options_[1], "abad1dea" * 4, now_ms(), reason="because of the harbour")
    through(alice, vote, "closing", "reveal")
    secret = {"harbour", "abad1dea", "c0ffee0123456789"} | {
        str(paper.sequence) for paper in ballots_of(room, vote)
    }
    through(alice, vote, "finish")

    def search(session):
        found = set()
        for table in SQLModel.metadata.sorted_tables:
            for row in session.connection().execute(table.select()):
                words = " ".join(str(value) for value in row)
                found |= {(table.name, each) for each in secret if each in words}
        return found

    assert room.read(search) == {("ballot", "harbour")}, "a reason stays, and nobody's"
    lines = room.read(log.lines, room.id)
    assert not [line for line in lines if line.row_kind in ("ballot", "answer", "elector", "submission")]


def test_what_does_not_count_goes_with_the_key(room, alice) -> None:
    """R70: answers set aside or contested, and sheets that were corrected, would tell of single people."""
    vote = new(room, unit="organisations")
    first, second = room.join("Carys", organisation="Chapter"), room.join("Dev", organisation="Chapter")
    third = room.join("Eleri", organisation="Town")
    through(alice, vote, "opening")
    choices = options(room, vote)
    assert cast(first, vote, choices[0]).status_code == 200
    assert cast(second, vote, choices[1]).status_code == 200
    assert cast(third, vote, choices[2]).status_code == 200
    through(alice, vote, "closing", "reveal")
    assert sorted(paper.standing for paper in ballots_of(room, vote)) == ["contested", "contested", "counted"]
    through(alice, vote, "finish")
    assert [paper.standing for paper in ballots_of(room, vote)] == ["counted"]
    answers = room.read(lambda s: s.exec(select(Answer).where(Answer.vote_id == vote.id)).all())
    assert [answer.option_id for answer in answers] == [choices[2]]


def test_a_named_vote_keeps_its_names(room, alice) -> None:
    """R68: people were told that their name stands beside their answer; nothing goes, and that is said."""
    vote = new(room, secrecy="named")
    silent = room.join("Dev")
    people = voted(room, alice, vote, 3)
    before = [(paper.id, paper.elector_id, paper.cast_at) for paper in ballots_of(room, vote)]
    console = alice.screen()
    console.shows("controls", "The names stay with the answers.")
    through(alice, vote, "finish")
    assert [(paper.id, paper.elector_id, paper.cast_at) for paper in ballots_of(room, vote)] == before
    assert room.read(cleared_files.votes_with_uncleared_files) == []
    assert "key destroyed" not in {line.what for line in room.read(log.lines, room.id)}
    assert "Your answer:" in people[0].get("phone/mine").text
    assert "nobody can tell any more" not in silent.get("phone/mine").text


def test_no_way_back_from_final(room, alice, vote) -> None:
    """R45, R70: neither by undo nor by opening again; the phone says that nobody can tell any more."""
    people = voted(room, alice, vote, 3)
    offered = room.read(undo.latest, room.id)
    through(alice, vote, "finish")
    assert alice.post(f"undo/{offered.id}").status_code == 409
    assert alice.post(f"votes/{vote.id}/opening").status_code == 409
    assert reload(room, vote).state == "final"
    assert "nobody can tell any more who answered what" in people[0].get("phone/mine").text
    assert room.read(lambda s: [u for u in s.exec(select(Undo)).all() if "ballot" in str(u.changes)]) == []


def test_others_keep_theirs(room, alice, vote) -> None:
    """Destroying one vote's key touches no other vote's ballots."""
    people = voted(room, alice, vote, 3)
    other = new(room)
    through(alice, other, "opening")
    cast(people[0], other, options(room, other)[0], "e" * 32, now_ms())
    through(alice, vote, "finish")
    assert ballots_of(room, other)[0].elector_id
    assert "Received" in people[0].get("phone/mine").text
    assert cast(people[0], other, options(room, other)[0], "e" * 32).status_code in (200, 409)
    cast(people[0], other, options(room, other)[1], "f" * 32, now_ms())
    assert counts(room, other) == [0, 1, 0]


def test_pairs_are_counted_before_the_key_goes(room, alice, vote) -> None:
    """R54: the opening question is not made final while its closing one has not been shown; once that is
    removed there are no pairs to lose."""
    voted(room, alice, vote, 3)
    after = new(room)

    def pair(session) -> None:
        row = session.get(Vote, after.id)
        row.repeats_id, row.repeats_as = vote.id, "after"
        session.add(row)

    room.write(pair)
    refused = alice.post(f"votes/{vote.id}/finish")
    assert refused.status_code == 409
    assert "the pairs would be lost" in refused.text
    assert all(paper.elector_id for paper in ballots_of(room, vote))
    alice.does(f"votes/{after.id}/removal")
    through(alice, vote, "finish")
