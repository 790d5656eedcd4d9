"""Who has not answered yet: how many, and at which table where it is large enough."""

from app.domain.votes import lookup
from app.domain.votes.life import votes
from app.domain.votes.results import unanswered
from app.domain.who import Who
from tests.cast.ballots import cast, reload
from tests.cast.breakdowns import room_of


def test_the_console_sees_how_many_are_missing_and_at_which_large_table(room, alice) -> None:
    """R67: a count, and by table only where at least five may answer; never names, and only there."""
    people = room_of(room, 6, 5, 2, 4)
    projector = room.enter("projector").screen()
    room.go_to(9)
    vote = room.new_vote(9, "For", "Against")
    console = alice.screen()
    alice.does(f"votes/{vote.id}/opening")
    console.shows("turnout", "17 have not answered: 6 of 6 at table 1, 5 of 5 at table 2")
    option = room.read(lookup.options, vote.id)[0].id
    for person in (*people[0][:4], *people[2], *people[3][:1]):
        cast(person, vote, option)
    console.shows("turnout", "10 have not answered: 2 of 6 at table 1, 5 of 5 at table 2")
    assert "P0" not in console.text("turnout")
    projector.shows("turnout", "7 of 17")
    assert "not answered" not in projector.text("turnout")


def test_who_is_missing_at_a_small_table_does_not_follow(room, alice) -> None:
    """R67, R71: the same rule hides a second table beside a lone small one."""
    people = room_of(room, 7, 5, 2)
    room.go_to(9)
    vote = room.new_vote(9, "For", "Against")
    alice.does(f"votes/{vote.id}/opening")
    option = room.read(lookup.options, vote.id)[0].id
    for table in people:
        cast(table[0], vote, option)
    missing = room.read(unanswered.by_table, reload(room, vote))
    assert [(each.table, each.n, each.electors) for each in missing] == [(1, 6, 7)]


def test_an_organisations_vote_has_no_missing_tables(room, alice) -> None:
    """R67: one ballot per body, and a body sits at no table."""
    room.join("Carys", 1, organisation="Chapter")
    room.go_to(9)
    vote = room.new_vote(9, "For", "Against", unit="organisations")
    room.write(votes.open, Who(room.id, room.code, "lead"), vote.id)
    assert room.read(unanswered.by_table, reload(room, vote)) == []
