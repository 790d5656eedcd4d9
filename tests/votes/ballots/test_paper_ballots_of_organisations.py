"""Paper for organisations (R55, R63): chosen from a list, beside what their people answer on phones."""

import pytest

from app.domain.people import attendance
from app.domain.votes.ballots import paper_units
from app.models import Organisation
from tests.cast.ballots import ballots_of, cast, counts, options, tally
from tests.cast.paper_ballots import code_of, enter, enter_sheet, log_lines, opened, words


@pytest.fixture
def organisations(room):
    people = {
        name: room.join(name, organisation=body)
        for name, body in (("Ann", "Harbour"), ("Ben", "Harbour"), ("Cat", "Welfare"))
    }
    vote = opened(room, unit="organisations")
    ids = {name: i for i, name in room.read(paper_units.organisations_of, vote.id)}
    return vote, people, ids


def test_one_is_chosen_from_the_list(room, alice, organisations) -> None:
    vote, _, ids = organisations
    shown = alice.get(f"votes/{vote.id}/paper").text
    assert all(name in shown for name in ids)
    assert "Personal code" not in shown
    answer = enter(alice, vote, organisation=ids["Harbour"], option=options(room, vote)[0])
    assert answer.status_code == 200
    assert counts(room, vote) == [1, 0, 0]
    assert "Harbour" in words(alice.get(f"votes/{vote.id}/papers"))


@pytest.mark.parametrize("wrong", ["", "0", "x", "99999999", "9" * 30])
def test_none_outside_the_electorate(room, alice, organisations, wrong) -> None:
    vote, _, _ = organisations
    refused = enter(alice, vote, organisation=wrong, option=options(room, vote)[0])
    assert refused.status_code == 422
    assert "Choose the organisation" in refused.text


def test_a_code_or_serial_is_not_taken_for_one(room, alice, organisations) -> None:
    vote, people, _ = organisations
    first = options(room, vote)[0]
    assert enter(alice, vote, code=code_of(people["Ann"]), option=first).status_code == 422
    assert enter(alice, vote, serial="1", option=first).status_code == 422
    assert enter_sheet(alice, room, vote, 1, 1, table="1").status_code == 409


def test_paper_settles_what_phones_contest_and_taken_back_it_is_contested_again(
    room, alice, organisations
) -> None:
    vote, people, ids = organisations
    first, second, third = options(room, vote)
    cast(people["Ann"], vote, first)
    cast(people["Ben"], vote, second)
    assert (counts(room, vote), tally(room, vote).contested) == ([0, 0, 0], 1)
    asked = enter(alice, vote, organisation=ids["Harbour"], option=third)
    assert "answered differently" in asked.text
    enter(alice, vote, organisation=ids["Welfare"], option=first)
    assert log_lines(room, "paper ballot entered")[-1].changes["note"]["in_all"] == 2, (
        "who disagree are heard too"
    )
    assert (counts(room, vote), tally(room, vote).contested) == ([1, 0, 0], 1)
    enter(alice, vote, organisation=ids["Harbour"], option=third, on_conflict="replace")
    assert (counts(room, vote), tally(room, vote).contested) == ([1, 0, 1], 0)
    paper = ballots_of(room, vote)[-1]
    alice.does(f"votes/{vote.id}/papers/{paper.id}/withdrawal")
    assert (counts(room, vote), tally(room, vote).contested) == ([1, 0, 0], 1)


def test_taken_back_the_spokespersons_answer_counts(room, alice, organisations) -> None:
    vote, people, ids = organisations
    first, second, third = options(room, vote)
    ann = next(p for t in room.read(attendance.by_table, room.id) for p in t.people if p["name"] == "Ann")

    cast(people["Ben"], vote, second)
    room.write(_name_speaker, ids["Harbour"], ann["id"])
    cast(people["Ann"], vote, first)
    enter(alice, vote, organisation=ids["Harbour"], option=third, on_conflict="replace")
    alice.does(f"votes/{vote.id}/papers/{ballots_of(room, vote)[-1].id}/withdrawal")
    assert (counts(room, vote), tally(room, vote).contested) == ([1, 0, 0], 0)


def test_a_phone_may_not_overrule_the_paper_of_its_organisation(room, alice, organisations) -> None:
    """Never last-wins: the phone is told, and may answer once the paper has been taken back."""
    vote, people, ids = organisations
    first, second, _ = options(room, vote)
    enter(alice, vote, organisation=ids["Welfare"], option=first)
    refused = cast(people["Cat"], vote, second)
    assert refused.status_code == 409
    assert counts(room, vote) == [1, 0, 0]
    alice.does(f"votes/{vote.id}/papers/{ballots_of(room, vote)[0].id}/withdrawal")
    assert cast(people["Cat"], vote, second).status_code == 200
    assert counts(room, vote) == [0, 1, 0]


def _name_speaker(session, organisation_id, participant_id) -> None:
    organisation = session.get(Organisation, organisation_id)
    organisation.spokesperson_id = participant_id
    session.add(organisation)
