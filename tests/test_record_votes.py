"""The record of votes: every type, counted from what it lists, and nothing that says who answered what."""

import re
from collections import Counter
from decimal import Decimal

import pytest

from app.domain import agenda, breakdowns, named_ballots, secrecy, tallies, vote_types, votes
from app.domain.vote_types import Counted, Given
from app.models import Ballot, CountLine, CountSheet, Vote
from app.models.base import moment
from app.models.votes import Answer
from app.record import csv_files, csv_votes, gate, json_file

pytest_plugins = ["tests.recorded"]

TYPES = vote_types.names()
WRITTEN = ("Bread", "Roses", "Tea")
SETTINGS = {
    "multiple": {"most": "2"},
    "dots": {"most": "3"},
    "points": {"most": "10"},
    "rank": {"most": "2"},
    "grid": {"criterion_en_1": "Purpose", "criterion_en_2": "Safeguards"},
    "estimate": {"decimals": "2", "lowest": "-20", "highest": "20", "measure_en": "miles"},
}
# What three people answer: {1}, {2} … stand for the ids of options, {c1}, {c2} for those of criteria.
LEVELS = [{"option": "{1}"}, {"option": "{1}"}, {"option": "{2}"}]
ANSWERS = {
    "single": LEVELS,
    "yes_no": LEVELS,
    "comfort": LEVELS,
    "gradients": LEVELS,
    "multiple": [{"pick_{1}": "1", "pick_{3}": "1"}, {"pick_{1}": "1"}, {"pick_{3}": "1"}],
    "dots": [{"n_{1}": "2", "n_{2}": "1"}, {"n_{1}": "3"}, {"n_{3}": "3"}],
    "points": [{"n_{1}": "4", "n_{2}": "6"}, {"n_{1}": "10"}, {"n_{3}": "10"}],
    "rank": [
        {"place_1": "{2}", "place_2": "{1}"},
        {"place_1": "{1}", "place_2": "{2}"},
        {"place_1": "{2}", "place_2": "{3}"},
    ],
    "grid": [
        {"rate_{1}_{c1}": "4", "rate_{1}_{c2}": "dk"},
        {"rate_{1}_{c1}": "5", "rate_{2}_{c2}": "1"},
        {"rate_{3}_{c1}": "dk"},
    ],
    "estimate": [{"value": "-12.50"}, {"value": "0"}, {"value": "3.25"}],
    "text": [{"text": "Secret thought"}, {"text": "Another"}, {"text": "A third"}],
}


def new_vote(day, kind="single", item=None, labels=WRITTEN, **settings: str) -> Vote:
    written = labels if vote_types.rules(kind).OPTIONS == "free" else ()
    given = {"type": kind, **SETTINGS.get(kind, {}), **settings}
    return day.vote(item or day.go_to(2), "Which?", written, **given)


def fields(day, vote, answer: dict[str, str]) -> dict[str, str]:
    ids = {str(n): id for n, id in enumerate(day.options(vote), 1)}
    ids |= {f"c{n}": id for n, id in enumerate(day.options(vote, "criterion"), 1)}
    put = re.compile(r"\{(\w+)\}")
    return {
        put.sub(lambda found: str(ids[found[1]]), name): put.sub(lambda found: str(ids[found[1]]), value)
        for name, value in answer.items()
    }


def hold(day, kind="single", people=None, answers=None, because=(), **settings: str) -> Vote:
    """A vote of this type that these people have answered, each with a reason, still open."""
    people = people or [day.join(f"Secret Name {n}", f"Body {n}", 1 + n) for n in range(3)]
    vote = new_vote(day, kind, reasons="1" if because else "", **settings)
    day.do(votes.open, vote.id)
    for n, (person, answer) in enumerate(zip(people, answers or ANSWERS[kind], strict=False)):
        day.cast(person, vote, fields(day, vote, answer), reason=because[n] if because else "")
    return vote


def of(vote, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in rows if row["vote"] == str(vote.id)]


def in_json(day, vote, record=None):
    return next(each for each in day.json(record)["votes"] if each["vote"] == vote.id)


# Every type


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_is_in_every_format_with_the_same_numbers(day, kind) -> None:
    """R112, R117, R134: the files hold each number that the page draws."""
    vote = hold(day, kind)
    day.show(vote)
    record = day.record()
    line = day.told(vote, record)
    found = day.ask(lambda session: tallies.tally(session, session.get(Vote, vote.id)))
    facts = list(vote_types.facts(found.ask, found.result))
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


@pytest.mark.parametrize("kind", [name for name in TYPES if name != "text"])
def test_the_ballots_listed_are_those_counted(day, kind) -> None:
    """Whoever has ballots.csv can count again, and comes to results.csv."""
    vote = hold(day, kind)
    day.show(vote)
    rows = of(vote, day.csv("ballots"))
    assert {row["ballot"] for row in rows} == {"1", "2", "3"}
    ask = day.ask(lambda session: tallies.tally(session, session.get(Vote, vote.id))).ask
    ballots: dict[str, list[Given]] = {}
    for row in rows:
        option = ask.options[int(row["option"]) - 1].id if row["option"] else None
        criterion = ask.criteria[int(row["criterion"]) - 1].id if row["criterion"] else None
        value = None
        if row["value"] not in ("", "dk"):
            value = int(Decimal(row["value"]) * (1 if row["option"] else 10**ask.decimals))
        own = ballots.setdefault(row["ballot"], [])
        own.append(Given(option, criterion, value))
        assert row["place"] == str(len(own))
    if vote_types.rules(kind).BY == "ballots":
        counted = list(Counter(map(tuple, ballots.values())).items())
    else:
        counted = [Counted(*each) for each in Counter(one for own in ballots.values() for one in own).items()]
    again = vote_types.facts(ask, vote_types.result(ask, counted, len(ballots)))
    assert [fact.value for fact in again] == [row["value"] for row in of(vote, day.csv("results"))]


def test_texts_are_told_as_notes_and_not_as_ballots(day) -> None:
    vote = hold(day, "text", secrecy="named")
    day.show(vote)
    assert day.told(vote).ballots == []
    assert "Secret thought" not in json_file.file(day.record()) + csv_files.file(day.record(), "ballots")


@pytest.mark.parametrize("kind", TYPES)
def test_nothing_of_a_result_the_room_has_not_seen_is_in_any_format(day, kind) -> None:
    """R50: while open, closed and open again, ballots and reasons too."""
    vote = hold(day, kind, because=["Because", "So", "Thus"], secrecy="named", ties="lot")
    day.store.write_now(lambda session: setattr(session.get(Vote, vote.id), "lot_seed", "Secret seed"))
    for step in (None, votes.close, votes.reveal, votes.open, votes.close):
        if step:
            day.do(step, vote.id)
        line = day.told(vote)
        withheld = step is not votes.reveal
        assert (line.result == "withheld") == withheld
        if withheld:
            assert (line.results, line.decision, line.ballots, line.reasons, line.lot_seed) == (
                [], None, [], [], "",
            )  # fmt: skip
            assert {(option.n, option.share_percent) for option in line.options} <= {(None, None)}
            assert not of(vote, day.csv("results") + day.csv("ballots") + day.csv("reasons"))
            assert not re.search(r"Because|Secret Name|Secret seed|-12\.5|Secret thought", day.everything())
            assert (line.cast, line.phone) == (3, 3), "how many have answered is no secret"
    day.do(agenda.close)
    line = day.told(vote)
    assert line.result == "counted", "after the day a closed vote sways nobody"
    assert (line.ballots, line.reasons) == ([], []), "but the room was never shown what each said"


# Who answered what


def test_a_secret_vote_tells_of_no_ballot_whose_it_is_when_it_came_or_from_where(day) -> None:
    """R68, R97: no name, no id, no time, no table, no sector, no channel."""
    for how in ("anonymous", "group"):
        vote = hold(day, "grid", secrecy=how)
        day.show(vote)
        assert not re.search(r"Secret Name|Body \d", day.everything())
        rows = of(vote, day.csv("ballots"))
        assert {row["voter"] + row["reason"] for row in rows} == {""}
    assert list(rows[0]) == [
        *csv_votes.ABOUT, "secrecy", "ballot", "voter", "place", "option", "option_en", "option_cy",
        "criterion", "criterion_en", "criterion_cy", "value", "reason",
    ]  # fmt: skip
    mine = in_json(day, vote)["ballots"][0]
    assert list(mine) == ["ballot", "voter", "reason", "answers"]
    assert list(mine["answers"][0]) == ["place", "option", "criterion", "value"]


@pytest.mark.parametrize("kind", [name for name in TYPES if name != "text"])
def test_the_order_of_ballots_is_that_of_what_they_say(day, kind) -> None:
    """Whoever came first, changed their mind or answered in another order: the same list."""
    people = [day.join() for _ in range(3)]
    lists = []
    for answers in (ANSWERS[kind], ANSWERS[kind][::-1]):
        vote = hold(day, kind, people=people, answers=answers)
        day.cast(people[0], vote, fields(day, vote, answers[0]))
        day.show(vote)
        lists.append([{**row, "vote": ""} for row in of(vote, day.csv("ballots"))])
    assert lists[0] == lists[1]


def test_a_named_vote_has_names_and_its_reasons_have_none(day) -> None:
    """R60: a reason is never beside a name, however the vote was held."""
    vote = hold(day, "comfort", secrecy="named", because=["Zeal", "", "=Aim"])
    day.show(vote)
    rows = of(vote, day.csv("ballots"))
    assert [(row["voter"], row["option"], row["reason"]) for row in rows] == [
        ("Secret Name 0", "1", ""),
        ("Secret Name 1", "1", ""),
        ("Secret Name 2", "2", ""),
    ]
    assert [row["reason"] for row in of(vote, day.csv("reasons"))] == ["'=Aim", "Zeal"]
    assert day.told(vote).reasons == ["=Aim", "Zeal"]
    page = day.read_aloud()
    assert "It names those who answered a vote that was not secret" in page
    assert re.search(r"Secret Name 2 I back it, with small changes", page)
    assert "Reasons, in alphabetical order =Aim Zeal" in page


def test_what_an_organisation_says_by_name_stands_with_its_condition(day) -> None:
    """R63, R64: a named vote of organisations tells whose the answer is, and not who gave it."""
    vote = hold(day, secrecy="named", unit="organisations", because=["If paid", "", "-1"])
    day.show(vote)
    rows = of(vote, day.csv("ballots"))
    assert [(row["voter"], row["option_en"], row["reason"]) for row in rows] == [
        ("Body 0", "Bread", "If paid"),
        ("Body 1", "Bread", ""),
        ("Body 2", "Roses", "'-1"),
    ]
    assert day.told(vote).reasons == []
    assert "Body 0 Bread If paid" in day.read_aloud()
    assert "Secret Name" not in day.everything()
    secret = hold(day, people=[day.join("", "Body 7")], unit="organisations", because=["Quietly"])
    day.show(secret)
    assert day.told(secret).reasons == ["Quietly"]
    assert day.told(secret).ballots[0].voter is None


def test_tightening_takes_the_names_out_of_the_record(day) -> None:
    """R69: for what has been answered already too."""
    vote = hold(day, secrecy="named")
    day.show(vote)
    assert "Secret Name 1" in day.everything()
    day.do(secrecy.change, vote.id, "anonymous")
    assert len(day.told(vote).ballots) == 3
    assert "Secret Name" not in day.everything()


def test_a_reader_who_may_have_no_names_gets_none(day, monkeypatch) -> None:
    vote = hold(day, secrecy="named", because=["Why", "", ""])
    day.show(vote)
    public = gate.Profile("public", frozenset({"personal"}), names=False)
    monkeypatch.setitem(gate.PROFILES, "lead", public)
    assert "Secret Name" not in day.everything()
    assert [ballot.voter for ballot in day.told(vote).ballots] == [None] * 3


def test_groups_are_told_only_where_the_screens_may_tell_them(day) -> None:
    """R71: what a breakdown shows is what the record has; of a small table it has nothing."""
    people = [day.join("", f"Body {n}", 1 + n % 2) for n in range(14)] + [day.join("", "", 3)]
    vote = hold(day, people=people, answers=[ANSWERS["single"][n % 3] for n in range(15)], secrecy="group")
    day.show(vote)
    assert day.told(vote).groups == [], "nobody has chosen yet what groups to compare"
    day.do(breakdowns.choose, vote.id, "table")
    shown = day.ask(lambda session: breakdowns.of(session, session.get(Vote, vote.id)))[0].groups
    rows = of(vote, day.csv("groups"))
    assert [(row["group"], row["n"], row["of"]) for row in rows] == [
        (str(group.name), str(n), str(group.n)) for group in shown for n in group.counts
    ]
    assert rows
    assert "3" not in {row["group"] for row in rows}, "one person sits there"
    assert [line["n"] for line in in_json(day, vote)["groups"]] == [int(row["n"]) for row in rows]
    assert "By table" in day.read_aloud()
    secret = hold(day, people=people, answers=[ANSWERS["single"][n % 3] for n in range(15)])
    day.show(secret)
    assert day.told(secret).groups == []


def test_names_are_not_even_selected_for_a_vote_that_is_not_named(day) -> None:
    vote = hold(day, secrecy="group")
    day.show(vote)
    assert day.ask(named_ballots.of_votes, [vote.id]) == {}


# How it was held


def test_rule_share_and_decision_are_exact(day) -> None:
    """R53, R54: two of three are not 66.67 %, whatever rounding says; the rule stands beside the result."""
    rule = {"rule": "share", "rule_percent": "66.67", "abstentions": "counted"}
    vote = hold(day, "yes_no", **rule)
    day.show(vote)
    row = of(vote, day.csv("votes"))[0]
    assert (row["rule"], row["rule_share_percent"], row["abstentions"]) == ("share", "66.67", "counted")
    decided = {name: row[f"decision_{name}"] for name in ("support", "base", "needed", "met")}
    assert decided == {"support": "2", "base": "3", "needed": "3", "met": "false"}
    mine = in_json(day, vote)
    assert mine["rule_share_percent"] == "66.67"
    assert mine["decision"]["met"] is False
    assert "Decided by at least 66.67 % of all answers, abstentions included" in day.read_aloud()
    assert "Not met" in day.read_aloud()
    other = hold(day, "dots", people=[day.join()])
    day.show(other)
    assert day.told(other).decision is None
    assert {row[f"decision_{name}"] for row in of(other, day.csv("votes")) for name in decided} == {""}


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
    before = {again.id: first.id, third.id: again.id}

    def repeat(session):
        for number, of_which in before.items():
            vote = session.get(Vote, number)
            vote.version, vote.repeats_id, vote.repeats_as = 4, of_which, "round"

    day.store.write_now(repeat)
    for vote in (again, third):
        day.show(vote)
    line = day.told(third)
    assert (line.version, line.repeats, line.repeats_as, line.round) == (4, again.id, "round", 3)
    assert {row["version"] for row in of(third, day.csv("results"))} == {"4"}
    assert "Ballot round 3 of “Which?”" in day.read_aloud()
    assert "Version 4" in day.read_aloud()


def test_settings_meanings_and_measures_are_told(day) -> None:
    """The scale's words with what they mean, its threshold, an estimate's bounds in its own decimals."""
    scale, guess = hold(day, "gradients"), hold(day, "estimate", people=[day.join()])
    for vote in (scale, guess):
        day.show(vote)
    row = of(scale, day.csv("votes"))[0]
    assert row["threshold"] == str(vote_types.rules("gradients").DEFAULTS["threshold"])
    levels = of(scale, day.csv("options"))
    assert [level["meaning"] for level in levels] == [
        level.meaning for level in vote_types.rules("gradients").LEVELS
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
    assert "4 of 5 paper ballots were counted by hand" in day.read_aloud()
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
        "receipts,rule,rule_share_percent,abstentions,ties,lot_seed,repeats,repeats_as,round,state,opened_at,"
        "closed_at,revealed_at,final_at,electorate,cast,phone,paper,on_count_sheets,contested,result,previews,"
        "decision_support,decision_against,decision_abstain,decision_blocks,decision_base,decision_needed,"
        "decision_reached_percent,decision_met,times_opened,times_hidden_again,visible_seconds_before_hiding,"
        "ballots_in_when_shown",
        "options": f"{about},axis,option,option_en,option_cy,meaning,n,share_percent",
        "results": f"{about},measure,option,option_en,option_cy,criterion,criterion_en,criterion_cy,level,"
        "value,n",
        "groups": f"{about},by,group,option,option_en,option_cy,n,of",
        "ballots": f"{about},secrecy,ballot,voter,place,option,option_en,option_cy,criterion,criterion_en,"
        "criterion_cy,value,reason",
        "reasons": f"{about},reason",
    }
    assert list(full.json()["votes"][0]) == [
        *csv_votes.VOTE, "openings", "showings", "options", "results", "groups", "decision", "ballots",
        "reasons",
    ]  # fmt: skip
