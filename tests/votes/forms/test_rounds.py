"""Asking again: rounds side by side, run-offs of the tied, and lots."""

import hashlib
import re
from fractions import Fraction

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from app.domain import log, undo
from app.domain.votes import lookup
from app.domain.votes.life import repeat_status, votes
from app.domain.votes.results import comparison
from app.domain.votes.time import closings
from app.models import Option, Vote
from app.models.base import moment
from tests.cast.ballots import reload
from tests.cast.repeated_votes import OPTIONS, again, answered, labels, made, shown, whole


def test_a_round_is_the_same_question_as_a_new_draft(room, alice) -> None:
    """R61: with its type, rule, options and criteria; the next number; once."""
    grid = made(
        room, *OPTIONS, type="grid", criterion_en_1="Purpose", criterion_en_2="Public voice", secrecy="group"
    )
    refused = alice.post(f"votes/{grid.id}/again", {"as": "round"})
    assert (refused.status_code, "Close the vote first" in refused.text) == (409, True)
    room.write(closings.close, room.who, grid.id)
    second = again(room, alice, grid, "round")
    assert labels(room, second) == labels(room, grid)
    assert (second.type, second.secrecy, second.version) == ("grid", "group", 1)
    assert second.state == "draft"
    refused = alice.post(f"votes/{grid.id}/again", {"as": "round"})
    assert (refused.status_code, "asked again already" in refused.text) == (409, True)
    room.write(closings.close, room.who, second.id)
    third = again(room, alice, second, "round")
    marks = room.read(lambda s: repeat_status.of_votes(s, [s.get(Vote, each.id) for each in (grid, third)]))
    assert [(mark.how, mark.number, mark.last) for mark in marks.values()] == [
        ("", 1, False),
        ("round", 3, True),
    ]
    alice.screen().shows("controls", "Round 3")
    assert "Round 3" in room.enter("projector").screen().text("stage")


@pytest.mark.parametrize("wrong", ["copy", "round; drop"])
def test_what_is_no_way_of_asking_again_is_refused(room, alice, wrong) -> None:
    vote = made(room, *OPTIONS)
    room.write(closings.close, room.who, vote.id)
    assert alice.post(f"votes/{vote.id}/again", {"as": wrong}).status_code == 422


def test_a_draft_and_a_vote_of_another_room_are_not_asked_again(room, other_room, alice) -> None:
    room.go_to(9)
    draft = room.new_vote(9, *OPTIONS)
    assert alice.post(f"votes/{draft.id}/again", {"as": "after"}).status_code == 409
    foreign = made(other_room, *OPTIONS)
    assert alice.post(f"votes/{foreign.id}/again", {"as": "after"}).status_code == 404
    assert room.join("Carys").post(f"votes/{draft.id}/again", {"as": "round"}).status_code == 403


def test_a_reworded_round_is_the_next_version(room, alice) -> None:
    """R59, R61: v1 → v2; the options stay, or the rounds would not stand side by side."""
    first = made(room, type="comfort", rule="share", rule_percent="80")
    room.write(closings.close, room.who, first.id)
    alice.does(f"votes/{first.id}/again", {"as": "round"})
    second = room.read(votes.of_item, first.item_id)[-1]
    form = {"type": "comfort", "rule": "share", "rule_percent": "80", "threshold": "3"}
    repeat = {"repeats": str(first.id), "repeats_as": "round"}
    alice.does(f"votes/{second.id}", {**form, **repeat, "question_en": "And like this?"})
    assert (reload(room, second).version, reload(room, second).question_en) == (2, "And like this?")
    assert reload(room, second).repeats_id == first.id
    unlike = {**form, **repeat, "question_en": "And so?", "level_en_1": "I love it"}
    assert alice.post(f"votes/{second.id}", unlike).status_code == 422


def test_rounds_stand_side_by_side_with_line_change_and_decision(room, alice) -> None:
    """R61: 2 of 4 at the line, then 4 of 5: +30.0 points; the first fails, the second is decided."""
    people = [room.join(f"P{n}") for n in range(5)]
    first = made(room, type="comfort", rule="share", rule_percent="80")
    answered(room, people, first, 1, 3, 4, 5, 0)
    second = again(room, alice, first, "round")
    projector, console = room.enter("projector").screen(), alice.screen()
    assert whole(room, second) is None, "hidden until it is revealed"
    answered(room, people, second, 1, 3, 3, 2, 5)
    found = whole(room, second).comparison
    assert [each.number for each in found.rounds] == [1, 2]
    assert [[count.n for count in row.counts] for row in found.rows] == [
        [1, 1], [0, 1], [1, 2], [1, 0], [1, 1],
    ]  # fmt: skip
    assert [row.change for row in found.rows] == ["−5.0", "+20.0", "+15.0", "−25.0", "−5.0"]
    assert (found.line.position, found.change) == (3, "+30.0")
    assert [each.tally.decision.met for each in found.rounds] == [False, True]
    for screen in (projector, console):
        screen.shows("tally", "All above this line 2 50.0 % 4 80.0 % +30.0")
        screen.shows("tally", "Not met")
    phone = room.join("Late").get(f"/{room.code}/phone/regions").text
    assert "rounds" not in phone, "a phone shows one thing"
    assert "Round by round" in alice.get("record").text


def test_a_round_that_has_not_been_shown_stands_beside_nothing(room, alice) -> None:
    """R50: re-opening a first round hides it beside the second too."""
    people = [room.join(f"P{n}") for n in range(2)]
    first = made(room, *OPTIONS)
    answered(room, people, first, 1, 2)
    second = again(room, alice, first, "round")
    answered(room, people, second, 1, 1)
    assert len(whole(room, second).comparison.rounds) == 2
    room.write(votes.open, room.who, first.id)
    assert whole(room, second).comparison is None


def test_options_that_come_and_go_have_an_empty_cell(room, alice) -> None:
    people = [room.join(f"P{n}") for n in range(2)]
    first = made(room, *OPTIONS, ties="runoff")
    answered(room, people, first, 1, 2)
    second = again(room, alice, first, "runoff")
    answered(room, people, second, 2, 2)
    each = [comparison.RoundTally(n, whole(room, vote)) for n, vote in enumerate((first, second), 1)]
    rows = {row.option.label_en: [c and c.n for c in row.counts] for row in comparison.compare(each).rows}
    assert rows == {"Families": [1, 0], "Warm homes": [1, 2], "Bus routes": [0, None]}


def test_a_run_off_is_held_between_the_tied(room, alice) -> None:
    """R52: offered where it was settled before, for the tie that is meant, with their words and no others."""
    people = [room.join(f"P{n}") for n in range(4)]
    vote = made(room, *OPTIONS, "Care", ties="runoff")
    answered(room, people, vote, 1, 3, 3, 1, show=False)
    room.write(closings.close, room.who, vote.id)
    refused = alice.post(f"votes/{vote.id}/again", {"as": "runoff"})
    assert (refused.status_code, "Show the result first" in refused.text) == (409, True)
    room.write(votes.reveal, room.who, vote.id)
    console = alice.screen().shows("controls", "Run-off for places 1 to 2")
    second = again(room, alice, vote, "runoff")
    assert [label for _, _, label, *_ in labels(room, second)] == ["Families", "Bus routes"]
    console.hides("controls", "Run-off for places")
    assert "Run-off" in room.enter("projector").screen().text("stage")
    answered(room, people, second, 1, 1, 2, 1)
    assert alice.post(f"votes/{second.id}/again", {"as": "runoff"}).text.count("Nothing is tied")


def test_of_several_ties_the_one_that_is_meant_goes_to_the_run_off(room, alice) -> None:
    """R52: a cut at six places is for the room to say; "tie for place 1–2", "tie for place 3–4"."""
    people = [room.join(f"P{n}") for n in range(6)]
    vote = made(room, "A", "B", "C", "D", "E", "F", type="multiple", most="2", ties="runoff")
    ids = [option.id for option in room.read(lookup.options, vote.id)]
    for person, picks in zip(people, ((0, 1), (0, 1), (2,), (3,), (0, 1), (2, 3)), strict=True):
        person.does(f"votes/{vote.id}/ballot", {f"pick_{ids[pick]}": "1" for pick in picks})
    shown(room, vote)
    found = whole(room, vote).result.ties()
    assert [(tie.first, tie.last) for tie in found] == [(1, 2), (3, 4)], "E and F: tied for nothing"
    refused = alice.post(f"votes/{vote.id}/again", {"as": "runoff"})
    assert (refused.status_code, "several ties" in refused.text) == (409, True)
    assert alice.post(f"votes/{vote.id}/again?tied=5", {"as": "runoff"}).status_code == 409
    second = again(room, alice, vote, "runoff", 3)
    assert [label for _, _, label, *_ in labels(room, second)] == ["C", "D"]
    assert second.most == 1, "nobody may choose both"


@pytest.mark.parametrize("settled", ["keep", "lot"])
def test_a_tie_that_was_settled_otherwise_is_not_run_off(room, alice, settled) -> None:
    """R52, R53: how ties are treated is fixed before the opening."""
    people = [room.join(f"P{n}") for n in range(2)]
    vote = made(room, *OPTIONS, ties=settled)
    answered(room, people, vote, 1, 2)
    assert "settled before" in alice.post(f"votes/{vote.id}/again", {"as": "runoff"}).text
    assert "Run-off for" not in alice.screen().text("controls")


def test_a_lot_is_drawn_once_and_anybody_can_draw_it_again(room, alice) -> None:
    """R52: at the reveal, for a tie; the seed is logged and shown; undo and re-opening draw no other."""
    people = [room.join(f"P{n}") for n in range(4)]
    vote = made(room, *OPTIONS, ties="lot")
    seen = room.enter("projector").screen()
    answered(room, people, vote, 2, 1, 1, 2)
    seed = reload(room, vote).lot_seed
    assert re.fullmatch(r"[0-9a-f]{8}", seed)
    drawn = whole(room, vote).lots
    order = sorted((1, 2), key=lambda n: hashlib.sha256(f"{seed}:{n}".encode()).hexdigest())
    assert [(tie.first, tie.last, [o.position for o in tie.options]) for tie in drawn] == [(1, 2, order)]
    first = OPTIONS[order[0] - 1]
    seen.shows("tally", f"Places 1 to 2, as drawn: 1. “{first}”")
    seen.shows("tally", seed)
    lines = [line for line in room.read(log.lines, room.id) if line.what == "lot drawn"]
    assert [line.changes for line in lines] == [{"lot_seed": seed}]
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert (reload(room, vote).state, reload(room, vote).lot_seed) == ("closed", seed)
    seen.hides("tally", seed)
    room.write(votes.reveal, room.who, vote.id)
    room.write(votes.open, room.who, vote.id)
    shown(room, vote)
    assert reload(room, vote).lot_seed == seed


def test_where_nothing_is_tied_no_lot_is_drawn(room) -> None:
    people = [room.join(f"P{n}") for n in range(3)]
    vote = made(room, *OPTIONS, ties="lot")
    answered(room, people, vote, 2, 1, 2)
    assert reload(room, vote).lot_seed == ""
    assert whole(room, vote).lots == []


def test_a_vote_keeps_its_ballots_electorate_words_and_options_when_opened_again(room, alice) -> None:
    """R57, R59: who joined since is let in on purpose only; nothing is edited under an answer."""
    people = [room.join(f"P{n}") for n in range(2)]
    vote = made(room, *OPTIONS)
    answered(room, people, vote, 1, 2)
    before = labels(room, vote)
    late = room.join("Late")
    alice.does(f"votes/{vote.id}/opening")
    assert whole(room, vote) is None
    option = room.read(lookup.options, vote.id)[0].id
    assert late.post(f"votes/{vote.id}/ballot", {"option": option}).status_code == 409
    form = {"question_en": "Other?", "option_en_1": "X", "option_en_2": "Y", "type": "single"}
    for state in ("open", "closed", "revealed"):
        assert reload(room, vote).state == state
        refused = alice.post(f"votes/{vote.id}", form)
        assert (refused.status_code, "wording stays" in refused.text) == (409, True)
        if state != "revealed":
            alice.does(f"votes/{vote.id}/{'closing' if state == 'open' else 'reveal'}")
    assert (labels(room, vote), reload(room, vote).version) == (before, 1)
    found = whole(room, vote)
    assert (found.cast, found.electorate, [c.n for c in found.result.counts]) == (2, 2, [1, 1, 0])


def test_changes_of_shares_are_exact() -> None:
    """R54: 1 of 3 to 2 of 3 is 33.3 points, from integers; a change that rounds to nothing has no sign."""

    class Found:
        def __init__(self, ballots: int) -> None:
            self.ballots = ballots

    assert comparison._change([Found(3), Found(3)], 1, 2) == "+33.3"
    assert comparison._change([Found(8), Found(7)], 2, 1) == "−10.7"
    assert comparison._change([Found(3000), Found(3001)], 1000, 1000) == "0.0"
    assert comparison._change([Found(0), Found(3)], 0, 1) == ""
    assert Fraction(1, 7) - Fraction(2, 8) == Fraction(-3, 28)


def test_the_database_holds_options_of_their_own_votes_only(room, alice) -> None:
    """A copy's options are its own rows: an answer to one names no option of the other."""
    first = made(room, *OPTIONS)
    room.write(closings.close, room.who, first.id)
    second = again(room, alice, first, "round")
    ids = [{o.id for o in room.read(lookup.options, vote.id)} for vote in (first, second)]
    assert not ids[0] & ids[1]
    query = select(Option.vote_id).where(Option.id.in_(ids[1]))
    assert set(room.read(lambda session: session.exec(query).all())) == {second.id}


@pytest.mark.parametrize("how", ["round", "after", "runoff"])
def test_the_database_holds_one_next_round_only(room, alice, how) -> None:
    """R61: whoever writes it; one that was removed makes room."""
    vote = made(room, *OPTIONS)
    room.write(closings.close, room.who, vote.id)

    def add(session, **more) -> None:
        same = {"workshop_id": room.id, "item_id": vote.item_id, "question_en": "Again?"}
        session.add(Vote(repeats_id=vote.id, repeats_as=how, **same, **more))

    room.write(add, removed_at=moment())
    room.write(add)
    with pytest.raises(IntegrityError):
        room.write(add)


def test_a_removed_round_does_not_come_back_beside_another(room, alice) -> None:
    """R29: its undo has been overtaken by the round that was made since."""
    vote = made(room, *OPTIONS)
    room.write(closings.close, room.who, vote.id)

    def draft() -> Vote:
        alice.does(f"votes/{vote.id}/again", {"as": "round"})
        newest = select(Vote).where(Vote.repeats_id == vote.id).order_by(Vote.id.desc())
        return room.read(lambda session: session.exec(newest).first())

    first = draft()
    alice.does(f"votes/{first.id}/removal")
    removal = room.read(undo.latest, room.id)
    second = draft()
    refused = alice.post(f"undo/{removal.id}")
    assert (refused.status_code, reload(room, first).removed_at is None) == (409, False)
    alice.does(f"votes/{second.id}/removal")
    alice.does(f"undo/{removal.id}")
    assert reload(room, first).removed_at is None


def test_what_blocks_has_its_own_colour_in_the_comparison_too(room, alice) -> None:
    """R61: as in a result of its own, with its sign; not the colour of what is merely below the line."""
    people = [room.join(f"P{n}") for n in range(2)]
    first = made(room, type="comfort")
    answered(room, people, first, 1, 5)
    second = again(room, alice, first, "round")
    answered(room, people, second, 1, 5)
    drawn = room.enter("projector").screen().regions["tally"]
    (row,) = re.findall(
        r'<tr class="([^"]*rounds__row--block)">\s*<th scope="row">(<svg class="sign sign--block")', drawn
    )
    assert row[0] == "rounds__row rounds__row--beyond rounds__row--block"
    assert drawn.count("wording 1") == 2
