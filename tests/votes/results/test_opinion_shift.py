"""The same question before and after: pairs, who moved where, and what that may give away."""

from collections import Counter

from hypothesis import given as draws
from hypothesis import strategies as some
from sqlmodel import select

from app.domain import undo
from app.domain.votes import lookup
from app.domain.votes.life import make_final, votes
from app.domain.votes.results import opinion_shift, paired_answers
from app.domain.votes.results.paired_answers import AnswerPair
from app.domain.votes.time import closings
from app.domain.votes.types.question import Choice
from app.models import Ballot, ShiftCount, Vote
from tests.cast.ballots import reload
from tests.cast.repeated_votes import OPTIONS, again, answered, labels, made, shown, whole


def test_before_and_after_are_one_question(room, alice) -> None:
    """R65: the same frozen objects, in the item the room is in; neither words nor options can be changed."""
    before = made(room, *OPTIONS, question_cy="Sut?", secrecy="named")
    room.write(closings.close, room.who, before.id)
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


def test_a_question_is_not_changed_after_it_has_been_asked_again(room, alice) -> None:
    """R65: who opens the question after by mistake, before the one before, has frozen both."""
    room.go_to(9)
    before = room.new_vote(9, *OPTIONS)
    form = {"question_en": before.question_en, "repeats": str(before.id), "repeats_as": "after"}
    form |= {f"option_en_{n}": label for n, label in enumerate(OPTIONS, 1)}
    alice.does(f"items/{room.items()[8].id}/votes", form)
    after = room.read(votes.of_item, room.items()[8].id)[-1]
    room.write(votes.open, room.who, after.id)
    plain = {name: value for name, value in form.items() if not name.startswith("repeats")}
    refused = alice.post(f"votes/{before.id}", {**plain, "option_en_4": "Schools"})
    assert refused.status_code == 409
    assert "stays as it was asked there" in refused.text
    assert labels(room, before) == labels(room, after)
    alice.does(f"votes/{before.id}", {**plain, "secrecy": "named"})
    people = [room.join(f"P{n}") for n in range(5)]
    room.write(votes.admit_late, room.who, after.id)
    answered(room, people, after, 1, 1, 2, 3, 3)
    room.write(votes.open, room.who, before.id)
    answered(room, people, before, 1, 1, 1, 3, 3)
    assert whole(room, after).shift.moves.stayed == 4


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
    late.does(f"votes/{before.id}/ballot", {"option": room.read(lookup.options, before.id)[0].id})
    answered(room, people, before, 1, 2, 3, 4, 5, 3)
    after = again(room, alice, before, "after")
    late.does(f"votes/{after.id}/ballot", {"option": room.read(lookup.options, after.id)[4].id})
    answered(room, people, after, 1, 2, 3, 4, 5, 3)
    found = whole(room, after).shift
    assert (found.moves.paired, found.paper_or_late, found.may_leave_out) == (7, 1, True)
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
    level = room.read(lookup.options, before.id)[1].id
    code = people[5].http.cookies["me"].partition(".")[0]
    assert alice.post(f"votes/{before.id}/paper", {"code": code, "option": level}).status_code == 200
    answered(room, people, before, 1, 2, 3, 4, 5, 0)
    after = again(room, alice, before, "after")
    answered(room, people, after, 1, 2, 3, 4, 5, 4)
    for without in (False, True):
        found = room.read(lambda s, w=without: opinion_shift.towards(s, s.get(Vote, after.id), w))
        assert (found.moves.paired, found.paper_or_late, found.left_out) == (6, 1, False)
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
    assert whole(room, after).shift.paper_or_late == 1


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
    rows = room.read(lambda s: s.exec(select(ShiftCount).where(ShiftCount.after_id == after.id)).all())
    assert sum(row.n for row in rows) == 6


def test_the_after_is_not_made_final_while_the_before_is_open_again(room, alice) -> None:
    people = [room.join(f"P{n}") for n in range(2)]
    before, after = pair_of(room, alice, people, (1, 2), (2, 2))
    room.write(votes.open, room.who, before.id)
    refused = alice.post(f"votes/{after.id}/finish")
    assert (refused.status_code, "open again" in refused.text) == (409, True)
    shown(room, before)
    alice.does(f"votes/{after.id}/finish")


def test_the_before_takes_no_answers_by_an_undo_once_the_after_is_final(room, alice) -> None:
    """R65, R70: who moved where has been counted; no way back leads to more answers."""
    people = [room.join(f"P{n}") for n in range(5)]
    before = made(room, type="comfort")
    answered(room, people, before, 1, 2, 3, 4, 5, show=False)
    after = again(room, alice, before, "after")
    answered(room, people, after, 1, 2, 3, 4, 5)
    shown(room, before)
    showing = room.read(undo.latest, room.id).id
    room.write(make_final.by_facilitator, room.who, after.id)
    refused = alice.post(f"undo/{showing}")
    assert refused.status_code == 409
    assert "who moved where is counted" in refused.text
    assert reload(room, before).state == "revealed"
    assert whole(room, after).shift.moves.stayed == 5


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
drawn_pairs = some.lists(some.builds(AnswerPair, positions, positions, some.booleans()), max_size=40).map(
    Counter
)


@draws(drawn_pairs)
def test_a_matrix_counts_every_pair_once(found) -> None:
    """R65: rows are the answers before, columns those after, and each pair is in exactly one cell."""
    cells = paired_answers.matrix(found, 4)
    assert sum(map(sum, cells)) == sum(found.values())
    for place in range(4):
        assert sum(cells[place]) == sum(n for pair, n in found.items() if pair.before == place + 1)
        assert sum(row[place] for row in cells) == sum(
            n for pair, n in found.items() if pair.after == place + 1
        )
    without = paired_answers.matrix(found, 4, paper_or_late=False)
    assert sum(map(sum, without)) == sum(n for pair, n in found.items() if not pair.paper_or_late)
    moves = paired_answers.moves(cells, [1, 2, 3, 4])
    assert moves.stayed + moves.towards + moves.away == moves.paired == sum(found.values())


@draws(drawn_pairs)
def test_going_back_is_the_opposite_move(found) -> None:
    back: Counter[AnswerPair] = Counter()
    for pair, n in found.items():
        back[AnswerPair(pair.after, pair.before)] += n
    there = paired_answers.moves(paired_answers.matrix(found, 4), [1, 2, 3, 4])
    home = paired_answers.moves(paired_answers.matrix(back, 4), [1, 2, 3, 4])
    assert (there.towards, there.away, there.stayed) == (home.away, home.towards, home.stayed)


def test_the_way_towards_support_follows_the_scale_or_what_an_answer_means() -> None:
    yes_no = [
        Choice(1, 1, "Yes", "", "for"),
        Choice(2, 2, "No", "", "against"),
        Choice(3, 3, "–", "", "abstain"),
    ]
    assert paired_answers.ranks(yes_no, True) == [0, 2, 1]
    assert paired_answers.ranks([Choice(1, 1, "A"), Choice(2, 2, "B")], True) == [1, 2]
    assert paired_answers.ranks([Choice(1, 1, "A"), Choice(2, 2, "B")], False) is None
    free = paired_answers.moves([[1, 2], [3, 4]], None)
    assert (free.stayed, free.moved, free.towards, free.away) == (5, 5, None, None)


@draws(some.integers(0, 30), some.integers(0, 12), some.integers(0, 12), some.integers(3, 8))
def test_no_group_smaller_than_may_be_told_is_left_by_subtraction(paired, before, after, smallest) -> None:
    """R71: those who answered only once are a group of their own."""
    may = paired_answers.may_show(paired, paired + before, paired + after, smallest)
    if may == "cells":
        assert all(n == 0 or n >= smallest for n in (before, after))
    assert (may == "nothing") == (paired < smallest)
