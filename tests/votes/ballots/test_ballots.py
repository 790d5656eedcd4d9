"""Ballots of every type: from the form a phone is given, through the database, to the result."""

import random

import pytest
from sqlmodel import select

from app.domain.votes import decisions, lookup
from app.domain.votes.life import votes
from app.domain.votes.results import tallies
from app.domain.votes.time import closings
from app.domain.votes.types import registry
from app.domain.votes.types.question import AnswerValue
from app.models import Answer, Ballot, Vote
from scripts.rehearsal.ballots import filled, said
from scripts.rehearsal.markup import Page

pytestmark = pytest.mark.postgres

SETTINGS = {
    "dots": {"most": "3"},
    "points": {"most": "20"},
    "rank": {"most": "3"},
    "multiple": {"least": "1", "most": "2"},
    "estimate": {"lowest": "0", "highest": "1000"},
    "grid": {"criterion_en_1": "Purpose", "criterion_en_2": "Public voice"},
}
WRITTEN = ("Families", "Warm homes", "Bus routes", "Care")
SENTENCES = ["Ask people early.", "Say plainly what it is for."]


def new_vote(room, kind: str, **more: str) -> Vote:
    """A vote of this type in item 9, opened, with the room in the item."""
    room.go_to(9)
    options = WRITTEN if registry.type_of(kind).options == "free" else ()
    vote = room.new_vote(9, *options, type=kind, **SETTINGS.get(kind, {}), **more)
    room.write(votes.open, room.who, vote.id)
    return vote


def ballot_form(person):
    """The form this person's phone shows."""
    form = Page(person.get("phone/mine").text).form("/ballot")
    assert form is not None, "no ballot is shown"
    return form


def stored(room, vote) -> list[tuple[int, list[AnswerValue]]]:
    """Every ballot that counts, by voter, with its answers in order."""

    def ask(session):
        query = (
            select(Ballot.voter_id, Answer.option_id, Answer.criterion_id, Answer.value, Answer.text)
            .join(Answer, Answer.ballot_id == Ballot.id)
            .where(Ballot.vote_id == vote.id, Ballot.standing == "counted")
            .order_by(Ballot.voter_id, Answer.place)
        )
        found: dict[int, list[AnswerValue]] = {}
        for voter, *answer in session.exec(query):
            found.setdefault(voter, []).append(AnswerValue(*answer))
        return list(found.items())

    return room.read(ask)


def tally(room, vote):
    return room.read(lambda session: tallies.tally(session, session.get(Vote, vote.id)))


@pytest.mark.parametrize("kind", registry.names())
def test_a_ballot_of_every_type_is_received_kept_changed_and_counted(room, alice, kind) -> None:
    """R44, R47, R48: what the phone's own form sends is stored as answers, changed as a whole, tallied."""
    people = [room.join(f"P{n}") for n in range(4)]
    vote = new_vote(room, kind)
    random.seed(7)
    for turn, person in enumerate([*people, people[0]]):
        form = ballot_form(person)
        fields = filled(form, SENTENCES)
        answer = person.post(f"votes/{vote.id}/ballot", {**form.given, **fields, "key": f"{turn:032x}"})
        assert answer.status_code == 200, answer.text[:300]
        assert "Received" in answer.text
        assert said(form, fields)
    held = stored(room, vote)
    assert len(held) == 4, "one ballot each"
    found = tally(room, vote)
    assert (found.cast, found.phone, found.paper, found.electorate) == (4, 4, 0, 4)
    recorded = list(found.result.facts())
    assert recorded
    seen = room.enter("projector").screen()
    alice.does(f"votes/{vote.id}/closing")
    assert "4 of 4" not in seen.text("tally"), "R50: nothing before the reveal"
    alice.does(f"votes/{vote.id}/reveal")
    seen.shows("tally", "4 of 4 answered")


WRONG = {
    "single": [{}, {"option": "999999"}, {"option": "x"}],
    "multiple": [{}, {"pick_999999": "1"}],
    "dots": [{}, {"n_999999": "1"}],
    "points": [{}, {"n_999999": "20"}],
    "rank": [{}, {"place_1": "999999"}],
    "grid": [{}, {"rate_999999_1": "3"}],
    "gradients": [{}, {"option": "999999"}],
    "comfort": [{}, {"option": "999999"}],
    "yes_no": [{}, {"option": "999999"}],
    "estimate": [{}, {"value": "many"}, {"value": "1001"}, {"value": "-1"}, {"value": "1.5"}],
    "text": [{}, {"text": "   "}, {"text": "x" * 281}],
}


@pytest.mark.parametrize("kind", registry.names())
def test_what_is_no_ballot_of_this_vote_is_refused_and_nothing_is_lost(room, kind) -> None:
    """Each with a sentence; the ballot before it stands."""
    carys = room.join("Carys")
    vote = new_vote(room, kind)
    form = ballot_form(carys)
    good = filled(form, SENTENCES)
    assert carys.post(f"votes/{vote.id}/ballot", good).status_code == 200
    before = stored(room, vote)
    for wrong in WRONG[kind]:
        refused = carys.post(f"votes/{vote.id}/ballot", wrong)
        assert refused.status_code == 422, (wrong, refused.text[:300])
    stale = carys.post(f"votes/{vote.id}/ballot", {**good, "version": "99"})
    assert stale.status_code == 409
    assert "changed" in stale.text
    assert stored(room, vote) == before


def test_more_than_there_is_to_spend_is_refused(room) -> None:
    """Too many dots, on one option or in all; the same option twice in a ranking; too many choices."""
    carys = room.join("Carys")
    for kind, name in (("dots", "n_"), ("points", "n_"), ("multiple", "pick_"), ("rank", "place_")):
        vote = new_vote(room, kind)
        ids = [option.id for option in room.read(lookup.options, vote.id)]
        wrong = {
            "n_": {f"n_{ids[0]}": "15", f"n_{ids[1]}": "15"},
            "pick_": {f"pick_{i}": "1" for i in ids},
            "place_": {"place_1": str(ids[0]), "place_2": str(ids[0])},
        }[name]
        refused = carys.post(f"votes/{vote.id}/ballot", wrong)
        assert refused.status_code == 422, kind
        assert stored(room, vote) == []


def test_the_order_of_options_is_each_persons_own_and_the_result_is_canonical(room, alice) -> None:
    """R58"""
    people = [room.join(f"P{n}") for n in range(6)]
    room.go_to(9)
    vote = room.new_vote(9, *(f"Option {n}" for n in range(1, 9)), shuffled="1")
    room.write(votes.open, room.who, vote.id)
    canonical = [option.id for option in room.read(lookup.options, vote.id)]
    orders = [[int(i) for i in ballot_form(person).choices["option"]] for person in people]
    assert all(sorted(order) == canonical for order in orders)
    assert len({tuple(order) for order in orders}) > 1, "drawn for each person"
    assert orders[0] == [int(i) for i in ballot_form(people[0]).choices["option"]], "and kept"
    found = tally(room, vote)
    assert [count.option.id for count in found.result.counts] == canonical


def test_the_rule_is_fixed_before_the_opening_and_printed_with_the_result(room, alice) -> None:
    """R53, R54: 35 of 44 would be 79.5 %: here 3 of 4 is not 80 %."""
    people = [room.join(f"P{n}") for n in range(4)]
    vote = new_vote(room, "yes_no", rule="share", rule_percent="80")
    yes, no = [option.id for option in room.read(lookup.options, vote.id)][:2]
    for person, option in zip(people, (yes, yes, yes, no), strict=True):
        person.does(f"votes/{vote.id}/ballot", {"option": str(option)})
    decision = tally(room, vote).decision
    assert isinstance(decision, decisions.Decision)
    assert (decision.support, decision.base, decision.met) == (3, 4, False)
    seen = room.enter("projector").screen()
    alice.does(f"votes/{vote.id}/closing")
    alice.does(f"votes/{vote.id}/reveal")
    seen.shows("tally", "80")
    for wrong in ({"rule_percent": "101"}, {"rule_percent": "0"}, {"rule_percent": "most"}):
        fields = {"question_en": "?", "type": "yes_no", "rule": "share", **wrong}
        assert alice.post(f"items/{vote.item_id}/votes", fields).status_code == 422


@pytest.mark.parametrize("kind", registry.names())
def test_a_vote_that_could_not_be_answered_is_not_kept(shared_room, shared_alice, kind) -> None:
    """Without options or a question, nothing is made."""
    item = shared_room.go_to(9)
    before = len(shared_room.read(votes.of_item, item.id))
    fields = {"question_en": "", "type": kind, **SETTINGS.get(kind, {})}
    assert shared_alice.post(f"items/{item.id}/votes", fields).status_code == 422
    if registry.type_of(kind).options == "free":
        refused = shared_alice.post(f"items/{item.id}/votes", {**fields, "question_en": "How?"})
        assert refused.status_code == 422
    assert len(shared_room.read(votes.of_item, item.id)) == before


def test_what_was_answered_is_said_in_full_once_the_vote_has_closed(room) -> None:
    """Above the button it is short; afterwards it is all there is to check one's ballot by."""
    vote = new_vote(room, "points")
    carys = room.join("Carys")
    room.write(votes.admit_late, room.who, vote.id)
    five = dict.fromkeys((f"n_{option.id}" for option in room.read(lookup.options, vote.id)), "5")
    assert "and 1 more" in carys.does(f"votes/{vote.id}/ballot", {**five, "version": vote.version}).text
    room.write(closings.close, room.who, vote.id)
    mine = carys.get("phone/mine").text
    assert all(f"{label}: 5" in mine for label in WRITTEN)
