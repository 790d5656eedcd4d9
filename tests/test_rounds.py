"""Asking again: rounds side by side, before and after, run-offs and lots, and answers that become notes."""

import hashlib
import re
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given as draws
from hypothesis import strategies as some
from sqlmodel import select

from app.domain import (
    ballots,
    beside,
    clusters,
    log,
    notes,
    pairs,
    results,
    shifts,
    text_notes,
    ties,
    undo,
    votes,
    walls,
)
from app.domain.pairs import Pair
from app.domain.vote_types import Choice
from app.models import Ballot, Note, Option, Vote
from app.models.votes import Shift

OPTIONS = ("Families", "Warm homes", "Bus routes")


def made(room, *options: str, **settings: str) -> Vote:
    """A vote of its own in item 9, with the room in it, opened."""
    room.go_to(9)
    vote = room.new_vote(9, *options, **settings)
    room.write(votes.open, room.who, vote.id)
    return vote


def answered(room, people, vote, *places: int, show: bool = True) -> None:
    """Each person chooses the option at this place (0: none); then the result is shown."""
    ids = [option.id for option in room.read(ballots.options, vote.id)]
    for person, place in zip(people, places, strict=True):
        if place:
            person.does(f"votes/{vote.id}/ballot", {"option": ids[place - 1]})
    if show:
        shown(room, vote)


def shown(room, vote) -> None:
    room.write(votes.close, room.who, vote.id)
    room.write(votes.reveal, room.who, vote.id)


def now(room, vote) -> Vote:
    return room.read(lambda session: session.get(Vote, vote.id))


def again(room, alice, vote, how: str, tied: int = 0) -> Vote:
    """The vote asked again from the console; opened."""
    alice.does(f"votes/{vote.id}/again" + (f"?tied={tied}" if tied else ""), {"as": how})
    query = select(Vote).where(Vote.repeats_id == vote.id, Vote.repeats_as == how)
    copy = room.read(lambda session: session.exec(query).one())
    room.write(votes.open, room.who, copy.id)
    return copy


def whole(room, vote):
    return room.read(lambda session: results.shown(session, session.get(Vote, vote.id)))


def labels(room, vote) -> list[tuple]:
    return [
        (option.axis, option.position, option.label_en, option.label_cy, option.meaning)
        for axis in ("option", "criterion")
        for option in room.read(ballots.options, vote.id, axis)
    ]


def written(room, vote) -> list[Note]:
    """The notes made of a text vote's answers that stand, as a screen may know them."""
    wall = room.read(lambda session: text_notes.wall_of(session, session.get(Vote, vote.id)))
    query = select(Note).where(Note.wall_id == wall.id, Note.withdrawn_at.is_(None)).order_by(Note.id)
    return list(room.read(lambda session: session.exec(query).all()))


def test_a_round_is_the_same_question_as_a_new_draft(room, alice) -> None:
    """R61: with its type, rule, options and criteria; the next number; once."""
    grid = made(
        room, *OPTIONS, type="grid", criterion_en_1="Purpose", criterion_en_2="Public voice", secrecy="group"
    )
    refused = alice.post(f"votes/{grid.id}/again", {"as": "round"})
    assert (refused.status_code, "Close the vote first" in refused.text) == (409, True)
    room.write(votes.close, room.who, grid.id)
    second = again(room, alice, grid, "round")
    assert labels(room, second) == labels(room, grid)
    assert (second.type, second.secrecy, second.version) == ("grid", "group", 1)
    assert second.state == "draft"
    refused = alice.post(f"votes/{grid.id}/again", {"as": "round"})
    assert (refused.status_code, "asked again already" in refused.text) == (409, True)
    room.write(votes.close, room.who, second.id)
    third = again(room, alice, second, "round")
    marks = room.read(lambda s: beside.rounds.marks(s, [s.get(Vote, each.id) for each in (grid, third)]))
    assert [(mark.how, mark.number, mark.last) for mark in marks.values()] == [
        ("", 1, False),
        ("round", 3, True),
    ]
    alice.screen().shows("controls", "Round 3")
    assert "Round 3" in room.enter("projector").screen().text("stage")


@pytest.mark.parametrize("wrong", ["", "copy", "round; drop"])
def test_what_is_no_way_of_asking_again_is_refused(room, alice, wrong) -> None:
    vote = made(room, *OPTIONS)
    room.write(votes.close, room.who, vote.id)
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
    room.write(votes.close, room.who, first.id)
    alice.does(f"votes/{first.id}/again", {"as": "round"})
    second = room.read(votes.of_item, first.item_id)[-1]
    form = {"type": "comfort", "rule": "share", "rule_percent": "80", "threshold": "3"}
    repeat = {"repeats": str(first.id), "repeats_as": "round"}
    alice.does(f"votes/{second.id}", {**form, **repeat, "question_en": "And like this?"})
    assert (now(room, second).version, now(room, second).question_en) == (2, "And like this?")
    assert now(room, second).repeats_id == first.id
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
    found = whole(room, second).beside
    assert [each.number for each in found.rounds] == [1, 2]
    assert [[count.n for count in row.counts] for row in found.rows] == [
        [1, 1], [0, 1], [1, 2], [1, 0], [1, 1],
    ]  # fmt: skip
    assert [row.change for row in found.rows] == ["−5.0", "+20.0", "+15.0", "−25.0", "−5.0"]
    assert (found.line.position, found.change) == (3, "+30.0")
    assert [each.tally.decision.met for each in found.rounds] == [False, True]
    for screen in (projector, console):
        screen.shows("tally", "At this line or better 2 50.0 % 4 80.0 % +30.0")
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
    assert len(whole(room, second).beside.rounds) == 2
    room.write(votes.open, room.who, first.id)
    assert whole(room, second).beside is None


def test_options_that_come_and_go_have_an_empty_cell(room, alice) -> None:
    people = [room.join(f"P{n}") for n in range(2)]
    first = made(room, *OPTIONS, ties="runoff")
    answered(room, people, first, 1, 2)
    second = again(room, alice, first, "runoff")
    answered(room, people, second, 2, 2)
    each = [beside.Round(n, whole(room, vote)) for n, vote in enumerate((first, second), 1)]
    rows = {row.option.label_en: [c and c.n for c in row.counts] for row in beside.compared(each).rows}
    assert rows == {"Families": [1, 0], "Warm homes": [1, 2], "Bus routes": [0, None]}


def test_before_and_after_are_one_question(room, alice) -> None:
    """R65: the same frozen objects, in the item the room is in; neither words nor options can be changed."""
    before = made(room, *OPTIONS, question_cy="Sut?", secrecy="named")
    room.write(votes.close, room.who, before.id)
    room.go_to(17)
    alice.does(f"votes/{before.id}/again", {"as": "after"})
    after = room.read(votes.of_item, room.items()[16].id)[-1]
    assert labels(room, after) == labels(room, before)
    assert (after.question_en, after.question_cy) == (before.question_en, "Sut?")
    form = {"question_en": before.question_en, "question_cy": "Sut?", "type": "single", "secrecy": "named"}
    form |= {f"option_en_{n}": label for n, label in enumerate(OPTIONS, 1)}
    form |= {"repeats": str(before.id), "repeats_as": "after"}
    for changed in ({"question_en": "How?"}, {"option_en_1": "Family"}, {"option_en_4": "More"}):
        assert alice.post(f"votes/{after.id}", {**form, **changed}).status_code == 422
    assert labels(room, after) == labels(room, before)


def test_the_shift_is_of_pairs_and_the_results_of_all(room, alice) -> None:
    """R65: eight before, seven after, five both; who moved where, with n; both results with theirs."""
    people = [room.join(f"P{n}") for n in range(10)]
    alice.does("edit", {"title_en": "The day", "day": "2026-11-23", "smallest_group": "3"})
    before = made(room, type="comfort")
    answered(room, people, before, 1, 2, 4, 4, 5, 3, 3, 5, 0, 0)
    after = again(room, alice, before, "after")
    assert whole(room, after) is None
    assert alice.get(f"votes/{after.id}/shift").status_code == 409, "only when both have been shown"
    seen = room.enter("projector").screen()
    answered(room, people, after, 1, 1, 3, 5, 5, 0, 0, 0, 2, 2)
    found = whole(room, after).shift
    assert (found.before.cast, found.after.cast) == (8, 7)
    assert found.moves is not None
    assert (found.moves.paired, found.moves.stayed, found.moves.moved) == (5, 2, 3)
    assert (found.moves.towards, found.moves.away) == (2, 1)
    assert found.cells is None, "two answered only after: what they said could be told by subtraction"
    seen.shows("tally", "5 answered both times. Of these 2 stayed, 2 moved towards support, 1 moved away")
    panel = alice.get(f"votes/{after.id}/shift").text
    assert "Before: 8 answers" in panel
    assert "After: 7 answers" in panel


def pair_of(room, alice, people, was, now_, **settings):
    """A comfort vote before and after, both shown; the second in the same item."""
    before = made(room, type="comfort", **settings)
    answered(room, people, before, *was)
    after = again(room, alice, before, "after")
    answered(room, people, after, *now_)
    return before, after


def test_who_moved_where_is_a_matrix_where_it_gives_nobody_away(room, alice) -> None:
    """R65, R71: everybody answered both times."""
    people = [room.join(f"P{n}") for n in range(5)]
    _, after = pair_of(room, alice, people, (1, 4, 4, 5, 2), (1, 3, 5, 3, 2))
    found = whole(room, after).shift
    assert found.cells == [
        [1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 1, 0, 1], [0, 0, 1, 0, 0],
    ]  # fmt: skip
    assert "4. I have serious doubts" in room.enter("projector").screen().text("tally")


def test_paper_and_late_answers_are_marked_and_can_be_left_out(room, alice) -> None:
    """R66: where they are enough not to be told by the difference, or the vote is by name."""
    people = [room.join(f"P{n}") for n in range(6)]
    before = made(room, type="comfort", secrecy="named")
    late = room.join("Late")
    alice.does(f"votes/{before.id}/electorate")
    late.does(f"votes/{before.id}/ballot", {"option": room.read(ballots.options, before.id)[0].id})
    answered(room, people, before, 1, 2, 3, 4, 5, 3)
    after = again(room, alice, before, "after")
    late.does(f"votes/{after.id}/ballot", {"option": room.read(ballots.options, after.id)[4].id})
    answered(room, people, after, 1, 2, 3, 4, 5, 3)
    found = whole(room, after).shift
    assert (found.moves.paired, found.aside, found.may_leave_out) == (7, 1, True)
    panel = alice.get(f"votes/{after.id}/shift").text
    assert "1 of these pairs has an answer on paper or given late" in panel
    assert "paper=0" in panel
    without = alice.get(f"votes/{after.id}/shift?paper=0").text
    assert "6 answered both times" in without
    assert "left out" in without


def test_too_few_on_paper_are_not_left_out_of_a_secret_vote(room, alice) -> None:
    """R66, R71: one person's move would be the difference."""
    people = [room.join(f"P{n}") for n in range(6)]
    before = made(room, type="comfort")
    level = room.read(ballots.options, before.id)[1].id
    code = people[5].http.cookies["me"].partition(".")[0]
    assert alice.post(f"votes/{before.id}/paper", {"code": code, "option": level}).status_code == 200
    answered(room, people, before, 1, 2, 3, 4, 5, 0)
    after = again(room, alice, before, "after")
    answered(room, people, after, 1, 2, 3, 4, 5, 4)
    for without in (False, True):
        found = room.read(lambda s, w=without: shifts.of(s, s.get(Vote, after.id), w))
        assert (found.moves.paired, found.aside, found.left_out) == (6, 1, False)
    assert "paper=0" not in alice.get(f"votes/{after.id}/shift").text


def test_an_answer_changed_in_a_later_opening_is_late(room, alice) -> None:
    """R66: given after the vote had first closed, perhaps after the talk it was to come before."""
    people = [room.join(f"P{n}") for n in range(5)]
    before = made(room, type="comfort", secrecy="named")
    answered(room, people, before, 1, 2, 3, 4, 5)
    room.write(votes.open, room.who, before.id)
    answered(room, people, before, 2, 0, 0, 0, 0)
    after = again(room, alice, before, "after")
    answered(room, people, after, 1, 2, 3, 4, 5)
    assert whole(room, after).shift.aside == 1


def test_pairs_outlive_the_keys_as_counts(room, alice) -> None:
    """R65, R70: counted when the first of the two is made final; then neither is opened again."""
    people = [room.join(f"P{n}") for n in range(6)]
    before = made(room, type="comfort")
    answered(room, people, before, 1, 2, 4, 4, 5, 3)
    after = again(room, alice, before, "after")
    assert alice.post(f"votes/{before.id}/finish").status_code == 409, "its pairs would be lost"
    answered(room, people, after, 1, 1, 3, 5, 5, 3)
    live = whole(room, after).shift
    alice.does(f"votes/{before.id}/finish")
    kept = whole(room, after).shift
    assert (kept.cells, kept.moves) == (live.cells, live.moves)
    keys = select(Ballot.elector_id, Ballot.voter_id).where(Ballot.vote_id == before.id)
    assert set(room.read(lambda session: session.exec(keys).all())) == {(None, None)}
    refused = alice.post(f"votes/{after.id}/opening")
    assert (refused.status_code, "compared with is final" in refused.text) == (409, True)
    alice.does(f"votes/{after.id}/finish")
    assert whole(room, after).shift.moves == live.moves
    rows = room.read(lambda s: s.exec(select(Shift).where(Shift.after_id == after.id)).all())
    assert sum(row.n for row in rows) == 6


def test_the_after_is_not_made_final_while_the_before_is_open_again(room, alice) -> None:
    people = [room.join(f"P{n}") for n in range(2)]
    before, after = pair_of(room, alice, people, (1, 2), (2, 2))
    room.write(votes.open, room.who, before.id)
    refused = alice.post(f"votes/{after.id}/finish")
    assert (refused.status_code, "open again" in refused.text) == (409, True)
    shown(room, before)
    alice.does(f"votes/{after.id}/finish")


def test_names_on_one_of_the_two_hide_the_cells_of_both(room, alice) -> None:
    """R69: the question was by name before and became secret: who stood alone would be told."""
    people = [room.join(f"P{n}") for n in range(5)]
    before = made(room, type="comfort", secrecy="named")
    answered(room, people, before, 1, 2, 3, 4, 5)
    after = again(room, alice, before, "after")
    alice.does(f"votes/{after.id}/secrecy", {"to": "anonymous"})
    answered(room, people, after, 1, 2, 3, 4, 4)
    found = whole(room, after).shift
    assert (found.cells, found.moves.towards) == (None, 1)


positions = some.integers(1, 4)
drawn_pairs = some.lists(some.builds(Pair, positions, positions, some.booleans()), max_size=40).map(Counter)


@draws(drawn_pairs)
def test_a_matrix_counts_every_pair_once(found) -> None:
    """R65: rows are the answers before, columns those after, and each pair is in exactly one cell."""
    cells = pairs.matrix(found, 4)
    assert sum(map(sum, cells)) == sum(found.values())
    for place in range(4):
        assert sum(cells[place]) == sum(n for pair, n in found.items() if pair.was == place + 1)
        assert sum(row[place] for row in cells) == sum(
            n for pair, n in found.items() if pair.now == place + 1
        )
    without = pairs.matrix(found, 4, aside=False)
    assert sum(map(sum, without)) == sum(n for pair, n in found.items() if not pair.aside)
    moves = pairs.moves(cells, [1, 2, 3, 4])
    assert moves.stayed + moves.towards + moves.away == moves.paired == sum(found.values())


@draws(drawn_pairs)
def test_going_back_is_the_opposite_move(found) -> None:
    back: Counter[Pair] = Counter()
    for pair, n in found.items():
        back[Pair(pair.now, pair.was)] += n
    there = pairs.moves(pairs.matrix(found, 4), [1, 2, 3, 4])
    home = pairs.moves(pairs.matrix(back, 4), [1, 2, 3, 4])
    assert (there.towards, there.away, there.stayed) == (home.away, home.towards, home.stayed)


def test_the_way_towards_support_follows_the_scale_or_what_an_answer_means() -> None:
    yes_no = [
        Choice(1, 1, "Yes", "", "for"),
        Choice(2, 2, "No", "", "against"),
        Choice(3, 3, "–", "", "abstain"),
    ]
    assert pairs.ranks(yes_no, True) == [0, 2, 1]
    assert pairs.ranks([Choice(1, 1, "A"), Choice(2, 2, "B")], True) == [1, 2]
    assert pairs.ranks([Choice(1, 1, "A"), Choice(2, 2, "B")], False) is None
    free = pairs.moves([[1, 2], [3, 4]], None)
    assert (free.stayed, free.moved, free.towards, free.away) == (5, 5, None, None)


@draws(some.integers(0, 30), some.integers(0, 12), some.integers(0, 12), some.integers(3, 8))
def test_no_group_smaller_than_may_be_told_is_left_by_subtraction(paired, before, after, smallest) -> None:
    """R71: those who answered only once are a group of their own."""
    may = pairs.may_show(paired, paired + before, paired + after, smallest)
    if may == "cells":
        assert all(n == 0 or n >= smallest for n in (before, after))
    assert (may == "nothing") == (paired < smallest)


def test_a_run_off_is_held_between_the_tied(room, alice) -> None:
    """R52: offered where it was settled before, for the tie that is meant, with their words and no others."""
    people = [room.join(f"P{n}") for n in range(4)]
    vote = made(room, *OPTIONS, "Care", ties="runoff")
    answered(room, people, vote, 1, 3, 3, 1, show=False)
    room.write(votes.close, room.who, vote.id)
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
    vote = made(room, "A", "B", "C", "D", "E", type="multiple", most="2", ties="runoff")
    ids = [option.id for option in room.read(ballots.options, vote.id)]
    for person, picks in zip(people, ((0, 1), (0, 1), (2,), (3,), (0, 1), (2, 3)), strict=True):
        person.does(f"votes/{vote.id}/ballot", {f"pick_{ids[pick]}": "1" for pick in picks})
    shown(room, vote)
    found = ties.of(whole(room, vote).result)
    assert [(tie.first, tie.last) for tie in found] == [(1, 2), (3, 4)], "nobody chose E: tied with none"
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
    seed = now(room, vote).lot_seed
    assert re.fullmatch(r"[0-9a-f]{8}", seed)
    drawn = whole(room, vote).lots
    order = sorted((1, 2), key=lambda n: hashlib.sha256(f"{seed}:{n}".encode()).hexdigest())
    assert [(tie.first, tie.last, [o.position for o in tie.options]) for tie in drawn] == [(1, 2, order)]
    first = OPTIONS[order[0] - 1]
    seen.shows("tally", f"Places 1 to 2, as drawn: 1. {first}")
    seen.shows("tally", seed)
    lines = [line for line in room.read(log.lines, room.id) if line.what == "lot drawn"]
    assert [line.changes for line in lines] == [{"lot_seed": seed}]
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert (now(room, vote).state, now(room, vote).lot_seed) == ("closed", seed)
    seen.hides("tally", seed)
    room.write(votes.reveal, room.who, vote.id)
    room.write(votes.open, room.who, vote.id)
    shown(room, vote)
    assert now(room, vote).lot_seed == seed


def test_where_nothing_is_tied_no_lot_is_drawn(room) -> None:
    people = [room.join(f"P{n}") for n in range(3)]
    vote = made(room, *OPTIONS, ties="lot")
    answered(room, people, vote, 2, 1, 2)
    assert now(room, vote).lot_seed == ""
    assert whole(room, vote).lots == []


def said(room, people, vote, *texts: str) -> None:
    for person, text in zip(people, texts, strict=True):
        if text:
            person.does(f"votes/{vote.id}/ballot", {"text": text})


def test_answers_become_notes_when_they_are_shown(room, alice) -> None:
    """R50, R68: not before; without author or table, in no order of theirs; then a wall like any other."""
    people = [room.join(f"P{n}") for n in range(3)]
    vote = made(room, type="text", question_en="What matters?")
    said(room, people, vote, "Warm homes", "Ask people", "Ask people")
    assert room.read(walls.of_item, vote.item_id) == []
    shown(room, vote)
    (wall,) = room.read(walls.of_item, vote.item_id)
    assert (wall.prompt_en, wall.state, wall.staged_at) == ("What matters?", "closed", None)
    found = written(room, vote)
    assert [note.text for note in found] == ["Ask people", "Ask people", "Warm homes"]
    assert {(note.author_id, note.table_id) for note in found} == {(None, None)}
    assert len({(note.written_at, note.received_at) for note in found}) == 1
    seen = room.enter("projector").screen()
    assert "Warm homes" not in seen.text("wall")
    alice.does(f"walls/{wall.id}/stage", {"on": "true"})
    seen.shows("wall", "Warm homes")
    assert room.read(notes.board, wall).duplicates == 1
    refused = alice.post(f"walls/{wall.id}/opening")
    assert (refused.status_code, "answers to a vote" in refused.text) == (409, True)


def test_opening_again_takes_the_notes_away_until_the_next_reveal(room, alice) -> None:
    """R45, R57: hidden everywhere; what stands keeps its cluster, what was changed goes, the new comes."""
    people = [room.join(f"P{n}") for n in range(3)]
    vote = made(room, type="text")
    said(room, people, vote, "Warm homes", "Ask people", "")
    shown(room, vote)
    (wall,) = room.read(walls.of_item, vote.item_id)
    kept, changed = written(room, vote)[::-1]
    room.write(clusters.make, room.who, wall.id, note_ids=[kept.id])
    alice.does(f"walls/{wall.id}/stage", {"on": "true"})
    seen = room.enter("projector").screen().shows("wall", "Warm homes")
    room.write(votes.open, room.who, vote.id)
    seen.hides("wall", "Warm homes")
    assert room.read(walls.of_item, vote.item_id) == []
    assert alice.post(f"walls/{wall.id}/release").status_code == 404
    assert "Warm homes" not in alice.get("record").text
    said(room, people, vote, "", "Ask them early", "Say why")
    shown(room, vote)
    assert [each.id for each in room.read(walls.of_item, vote.item_id)] == [wall.id], "made once"
    found = {note.text: note for note in written(room, vote)}
    assert set(found) == {"Warm homes", "Ask them early", "Say why"}
    assert found["Warm homes"].id == kept.id
    assert found["Warm homes"].cluster_id is not None
    assert changed.id not in {note.id for note in found.values()}
    assert "Ask people" not in room.enter("projector").screen().text("wall")


def test_undoing_the_reveal_takes_the_wall_back_and_undoing_that_brings_it(room, alice) -> None:
    """R29, R30"""
    people = [room.join(f"P{n}") for n in range(2)]
    vote = made(room, type="text")
    said(room, people, vote, "Warm homes", "Ask people")
    shown(room, vote)
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert (now(room, vote).state, room.read(walls.of_item, vote.item_id)) == ("closed", [])
    room.write(votes.reveal, room.who, vote.id)
    assert len(room.read(walls.of_item, vote.item_id)) == 1
    assert len(written(room, vote)) == 2
    room.write(votes.open, room.who, vote.id)
    said(room, people, vote, "Warm houses", "")
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert now(room, vote).state == "revealed"
    assert [note.text for note in written(room, vote)] == ["Ask people", "Warm houses"]
    assert len(room.read(walls.of_item, vote.item_id)) == 1


@pytest.mark.parametrize(
    ("secrecy", "second", "author", "table"),
    [("named", 1, True, True), ("group", 5, False, True), ("group", 4, False, False)],
)
def test_a_note_tells_of_its_author_what_the_vote_said(room, alice, secrecy, second, author, table) -> None:
    """R68, R69, R71: no table that is small, or that leaves a small one; tightening reaches back."""
    people = [room.join(f"P{n}", table=1 if n < 5 else 2) for n in range(5 + second)]
    vote = made(room, type="text", secrecy=secrecy)
    said(room, people, vote, *(f"Idea {n}" for n in range(5 + second)))
    shown(room, vote)
    found = written(room, vote)
    assert {note.author_id is not None for note in found} == {author}
    assert {note.table_id is not None for note in found} == {table}
    alice.does(f"votes/{vote.id}/secrecy", {"to": "anonymous"})
    assert {(note.author_id, note.table_id) for note in written(room, vote)} == {(None, None)}


def test_a_vote_keeps_its_ballots_electorate_words_and_options_when_opened_again(room, alice) -> None:
    """R57, R59: who joined since is let in on purpose only; nothing is edited under an answer."""
    people = [room.join(f"P{n}") for n in range(2)]
    vote = made(room, *OPTIONS)
    answered(room, people, vote, 1, 2)
    before = labels(room, vote)
    late = room.join("Late")
    alice.does(f"votes/{vote.id}/opening")
    assert whole(room, vote) is None
    option = room.read(ballots.options, vote.id)[0].id
    assert late.post(f"votes/{vote.id}/ballot", {"option": option}).status_code == 409
    form = {"question_en": "Other?", "option_en_1": "X", "option_en_2": "Y", "type": "single"}
    for state in ("open", "closed", "revealed"):
        assert now(room, vote).state == state
        refused = alice.post(f"votes/{vote.id}", form)
        assert (refused.status_code, "wording stays" in refused.text) == (409, True)
        if state != "revealed":
            alice.does(f"votes/{vote.id}/{'closing' if state == 'open' else 'reveal'}")
    assert (labels(room, vote), now(room, vote).version) == (before, 1)
    found = whole(room, vote)
    assert (found.cast, found.electorate, [c.n for c in found.result.counts]) == (2, 2, [1, 1, 0])


def test_changes_of_shares_are_exact() -> None:
    """R54: 1 of 3 to 2 of 3 is 33.3 points, from integers; a change that rounds to nothing has no sign."""

    class Found:
        def __init__(self, ballots: int) -> None:
            self.ballots = ballots

    assert beside._change([Found(3), Found(3)], 1, 2) == "+33.3"
    assert beside._change([Found(8), Found(7)], 2, 1) == "−10.7"
    assert beside._change([Found(3000), Found(3001)], 1000, 1000) == "0.0"
    assert beside._change([Found(0), Found(3)], 0, 1) == ""
    assert Fraction(1, 7) - Fraction(2, 8) == Fraction(-3, 28)


def test_the_database_holds_options_of_their_own_votes_only(room, alice) -> None:
    """A copy's options are its own rows: an answer to one names no option of the other."""
    first = made(room, *OPTIONS)
    room.write(votes.close, room.who, first.id)
    second = again(room, alice, first, "round")
    ids = [{o.id for o in room.read(ballots.options, vote.id)} for vote in (first, second)]
    assert not ids[0] & ids[1]
    query = select(Option.vote_id).where(Option.id.in_(ids[1]))
    assert set(room.read(lambda session: session.exec(query).all())) == {second.id}
