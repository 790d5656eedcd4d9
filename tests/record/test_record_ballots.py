"""The ballots of a record: the result can be counted from them, and they say nothing of who gave them."""

import re
from collections import Counter
from decimal import Decimal

import pytest

from app.domain.votes.results import breakdowns, named_ballots, tallies
from app.domain.votes.secrecy import secrecy
from app.domain.votes.types import registry
from app.domain.votes.types.question import AnswerValue
from app.domain.votes.types.result import Counted
from app.models import Vote
from app.record import csv_files, gate
from app.record.votes import csv_votes
from tests.cast.answered_votes import ANSWERS, TYPES, fields, hold, in_json, of


@pytest.mark.parametrize("kind", [name for name in TYPES if name != "text"])
def test_the_ballots_listed_are_those_counted(day, kind) -> None:
    """Whoever has ballots.csv can count again, and comes to results.csv."""
    vote = hold(day, kind)
    day.show(vote)
    rows = of(vote, day.csv("ballots"))
    assert {row["ballot"] for row in rows} == {"1", "2", "3"}
    question = day.ask(lambda session: tallies.tally(session, session.get(Vote, vote.id))).question
    ballots: dict[str, list[AnswerValue]] = {}
    for row in rows:
        option = question.options[int(row["option"]) - 1].id if row["option"] else None
        criterion = question.criteria[int(row["criterion"]) - 1].id if row["criterion"] else None
        value = None
        if row["value"] not in ("", "dk"):
            value = int(Decimal(row["value"]) * (1 if row["option"] else 10**question.decimals))
        own = ballots.setdefault(row["ballot"], [])
        own.append(AnswerValue(option, criterion, value))
        assert row["place"] == str(len(own))
    if registry.type_of(kind).by == "ballots":
        counted = list(Counter(map(tuple, ballots.values())).items())
    else:
        counted = [Counted(*each) for each in Counter(one for own in ballots.values() for one in own).items()]
    again = registry.type_of(question.type).result(question, counted, len(ballots)).facts()
    assert [fact.value for fact in again] == [row["value"] for row in of(vote, day.csv("results"))]


def test_texts_are_told_as_notes_and_not_as_ballots(day) -> None:
    """One text, one place: what is hidden on the wall must not stand in the list of ballots."""
    vote = hold(day, "text", secrecy="named")
    day.show(vote)
    record = day.record()
    assert day.told(vote, record).ballots == []
    assert "Secret thought" not in csv_files.file(record, "ballots")
    assert [note.text for note in record.notes].count("Secret thought") == 1
    assert "Secret Name" not in day.everything()


def test_a_secret_vote_tells_of_no_ballot_whose_it_is_when_it_came_or_from_where(day) -> None:
    """R68, R97: no name, no id, no time, no table, no sector, no channel."""
    for how in ("anonymous", "group"):
        vote = hold(day, "grid", secrecy=how)
        day.show(vote)
        assert not re.search(r"Secret Name|Body \d", day.everything())
        rows = of(vote, day.csv("ballots"))
        assert {row["voter"] + row["reason"] for row in rows} == {""}
    assert list(rows[0]) == [
        *csv_votes.VOTE_KEYS, "secrecy", "ballot", "voter", "place", "option", "option_en", "option_cy",
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
    assert "It names those who answered a named vote" in page
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
    public = gate.ReaderProfile("public", frozenset({"personal"}), names=False)
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
    shown = day.ask(lambda session: breakdowns.visible(session, session.get(Vote, vote.id)))[0].groups
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
