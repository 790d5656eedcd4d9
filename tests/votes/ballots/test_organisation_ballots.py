"""Organisations that answer: one answer each, conflicts that nobody wins by being last, commitments."""

import threading

import pytest
from hypothesis import given as draws
from hypothesis import strategies as some
from sqlmodel import select

from app.domain import log, undo
from app.domain.votes import lookup
from app.domain.votes.ballots import colleague_answers, conflicts
from app.domain.votes.ballots.ballot_rows import BallotView
from app.domain.votes.life import votes
from app.domain.votes.types.question import AnswerValue
from app.models import Ballot, Organisation, Vote
from app.models.base import moment
from tests.cast.ballots import counts, options, tally
from tests.cast.concurrency import beside, several_writers
from tests.cast.organisations import ANSWERS, cast, organisation_id, person_id, speak

pytestmark = pytest.mark.postgres


@pytest.fixture
def vote(room) -> Vote:
    """A commitment by name, with conditions, in item 16 with the room in it, as a draft."""
    return commitment(room)


def commitment(room, **settings: str) -> Vote:
    room.go_to(16)
    given = {"unit": "organisations", "secrecy": "named", "reasons": "1", **settings}
    return room.new_vote(16, *ANSWERS, **given)


def state(room, vote) -> tuple[list[int], int]:
    """The counts, and how many organisations are in conflict."""
    found = tally(room, vote)
    return [count.n for count in found.result.counts], found.contested


def choice(room, vote, organisation: str, option: int) -> tuple[str, dict]:
    """Where and with what the lead lets this answer of an organisation count."""
    who = room.who
    found = room.write(conflicts.of_vote, who, vote.id)
    conflict = next(each for each in found.listed if each.organisation == organisation)
    ballot = next(ballot for ballot, _ in conflict.answers if ballot.answers[0].option == option)
    return f"votes/{vote.id}/conflicts/{conflict.elector_id}", {"choose": ballot.id, "seen": ballot.sequence}


def log_count(room, what: str) -> int:
    return sum(line.what == what for line in room.read(log.lines, room.id))


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


def test_the_spokesperson_settles_it(room, alice, vote) -> None:
    """R63: named while in conflict or before; who speaks is told on the colleagues' phones, and is heard."""
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    alice.does(f"votes/{vote.id}/opening")
    yes, conditions, not_now = options(room, vote)
    cast(carys, vote, yes)
    cast(dev, vote, not_now)
    assert speak(alice, room, "Care", "Dev").status_code == 204
    assert state(room, vote) == ([0, 0, 1], 0)
    assert "Dev speaks for your organisation" in carys.get("phone/mine").text
    assert "You speak for your organisation" in dev.get("phone/mine").text
    refused = cast(carys, vote, conditions)
    assert (refused.status_code, "spokesperson has answered" in refused.text) == (409, True)
    assert cast(carys, vote, not_now).status_code == 200, "agreeing is welcome"
    assert cast(dev, vote, yes).status_code == 200
    assert state(room, vote) == ([1, 0, 0], 0)
    assert "Another answer than yours counts" in carys.get("phone/mine").text
    assert speak(alice, room, "Care").status_code == 204
    assert "speaks for" not in carys.get("phone/mine").text
    assert speak(alice, room, "Care", "Carys").status_code == 204
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert room.read(lambda s: s.get(Organisation, organisation_id(room, "Care"))).spokesperson_id is None


@several_writers
def test_a_spokesperson_changes_nothing_that_another_worker_has_shown(
    room, alice, vote, database_url
) -> None:
    """R63: named in the moment in which the result is shown."""
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    alice.does(f"votes/{vote.id}/opening")
    yes, _, not_now = options(room, vote)
    cast(carys, vote, yes)
    cast(dev, vote, not_now)
    alice.does(f"votes/{vote.id}/closing")
    beside(
        database_url,
        lambda session: votes.reveal(session, room.who, vote.id),
        lambda: speak(alice, room, "Care", "Dev"),
    )
    assert state(room, vote) == ([0, 0, 0], 1)


def test_only_somebody_of_the_organisation_speaks_for_it(room, other_room, alice, vote) -> None:
    """And who has left it, or the workshop, does so no more."""
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    room.join("Efa", organisation="Bus")
    other_room.join("Charlie", organisation="Care")
    assert speak(alice, room, "Care", "Efa").status_code == 409
    foreign = organisation_id(other_room, "Care")
    assert alice.post(f"organisations/{foreign}/spokesperson", {"participant": ""}).status_code == 404
    assert carys.post(f"organisations/{organisation_id(room, 'Care')}/spokesperson").status_code == 403
    speak(alice, room, "Care", "Carys")
    assert "speaks for Care" in alice.get(f"participants/{person_id(room, 'Carys')}").text
    alice.does(f"votes/{vote.id}/opening")
    yes, _, not_now = options(room, vote)
    cast(carys, vote, yes)
    assert cast(dev, vote, not_now).status_code == 409
    alice.does(f"participants/{person_id(room, 'Carys')}/removal")
    assert cast(dev, vote, not_now).status_code == 200
    assert state(room, vote) == ([0, 0, 0], 1), "what Carys answered stays"


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
