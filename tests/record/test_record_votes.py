"""The record of votes: every type in every format, how it was held, nothing before the room has seen it."""

import re

import pytest

from app.domain.agenda import days
from app.domain.votes import decisions
from app.domain.votes.life import votes
from app.domain.votes.results import tallies
from app.domain.votes.time import closings
from app.domain.votes.types import registry
from app.models import Answer, Ballot, CountLine, CountSheet, Vote
from app.models.base import moment
from app.record import csv_files, json_file
from app.record.votes import csv_votes
from tests.cast.answered_votes import ANSWERS, LEVELS, TYPES, WRITTEN, hold, in_json, of, repeat

# Every type


@pytest.mark.postgres
@pytest.mark.parametrize("kind", TYPES)
def test_every_type_is_in_every_format_with_the_same_numbers(day, kind) -> None:
    """R112, R117, R134: the files hold each number that the page draws."""
    vote = hold(day, kind)
    day.show(vote)
    record = day.record()
    line = day.told(vote, record)
    found = day.ask(lambda session: tallies.tally(session, session.get(Vote, vote.id)))
    facts = list(found.result.facts())
    rows = of(vote, day.csv("results", record))
    assert [(row["measure"], row["value"]) for row in rows] == [(fact.measure, fact.value) for fact in facts]
    assert rows
    assert [row["n"] for row in rows] == ["" if fact.n is None else str(fact.n) for fact in facts]
    mine = in_json(day, vote, record)
    for row, fact in zip(rows, mine["results"], strict=True):
        assert {name: row[name].removeprefix("'") for name in fact} == {
            name: "" if value is None else str(value) for name, value in fact.items()
        }
    about = of(vote, day.csv("votes", record))
    assert [(row["type"], row["cast"], row["electorate"], row["version"]) for row in about] == [
        (kind, "3", "3", "1")
    ]
    assert (mine["type"], mine["cast"], mine["result"]) == (kind, 3, "counted")
    assert [row["option_en"] for row in of(vote, day.csv("options", record))] == [
        each["option_en"] for each in mine["options"]
    ]
    assert line.result == "counted"
    for language in ("en", "cy"):
        html = day.html(language, record)
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), "one page, no name twice"
        assert not re.search(r"\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)", html)
    assert "3 of 3 answered" in day.read_aloud(record=record)


@pytest.mark.parametrize("kind", TYPES)
def test_nothing_of_a_result_the_room_has_not_seen_is_in_any_format(day, kind) -> None:
    """R50: while open, closed and open again, ballots and reasons too."""
    vote = hold(day, kind, because=["Because", "So", "Thus"], secrecy="named", ties="lot")
    day.store.write_now(lambda session: setattr(session.get(Vote, vote.id), "lot_seed", "Secret seed"))
    for step in (None, closings.close, votes.reveal, votes.open, closings.close):
        if step:
            day.do(step, vote.id)
        record = day.record()
        line = day.told(vote, record)
        withheld = step is not votes.reveal
        assert (line.result == "withheld") == withheld
        if withheld:
            assert (line.results, line.decision, line.ballots, line.reasons, line.lot_seed) == (
                [], None, [], [], "",
            )  # fmt: skip
            assert {(option.n, option.share_percent) for option in line.options} <= {(None, None)}
            assert not any(of(vote, day.csv(name, record)) for name in ("results", "ballots", "reasons"))
            secrets = r"Because|Secret Name|Secret seed|-12\.5|Secret thought"
            assert not re.search(secrets, day.everything(record))
            assert (line.cast, line.phone) == (3, 3), "how many have answered is no secret"
    day.do(days.close)
    line = day.told(vote)
    assert line.result == "counted", "after the day a closed vote sways nobody"
    assert (line.ballots, line.reasons) == ([], []), "but the room was never shown what each said"


# How it was held


def test_rule_share_and_decision_are_exact(day) -> None:
    """R53, R54: two of three are not 66.67 %, whatever rounding says; the rule stands beside the result."""
    rule = {"rule": "share", "rule_percent": "66.67", "abstentions": "counted"}
    vote = hold(day, "yes_no", **rule)
    day.show(vote)
    row = of(vote, day.csv("votes"))[0]
    assert (row["rule"], row["rule_part"], row["rule_whole"]) == ("share", "6667", "10000")
    assert row["abstentions"] == "counted"
    decided = {name: row[f"decision_{name}"] for name in ("support", "base", "needed", "met")}
    assert decided == {"support": "2", "base": "3", "needed": "3", "met": "false"}
    mine = in_json(day, vote)
    assert (mine["rule_part"], mine["rule_whole"]) == (6667, 10_000)
    assert mine["decision"]["met"] is False
    assert "Decided by at least 66.67 % of all answers, abstentions included" in day.read_aloud()
    assert "Not met" in day.read_aloud()
    other = hold(day, "dots", people=[day.join()])
    day.show(other)
    assert day.told(other).decision is None
    assert {row[f"decision_{name}"] for row in of(other, day.csv("votes")) for name in decided} == {""}


def test_two_thirds_are_two_of_three(day) -> None:
    """R53, R54: chosen by its name, tested as the fraction it is, and printed with the result."""
    vote = hold(day, "yes_no", rule="2/3", abstentions="counted")
    day.show(vote)
    row = of(vote, day.csv("votes"))[0]
    assert (row["rule_part"], row["rule_whole"]) == ("2", "3")
    assert (row["decision_support"], row["decision_needed"], row["decision_met"]) == ("2", "2", "true")
    assert "Decided by at least two thirds (66.7 %) of all answers" in day.read_aloud()


def test_options_that_meet_a_rule_together_are_all_told(day) -> None:
    """R52, R53: half is reached by both of a tie; the record names the two, and neither alone."""
    people = [day.join() for _ in range(4)]
    halves = [{"option": "{1}"}, {"option": "{2}"}] * 2
    vote = hold(day, people=people, answers=halves, rule="share", rule_percent="50")
    day.show(vote)
    met = [row for row in of(vote, day.csv("results")) if row["measure"] == "meets_rule"]
    assert [(row["option"], row["value"], row["n"]) for row in met] == [("1", "2", "4"), ("2", "2", "4")]
    assert (
        "2 options meet the rule, and it does not choose between them: “Bread” · “Roses” ."
        in day.read_aloud()
    )


def test_the_order_is_canonical_and_that_phones_had_another_is_told(day) -> None:
    """R58"""
    vote = hold(day, "multiple", shuffled="1")
    day.show(vote)
    assert of(vote, day.csv("votes"))[0]["shuffled"] == "true"
    assert [row["option_en"] for row in of(vote, day.csv("options"))] == list(WRITTEN)
    assert [option["option_en"] for option in in_json(day, vote)["options"]] == list(WRITTEN)
    assert "saw the options in an order of their own" in day.read_aloud()


def test_each_result_names_its_version_and_what_it_repeats(day) -> None:
    """R59, R61"""
    first = hold(day, "comfort")
    day.show(first)
    again = hold(day, "comfort", people=[day.join()])
    third = hold(day, "comfort", people=[day.join()])
    repeat(day, again, first, "round", version=2)
    repeat(day, third, again, "round", version=4)
    for vote in (again, third):
        day.show(vote)
    line = day.told(third)
    assert (line.version, line.repeats, line.repeats_as, line.round) == (4, again.id, "round", 3)
    assert {row["version"] for row in of(third, day.csv("results"))} == {"4"}
    assert "Ballot round 3 of “Which?”" in day.read_aloud()
    assert "Version 4" in day.read_aloud()


def test_who_moved_where_is_told_of_pairs_and_only_of_enough(day) -> None:
    """R65, R71, R112: the shift of those who answered twice; each result of all who did stands by itself."""
    people = [day.join() for _ in range(8)]
    few = people[:3]
    for asked, moved in ((people, 3), (few, 1)):
        first = hold(day, "comfort", people=asked, answers=[{"option": "{3}"}] * 8)
        after = [{"option": "{1}"}] * moved + [{"option": "{3}"}] * (8 - moved)
        second = hold(day, "comfort", people=asked, answers=after)
        repeat(day, second, first, "after")
        for vote in (first, second):
            day.show(vote)
        line, rows = day.told(second).shift, of(second, day.csv("shifts"))
        assert (line.before, day.told(first).shift) == (first.id, None)
        if asked is people:
            assert (line.paired, line.stayed, line.moved, line.aside) == (8, 5, 3, 0)
            assert sum(int(row["n"]) for row in rows) == 8
            told = [(row["was_en"], row["now"], row["n"]) for row in rows if row["n"] != "0"]
            assert told == [("I can accept it", "1", "3"), ("I can accept it", "3", "5")]
            assert in_json(day, second)["shift"]["moves"][0] == {"was": 1, "now": 1, "n": 0}
        else:
            assert (line.paired, line.moves) == (None, []), "three people are too few to tell of"
            assert [(row["paired"], row["was"], row["n"]) for row in rows] == [("", "", "")]
        assert [option.n for option in day.told(second).options][:3] == [moved, 0, len(asked) - moved]


def test_a_lot_is_told_with_its_seed(day) -> None:
    """R52: whoever has the seed can draw again what the record says was drawn."""
    vote = hold(day, "multiple", ties="lot")
    day.show(vote)
    line = day.told(vote)
    assert line.lot_seed
    drawn = {fact.option: fact.value for fact in line.results if fact.measure == "lot_place"}
    question = day.ask(lambda session: tallies.tally(session, session.get(Vote, vote.id))).question
    again = decisions.in_lot_order(line.lot_seed, [question.options[0], question.options[2]])
    assert drawn == {option.position: place for place, option in enumerate(again, 1)}
    assert of(vote, day.csv("votes"))[0]["lot_seed"].removeprefix("'") == line.lot_seed


def test_settings_meanings_and_measures_are_told(day) -> None:
    """The scale's words with what they mean, its threshold, an estimate's bounds in its own decimals."""
    scale, guess = hold(day, "gradients"), hold(day, "estimate", people=[day.join()])
    for vote in (scale, guess):
        day.show(vote)
    row = of(scale, day.csv("votes"))[0]
    assert row["threshold"] == str(registry.type_of("gradients").defaults["threshold"])
    levels = of(scale, day.csv("options"))
    assert [level["meaning"] for level in levels] == [
        level.meaning for level in registry.type_of("gradients").levels
    ]
    row = of(guess, day.csv("votes"))[0]
    assert (row["lowest"], row["highest"], row["decimals"]) == ("-20.00", "20.00", "2")
    assert row["measure_en"] == "miles"
    assert of(guess, day.csv("ballots"))[0]["value"] == "-12.50", "a number of ours, with no apostrophe"


def test_phone_paper_count_sheets_and_conflicts_are_told_apart(day) -> None:
    """R55, R56, R63: phone + paper = cast; sheets have no ballots to list."""
    vote = hold(day, "single", people=[day.join(), day.join()], answers=LEVELS)
    option, sheet_at = day.options(vote)[2], day.scribe(2).table_id
    paper = Ballot(vote_id=vote.id, serial="A1", channel="paper", sequence=1, cast_at=moment())
    sheet = CountSheet(vote_id=vote.id, table_id=sheet_at, ballots=4)
    wrong = CountSheet(vote_id=vote.id, table_id=sheet_at, ballots=9, replaced_at=moment())
    day.add(paper, sheet, wrong)
    day.add(
        Answer(ballot_id=paper.id, vote_id=vote.id, option_id=option),
        CountLine(sheet_id=sheet.id, vote_id=vote.id, option_id=option, n=4),
        CountLine(sheet_id=wrong.id, vote_id=vote.id, option_id=option, n=9),
    )
    bodies = [day.join("", "Split Body"), day.join("", "Split Body")]
    split = hold(day, "single", people=bodies, answers=ANSWERS["single"][1:], unit="organisations")
    for each in (vote, split):
        day.show(each)
    row = of(vote, day.csv("votes"))[0]
    assert [row[name] for name in ("cast", "phone", "paper", "on_count_sheets", "contested")] == [
        "7", "2", "5", "4", "0",
    ]  # fmt: skip
    assert [option.n for option in day.told(vote).options] == [2, 0, 5]
    assert len(day.told(vote).ballots) == 3
    assert "2 by phone, 5 on paper" in day.read_aloud()
    assert "4 of 5 paper ballots, counted by hand" in day.read_aloud()
    row = of(split, day.csv("votes"))[0]
    assert (row["cast"], row["contested"]) == ("0", "1")


# Safe to open


def test_no_cell_of_a_vote_is_a_formula(day) -> None:
    """R118: in labels, criteria, measures, reasons and names."""
    evil = ["=1+1", "+1+1", "-2+3", "@SUM(A1)"]
    people = [day.join(name, "=Body") for name in evil]
    votes_held = [
        hold(day, "single", people=people, answers=LEVELS, labels=evil, because=evil, secrecy="named"),
        hold(
            day, "grid", people=people, labels=evil, criterion_en_1="=A", criterion_en_2="@B", secrecy="named"
        ),
        hold(day, "rank", people=people, labels=evil, secrecy="named"),
        hold(day, "estimate", people=people, measure_en="=miles", secrecy="named"),
        hold(day, "comfort", people=people, level_en_1="=Fine", secrecy="named"),
    ]
    for vote in votes_held:
        day.show(vote)
    record = day.record()
    cells = [value for name in csv_votes.FILES for row in day.csv(name, record) for value in row.values()]
    assert not [
        cell for cell in cells if cell.startswith(csv_files.RUNS) and not re.fullmatch(r"-\d+(\.\d+)?", cell)
    ]
    for text in [*evil, "=A", "@B", "=miles", "=Fine"]:
        assert f"'{text}" in cells
        assert f'"{text}"' in json_file.file(record), "JSON has the text as written"


def test_columns_and_keys_of_votes_are_stable(full) -> None:
    heads = {name: csv_files.file(full.record(), name).split("\r\n")[0] for name in csv_votes.FILES}
    about = "vote,item,question_en,question_cy,type,version"
    assert {name: head.removeprefix(csv_files.MARK) for name, head in heads.items()} == {
        "votes": "vote,item,item_title_en,item_title_cy,question_en,question_cy,type,version,unit,secrecy,"
        "least,most,per_option,threshold,lowest,highest,decimals,measure_en,measure_cy,shuffled,asks_reasons,"
        "receipts,closes_after_seconds,rule,rule_part,rule_whole,abstentions,ties,lot_seed,repeats,repeats_as,"
        "round,state,opened_at,closed_at,revealed_at,final_at,electorate,cast,phone,paper,on_count_sheets,"
        "contested,result,previews,"
        "decision_support,decision_against,decision_abstain,decision_blocks,decision_base,decision_needed,"
        "decision_reached_percent,decision_met,times_opened,times_hidden_again,visible_seconds_before_hiding,"
        "ballots_in_when_shown",
        "options": f"{about},axis,option,option_en,option_cy,meaning,n,share_percent",
        "results": f"{about},measure,option,option_en,option_cy,criterion,criterion_en,criterion_cy,level,"
        "value,n",
        "groups": f"{about},by,group,group_cy,option,option_en,option_cy,n,of",
        "shifts": f"{about},before,paired,stayed,moved,towards,away,aside,left_out,was,was_en,was_cy,now,"
        "now_en,now_cy,n",
        "ballots": f"{about},secrecy,ballot,voter,place,option,option_en,option_cy,criterion,criterion_en,"
        "criterion_cy,value,reason",
        "reasons": f"{about},reason",
        "confirmations": f"{about},voter,option,option_en,option_cy,reason,channel,confirmed_at,replaced_at",
    }
    assert list(full.json()["votes"][0]) == [
        *csv_votes.VOTE, "openings", "showings", "options", "results", "groups", "shift", "decision",
        "ballots", "reasons", "confirmations",
    ]  # fmt: skip
