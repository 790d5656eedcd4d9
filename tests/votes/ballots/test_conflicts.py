"""R63: answers of colleagues that differ; nobody wins by being last."""

import threading

import pytest
from sqlmodel import select

from app.domain import undo
from app.domain.votes import lookup
from app.domain.votes.ballots import conflicts
from app.domain.votes.life import votes
from app.models import Ballot, Vote
from tests.cast.ballots import options
from tests.cast.organisations import ANSWERS, cast, choice, commitment, log_count, person_id, state

pytestmark = pytest.mark.postgres


@pytest.fixture
def vote(room) -> Vote:
    """A commitment by name, with conditions, in item 16 with the room in it, as a draft."""
    return commitment(room)


def test_a_different_answer_is_a_conflict_and_neither_counts(room, alice, vote) -> None:
    """R63: never last-wins; the colleagues and the console are told, the room is not told what was said."""
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    console, projector = alice.screen(), room.enter("projector").screen()
    alice.does(f"votes/{vote.id}/opening")
    yes, conditions, not_now = options(room, vote)
    cast(carys, vote, yes)
    assert cast(dev, vote, not_now).status_code == 200
    assert state(room, vote) == ([0, 0, 0], 1)
    for person in (carys, dev):
        assert "answered differently" in person.get(f"votes/{vote.id}/organisation-answer").text
    console.shows("controls", "1 organisation answered differently")
    console.shows("turnout", "0 of 1 organisation has answered")
    console.shows("turnout", "In 1 organisation colleagues answered differently: it does not count yet")
    assert "has not answered" not in console.text("turnout"), "it has, twice"
    projector.shows("turnout", "0 of 1 organisation has answered")
    assert log_count(room, "answers conflict") == 1
    cast(dev, vote, conditions)
    assert (state(room, vote), log_count(room, "answers conflict")) == (([0, 0, 0], 1), 1)
    cast(carys, vote, conditions)
    assert state(room, vote) == ([0, 1, 0], 0), "who says the same has agreed"
    console.hides("controls", "answered differently")
    assert ANSWERS[1] not in projector.text("tally")


def test_an_agreement_is_remembered_when_the_first_one_changes_the_answer(room, alice, vote) -> None:
    """R63: Dev said yes too; Carys alone does not turn the organisation's yes into a no."""
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    alice.does(f"votes/{vote.id}/opening")
    yes, _, not_now = options(room, vote)
    cast(carys, vote, yes)
    cast(dev, vote, yes)
    cast(carys, vote, not_now)
    assert state(room, vote) == ([0, 0, 0], 1)
    cast(dev, vote, not_now)
    assert state(room, vote) == ([0, 0, 1], 0)


def test_conditions_that_differ_are_different_commitments(room, alice, vote) -> None:
    """R64: two conditions are a conflict; one added to a bare answer is not, and is kept."""
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    alice.does(f"votes/{vote.id}/opening")
    _, conditions, _ = options(room, vote)
    cast(carys, vote, conditions)
    cast(dev, vote, conditions, "if it is funded")
    assert state(room, vote) == ([0, 1, 0], 0)
    reasons = room.read(
        lambda s: s.exec(select(Ballot.reason).where(Ballot.vote_id == vote.id, Ballot.standing == "counted"))
    ).all()
    assert reasons == ["if it is funded"]
    cast(carys, vote, conditions, "if it is legal")
    assert state(room, vote) == ([0, 0, 0], 1)


def test_the_lead_settles_it(room, alice, vote) -> None:
    """R63: on the console, seen in the log; it holds against who insists, and can be settled otherwise."""
    carys, dev, efa = (room.join(name, organisation="Care") for name in ("Carys", "Dev", "Efa"))
    alice.does(f"votes/{vote.id}/opening")
    yes, conditions, not_now = options(room, vote)
    cast(carys, vote, yes)
    cast(dev, vote, not_now)
    panel = alice.get(f"votes/{vote.id}/conflicts").text
    assert all(words in panel for words in ("Care", ANSWERS[0], ANSWERS[2]))
    assert "Carys" not in panel
    assert log_count(room, "conflicts seen") == 1
    alice.does(*choice(room, vote, "Care", yes))
    assert state(room, vote) == ([1, 0, 0], 0)
    for person, option in ((dev, not_now), (efa, conditions)):
        refused = cast(person, vote, option)
        assert (refused.status_code, "has settled" in refused.text) == (409, True)
    assert cast(efa, vote, yes).status_code == 200
    alice.does(*choice(room, vote, "Care", not_now))
    assert state(room, vote) == ([0, 0, 1], 0)
    alice.does(*choice(room, vote, "Care", yes))
    cast(carys, vote, conditions)
    assert state(room, vote) == ([0, 0, 0], 1), "the settled answer is no more"
    assert log_count(room, "conflict settled") == 3


def test_the_lead_settles_on_what_was_seen_and_not_after_the_reveal(room, alice, vote) -> None:
    """An answer that has been changed since is not chosen unseen; a shown result does not change."""
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    alice.does(f"votes/{vote.id}/opening")
    yes, conditions, not_now = options(room, vote)
    cast(carys, vote, yes)
    cast(dev, vote, not_now)
    seen = choice(room, vote, "Care", not_now)
    cast(dev, vote, conditions)
    refused = alice.post(*seen)
    assert (refused.status_code, "have changed" in refused.text) == (409, True)
    foreign = {"choose": 999_999, "seen": 1}
    assert alice.post(seen[0], foreign).status_code == 409
    assert dev.post(*seen).status_code == 403
    alice.does(f"votes/{vote.id}/closing")
    settled = choice(room, vote, "Care", conditions)
    alice.does(f"votes/{vote.id}/reveal")
    assert "result has been shown" in alice.post(*settled).text
    assert state(room, vote) == ([0, 0, 0], 1)
    alice.does(f"votes/{vote.id}/opening")
    alice.does(*settled)
    assert state(room, vote) == ([0, 1, 0], 0)


def test_two_colleagues_at_the_same_moment(room, alice, vote) -> None:
    """R63: from two devices at once, many times over: all agree, or it is a conflict; never the last one."""
    pairs = [(room.join(organisation=f"Body {n}"), room.join(organisation=f"Body {n}")) for n in range(10)]
    alice.does(f"votes/{vote.id}/opening")
    yes, _, not_now = options(room, vote)
    gate = threading.Barrier(20)
    codes: list[int] = []

    def answer(person, option) -> None:
        gate.wait()
        codes.append(person.post(f"votes/{vote.id}/ballot", {"option": option}).status_code)

    threads = [
        threading.Thread(target=answer, args=(person, not_now if differ and second else yes))
        for n, pair in enumerate(pairs)
        for differ in (n % 2,)
        for second, person in enumerate(pair)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [200] * 20
    assert state(room, vote) == ([5, 0, 0], 5)


def test_who_has_left_cannot_be_agreed_with_and_the_lead_settles(room, alice, vote) -> None:
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    alice.does(f"votes/{vote.id}/opening")
    yes, _, not_now = options(room, vote)
    cast(carys, vote, yes)
    alice.does(f"participants/{person_id(room, 'Carys')}/removal")
    assert cast(carys, vote, not_now).status_code == 410
    cast(dev, vote, not_now)
    assert state(room, vote) == ([0, 0, 0], 1)
    alice.does(*choice(room, vote, "Care", not_now))
    assert state(room, vote) == ([0, 0, 1], 0)


def test_contested_answers_survive_an_undone_opening(room, alice, vote) -> None:
    """R29: they count for nothing yet, and are contributions all the same."""
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    alice.does(f"votes/{vote.id}/opening")
    kept = room.read(undo.latest, room.id)
    yes, _, not_now = options(room, vote)
    cast(carys, vote, yes)
    cast(dev, vote, not_now)
    alice.does(f"undo/{kept.id}")
    alice.does(f"votes/{vote.id}/opening")
    assert state(room, vote) == ([0, 0, 0], 1)


def test_the_lead_settles_it_after_other_votes_have_become_final(room, alice) -> None:
    """R63, R70: ballots of a final vote have numbers from a large range; later ones count on from there."""
    carys, dev = (room.join(name, organisation="Chapter") for name in ("Carys", "Dev"))
    room.go_to(9)
    first = room.new_vote(9, "Yes", "No")
    room.write(votes.open, room.who, first.id)
    carys.does(f"votes/{first.id}/ballot", {"option": str(room.read(lookup.options, first.id)[0].id)})
    for step in ("closing", "reveal", "finish"):
        alice.does(f"votes/{first.id}/{step}")
    vote = room.new_vote(9, "Yes", "No", unit="organisations")
    room.write(votes.open, room.who, vote.id)
    for person, option in zip((carys, dev), room.read(lookup.options, vote.id), strict=True):
        person.does(f"votes/{vote.id}/ballot", {"option": str(option.id)})
    found = room.write(conflicts.of_vote, room.who, vote.id).listed[0]
    ballot, _ = found.answers[0]
    chosen = {"choose": str(ballot.id), "seen": str(ballot.sequence)}
    alice.does(f"votes/{vote.id}/conflicts/{found.elector_id}", chosen)
    assert room.read(conflicts.counts, [vote.id]) == {}


def test_who_settles_one_conflict_stays_with_the_list_until_none_is_left(room, alice) -> None:
    """R63: two organisations differ; the panel closes after the second."""
    people = {
        name: [room.join(f"{name} {n}", organisation=name) for n in range(2)] for name in ("Bus", "Care")
    }
    vote = commitment(room)
    room.write(votes.open, room.who, vote.id)
    yes, *_, no = [option.id for option in room.read(lookup.options, vote.id)]
    for one, other in people.values():
        one.does(f"votes/{vote.id}/ballot", {"option": yes})
        other.does(f"votes/{vote.id}/ballot", {"option": no})
    listed = alice.does(*choice(room, vote, "Bus", no))
    assert (listed.status_code, listed.text.count("does not count yet")) == (200, 1)
    assert listed.text.index("Care") < listed.text.index("Bus"), "what is left comes first"
    plainly = alice.post(*choice(room, vote, "Bus", yes), htmx=False)
    assert plainly.headers["location"].endswith(f"/votes/{vote.id}/conflicts")
    assert alice.does(*choice(room, vote, "Care", yes)).status_code == 204
