"""Organisations that answer: one answer each, conflicts that nobody wins by being last, commitments."""

import pytest
from hypothesis import given as draws
from hypothesis import strategies as some
from sqlmodel import select

from app.domain.votes import lookup
from app.domain.votes.ballots import colleague_answers
from app.domain.votes.ballots.ballot_rows import BallotView
from app.domain.votes.life import votes
from app.domain.votes.types.question import AnswerValue
from app.models import Ballot, Vote
from app.models.base import moment
from tests.cast.ballots import counts, options, tally
from tests.cast.organisations import ANSWERS, cast, commitment, log_count, organisation_id, state

pytestmark = pytest.mark.postgres


@pytest.fixture
def vote(room) -> Vote:
    """A commitment by name, with conditions, in item 16 with the room in it, as a draft."""
    return commitment(room)


def test_the_electorate_are_the_organisations_with_somebody_there(room, alice, vote) -> None:
    """R46, R63: frozen and counted at opening; one ballot each; a late one is let in on purpose."""
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    efa = room.join("Efa", organisation="Bus")
    nobody = room.join("Nobody")
    alice.does(f"votes/{vote.id}/opening")
    yes, *_ = options(room, vote)
    assert tally(room, vote).electorate == 2
    assert [cast(person, vote, yes).status_code for person in (carys, dev, efa)] == [200, 200, 200]
    assert counts(room, vote) == [2, 0, 0]
    refused = cast(nobody, vote, yes)
    assert (refused.status_code, "which one you are with" in refused.text) == (409, True)
    late = room.join("Late", organisation="Health")
    refused = cast(late, vote, yes)
    assert refused.status_code == 409
    assert "before anybody of Health had joined" in refused.text
    assert "before anybody of Health had joined" in late.get("phone/mine").text
    alice.screen().shows("controls", "Let 1 late organisation answer")
    alice.does(f"votes/{vote.id}/electorate")
    assert cast(late, vote, yes).status_code == 200
    assert (tally(room, vote).electorate, counts(room, vote)) == (3, [3, 0, 0])


def test_the_same_answer_of_colleagues_counts_once(room, alice, vote) -> None:
    """R63: both hear that it was received; the phone of one who has not answered says that another has."""
    carys, dev, efa = (room.join(name, organisation="Care") for name in ("Carys", "Dev", "Efa"))
    alice.does(f"votes/{vote.id}/opening")
    yes, *_ = options(room, vote)
    for person in (carys, dev):
        assert "Received" in cast(person, vote, yes).text
    assert state(room, vote) == ([1, 0, 0], 0)
    assert "same as a colleague" in dev.get("phone/mine").text
    card = efa.get(f"votes/{vote.id}/organisation-answer").text
    assert "A colleague has answered for Care" in card
    assert ANSWERS[0] in card, "it will be told by name, so colleagues may check it"
    assert "Carys" not in card


def test_a_condition_is_read_by_colleagues_and_not_written_for_them(room, alice, vote) -> None:
    """It stood in a colleague's form, and went along with whatever other answer that one sent."""
    carys, dev = (room.join(name, organisation="Care") for name in ("Carys", "Dev"))
    alice.does(f"votes/{vote.id}/opening")
    _, conditions, _ = options(room, vote)
    cast(carys, vote, conditions, reason="If the board agrees")
    theirs, own = dev.get("phone/mine").text, carys.get("phone/mine").text
    assert "<q>If the board agrees</q>" in theirs
    assert theirs.count("If the board agrees") == 1, "in the card, not in the form"
    assert "If the board agrees</textarea>" in own


def test_an_older_answer_arriving_late_changes_nothing(room, alice, vote) -> None:
    """R47"""
    carys = room.join("Carys", organisation="Care")
    alice.does(f"votes/{vote.id}/opening")
    yes, _, not_now = options(room, vote)
    at = int(moment().timestamp() * 1000)
    cast(carys, vote, yes, key="a" * 32, sequence=at)
    cast(carys, vote, not_now, key="b" * 32, sequence=at - 500)
    assert state(room, vote) == ([1, 0, 0], 0)
    for _ in range(2):
        assert cast(carys, vote, not_now, key="c" * 32, sequence=at + 1).status_code == 200
    assert state(room, vote) == ([0, 0, 1], 0)


def test_who_changes_organisation_answers_for_one_only(room, alice, vote) -> None:
    """Until Carys answers for the new one, her answer stays with the old one; then it is taken back there."""
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    room.join("Efa", organisation="Bus")
    alice.does(f"votes/{vote.id}/opening")
    yes, conditions, not_now = options(room, vote)
    cast(carys, vote, yes)
    cast(dev, vote, not_now)
    carys.does("me", {"name": "Carys", "organisation": "Bus", "table": "1"})
    assert state(room, vote) == ([0, 0, 0], 1)
    assert cast(carys, vote, conditions).status_code == 200
    assert state(room, vote) == ([0, 1, 1], 0), "what is left at Care is all of one mind"
    assert log_count(room, "answer taken back") == 1
    carys.does("me", {"name": "Carys", "organisation": "Care", "table": "1"})
    cast(carys, vote, not_now)
    assert state(room, vote) == ([0, 0, 1], 0)
    votes_of = select(Ballot.voter_id).where(Ballot.vote_id == vote.id, Ballot.standing != "set aside")
    voters = room.read(lambda session: session.exec(votes_of).all())
    assert len(voters) == len(set(voters)), "nobody answers twice"


def test_of_a_secret_vote_a_colleague_learns_that_not_what(room, alice) -> None:
    """R50, R68: anybody could say they are with Care; the console lists answers without whose they are."""
    vote = commitment(room, secrecy="anonymous")
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    spy = room.join("Spy", organisation="Bus")
    alice.does(f"votes/{vote.id}/opening")
    yes, _, not_now = options(room, vote)
    cast(carys, vote, yes, "our own reason")
    spy.does("me", {"name": "Spy", "organisation": "Care", "table": "1"})
    for page in (spy.get("phone/mine").text, spy.get(f"votes/{vote.id}/organisation-answer").text):
        assert "A colleague has answered for Care" in page
        assert "our own reason" not in page
        assert " checked" not in page
        assert "The answer:" not in page
    cast(dev, vote, not_now)
    panel = alice.get(f"votes/{vote.id}/conflicts").text
    assert ANSWERS[0] in panel
    assert "Care" not in panel


def test_paper_of_an_organisation_is_not_overruled_by_a_phone(room, alice, vote) -> None:
    """R55, R63"""
    carys = room.join("Carys", organisation="Care")
    alice.does(f"votes/{vote.id}/opening")
    yes, _, not_now = options(room, vote)
    paper = {"option": yes, "organisation": organisation_id(room, "Care")}
    assert alice.post(f"votes/{vote.id}/paper", paper).status_code == 200
    refused = cast(carys, vote, not_now)
    assert (refused.status_code, "paper ballot" in refused.text) == (409, True)
    assert cast(carys, vote, yes).status_code == 200
    assert (state(room, vote), tally(room, vote).paper) == (([1, 0, 0], 0), 1)


def test_commitments_are_told_by_organisation_never_by_person(room, alice, vote) -> None:
    """R64, R97: who commits to what on every screen, conditions on the console and in the record."""
    carys, efa = room.join("Carys", organisation="Care"), room.join("Efa", organisation="Bus")
    projector, console = room.enter("projector"), alice.screen()
    seen = projector.screen()
    alice.does(f"votes/{vote.id}/opening")
    yes, conditions, _ = options(room, vote)
    cast(carys, vote, conditions, "if Hywel Jones agrees")
    cast(efa, vote, yes)
    alice.does(f"votes/{vote.id}/closing")
    assert "Care" not in seen.text("tally")
    alice.does(f"votes/{vote.id}/reveal")
    seen.shows("tally", f"Care : {ANSWERS[1]}")
    console.shows("tally", "if Hywel Jones agrees")
    everywhere = " ".join(seen.regions.values()) + projector.get(projector.home).text
    assert not any(name in everywhere for name in ("Carys", "Efa", "Hywel"))
    phone = room.join("Late").get(f"/{room.code}/phone/regions").text
    assert "Care" in phone
    assert "Hywel" not in phone
    record = alice.get("record").text
    assert "if Hywel Jones agrees" in record
    assert record.index("Bus") < record.index("Care")


def test_of_a_secret_vote_no_organisation_is_told(room, alice) -> None:
    vote = commitment(room, secrecy="group")
    carys = room.join("Carys", organisation="Care Ltd")
    seen = room.enter("projector").screen()
    alice.does(f"votes/{vote.id}/opening")
    cast(carys, vote, options(room, vote)[0])
    alice.does(f"votes/{vote.id}/closing")
    alice.does(f"votes/{vote.id}/reveal")
    seen.shows("tally", "1 of 1 organisation answered")
    assert "Care Ltd" not in " ".join(seen.regions.values())


def standing(number: int, voter: int, option: int, reason: str = "", how: str = "counted") -> BallotView:
    return BallotView(number, voter, moment(), "phone", how, reason, None, number, [AnswerValue(option)])


heard = some.lists(
    some.tuples(some.integers(1, 5), some.integers(1, 3), some.sampled_from(["", "if", "when"])),
    min_size=1,
    max_size=6,
    unique_by=lambda each: each[0],
).map(lambda rows: [standing(n, *row) for n, row in enumerate(rows, 1)])


@draws(heard, some.none() | some.integers(1, 5), some.randoms())
def test_what_counts_does_not_depend_on_the_order_of_answers(answers, speaker, random) -> None:
    """R63: the spokesperson's, or what all say; with two that differ, none; the same in any order."""
    found = colleague_answers.choose_counted(answers, speaker)
    shuffled = random.sample(answers, len(answers))
    assert colleague_answers.choose_counted(shuffled, speaker) == found
    spoken = [each for each in answers if each.voter_id == speaker]
    said = {(each.answers[0].option, each.reason) for each in answers}
    reasons = {reason for _, reason in said} - {""}
    if spoken:
        assert found == spoken[0]
    elif len({option for option, _ in said}) > 1 or len(reasons) > 1:
        assert found is None
    else:
        assert found is not None
        assert found.reason in reasons or not reasons


def test_every_route_of_another_workshop_is_not_found(room, other_room, charlie, alice) -> None:
    vote = commitment(other_room)
    other_room.write(votes.open, other_room.who, vote.id)
    assert alice.get(f"votes/{vote.id}/conflicts").status_code == 404
    assert alice.post(f"votes/{vote.id}/conflicts/1", {"choose": 1, "seen": 1}).status_code == 404
    assert (
        room.join("Carys", organisation="Care").get(f"votes/{vote.id}/organisation-answer").status_code == 404
    )


def test_whole_answers_are_told_apart_by_what_they_say(room, alice) -> None:
    """R63: two ratings of as many cells are not the same answer, and the lead reads in what they differ."""
    room.go_to(9)
    vote = room.new_vote(9, "Bread", "Roses", type="grid", criterion_en_1="Purpose", unit="organisations")
    carys, dev = (room.join(name, organisation="Chapter") for name in ("Carys", "Dev"))
    room.write(votes.open, room.who, vote.id)
    (bread, _), (purpose,) = (room.read(lookup.options, vote.id, axis) for axis in ("option", "criterion"))
    for person, value in ((carys, "4"), (dev, "dk")):
        person.does(f"votes/{vote.id}/ballot", {f"rate_{bread.id}_{purpose.id}": value})
    panel = " ".join(alice.get(f"votes/{vote.id}/conflicts").text.split())
    assert "Bread, Purpose: 4" in panel
    assert "Bread, Purpose: don’t know" in panel
