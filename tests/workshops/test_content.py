"""Is the built-in workshop complete, true to its sources, and there in both languages?"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app import content
from app.content import built_in, requirements
from app.domain.votes.forms import vote_forms, vote_settings

CRITERIA = [
    "That it enables high quality service delivery which produces better outcomes for people, "
    "enhancing their wellbeing.",
    "That it delivers positive outcomes for the wider public, not just individuals.",
    "That it uses data in ways that respect the individual, not just in the method of sharing but also in "
    "principle.",
    "That it represents, and supports, the effective use of public resources (money, time, staff) to enable "
    "the delivery of what people need/want from public services.",
    "That the benefits are tangible, recognised and valued by service providers and the wider public.",
]

# Start, minutes and kind of each item.
RUNNING_ORDER = [
    ("09:30", 30, "talk"),
    ("10:00", 10, "talk"),
    ("10:10", 25, "talk"),
    ("10:35", 10, "talk"),
    ("10:45", 45, "table"),
    ("11:30", 15, "break"),
    ("11:45", 35, "table"),
    ("12:20", 20, "table"),
    ("12:40", 10, "vote"),
    ("12:50", 40, "break"),
    ("13:30", 10, "talk"),
    ("13:40", 45, "wall"),
    ("14:25", 30, "table"),
    ("14:55", 15, "break"),
    ("15:10", 35, "vote"),
    ("15:45", 20, "vote"),
    ("16:05", 15, "vote"),
    ("16:20", 10, "talk"),
]
LOCKED = {1: "09:30", 2: "10:00", 10: "12:50", 11: "13:30"}
FACTS = [
    "Purpose",
    "Who shares with whom",
    "Which data",
    "Identifiable?",
    "Legal gateway",
    "Safeguard",
    "Open question",
]


@pytest.fixture(scope="module")
def day() -> built_in.Content:
    return built_in.load("data_sharing")


def cards(day: built_in.Content, kind: str) -> list[requirements.Record]:
    return [card for card in day.cards if card["kind"] == kind]


def texts(record: object, place: str = "") -> Iterator[tuple[str, requirements.Record]]:
    """Every text at any depth: its place, without the language, and the record that holds it."""
    if isinstance(record, list):
        for number, each in enumerate(record, start=1):
            yield from texts(each, f"{place}[{number}]")
    elif isinstance(record, dict):
        for key, value in record.items():
            if key.endswith(("_en", "_cy")):
                yield f"{place}.{key[:-3]}", record
            else:
                yield from texts(value, f"{place}.{key}")


def clock(moment: str) -> datetime:
    return datetime.strptime(moment, "%H:%M")


def test_the_five_criteria_are_quoted_verbatim(day: built_in.Content) -> None:  # R133
    criteria = cards(day, "criterion")
    assert [card["text_en"] for card in criteria] == CRITERIA
    assert all(card["translation_note_en"] and card["translation_note_cy"] for card in criteria)


def test_items_start_when_the_running_order_says(day: built_in.Content) -> None:
    order, start = [], clock("09:30")
    for item in day.items:
        order.append((start.strftime("%H:%M"), item["minutes"], item["kind"]))
        assert item.get("locked_start") == LOCKED.get(item["number"])
        start += timedelta(minutes=item["minutes"])
    assert order == RUNNING_ORDER
    assert start == clock(day.workshop["locked_end"]) == clock("16:30")


def test_the_afternoon_begins_after_lunch(day: built_in.Content) -> None:
    assert [session["key"] for session in day.sessions] == ["morning", "afternoon"]
    assert [item["session"] for item in day.items] == ["morning"] * 10 + ["afternoon"] * 8


def test_every_text_has_both_languages(day: built_in.Content) -> None:  # R113
    pairs = list(texts({"w": day.workshop, "s": day.sessions, "i": day.items, "c": day.cards}))
    assert len(pairs) > 400
    for place, record in pairs:
        key = place.rsplit(".", 1)[1]
        for language in ("en", "cy"):
            assert record.get(f"{key}_{language}", "").strip(), f"{place}_{language}"


def test_welsh_texts_are_not_the_english_ones(day: built_in.Content) -> None:
    same = {
        record[f"{key}_en"]
        for place, record in texts([day.workshop, day.sessions, day.items, day.cards])
        if (key := place.rsplit(".", 1)[1]) and record[f"{key}_en"] == record[f"{key}_cy"]
    }
    assert same <= {"Cost"}


def test_paired_texts_have_as_many_lines_in_each_language(day: built_in.Content) -> None:
    for place, record in texts([day.workshop, day.items]):
        key = place.rsplit(".", 1)[1]
        english, welsh = record[f"{key}_en"], record[f"{key}_cy"]
        assert english.count("\n") == welsh.count("\n"), place


def test_votes_and_walls_ask_their_questions(day: built_in.Content) -> None:
    """R44, R133: the types of PRACTICE 2.5, each of which can be held as it is told."""
    votes = {item["number"]: item["votes"] for item in day.items if item["votes"]}
    given = {
        n: [vote_settings.read(vote_forms.from_content(vote)) for vote in each] for n, each in votes.items()
    }
    assert {
        number: [
            (each.columns["type"], len(each.question.options), len(each.question.criteria))
            for each in settings
        ]
        for number, settings in given.items()
    } == {
        1: [("single", 6, 0)],
        5: [("grid", 2, 5)],
        9: [("dots", 6, 0)],
        15: [("comfort", 5, 0), ("comfort", 5, 0)],
        16: [("single", 4, 0)],
        17: [("single", 6, 0)],
    }
    assert given[9][0].question.most == 3
    assert votes[17][0]["options"][-1]["label_en"] == "Don’t know"
    assert [(item["number"], len(item["walls"])) for item in day.items if item["walls"]] == [(12, 1)]


def test_votes_decide_and_hide_what_the_practice_says(day: built_in.Content) -> None:
    """R53, R60, R64, R68: a comfort vote with its rule, a named commitment of organisations; else secret."""
    columns = {
        item["number"]: vote_settings.read(vote_forms.from_content(item["votes"][0])).columns
        for item in day.items
        if item["votes"]
    }
    assert [number for number, each in columns.items() if each["unit"] == "organisations"] == [16]
    assert [number for number, each in columns.items() if each["secrecy"] != "anonymous"] == [16]
    assert columns[16]["secrecy"] == "named"
    assert [number for number, each in columns.items() if each["rule"] != "none"] == [15]
    assert (columns[15]["rule"], columns[15]["threshold"]) == ("share", 3)
    assert (columns[15]["rule_part"], columns[15]["rule_whole"]) == (8000, 10_000)
    assert [number for number, each in columns.items() if each["reasons"]] == [15, 16]


def test_the_closing_question_is_the_opening_one(day: built_in.Content) -> None:
    """R65: the same words, settled once; the comfort vote's second round keeps its levels and its rule."""
    before, after = day.items[0]["votes"][0], day.items[16]["votes"][0]
    own = {"key", "repeats", "as"}
    assert after["repeats"] == before["key"]
    assert {k: v for k, v in before.items() if k not in own} == {
        k: v for k, v in after.items() if k not in own
    }
    first, second = day.items[14]["votes"]
    assert (second["repeats"], second["as"]) == (first["key"], "round")
    assert second["question_en"] != first["question_en"]
    assert (second["type"], second["rule_percent"]) == ("comfort", "80")


def test_cases_and_criteria_of_the_rating_are_the_cards_on_the_table(day: built_in.Content) -> None:
    """R134: two scenario cards on five criteria, under the titles the cards have."""
    item = day.items[4]
    titles = [card["title_en"] for key in item["cards"] for card in day.cards if card["key"] == key]
    (vote,) = item["votes"]
    assert [each["label_en"] for each in (*vote["options"], *vote["criteria"])] == titles


def test_cards_are_complete(day: built_in.Content) -> None:  # R133
    assert len(cards(day, "test")) == 3
    assert len(cards(day, "method")) == 11
    proposals = cards(day, "proposal")
    assert len(proposals) == 10
    for card in proposals:
        assert [fact["label_en"] for fact in card["facts"]] == FACTS
        assert card["text_en"].startswith("A made-up case.")
        assert card["text_cy"].startswith("Achos dychmygol.")
    for card in cards(day, "method"):
        assert [fact["label_en"] for fact in card["facts"]] == ["Size", "Duration", "Cost"]


def test_cards_give_their_sources(day: built_in.Content) -> None:  # R133
    for card in day.cards:
        if card["kind"] in ("criterion", "test", "method") or card["source"]:
            assert card["source"].startswith(("https://", "http://")), card["key"]


def test_tables_in_the_carousel_have_every_method(day: built_in.Content) -> None:
    assert day.items[12]["cards"] == [card["key"] for card in cards(day, "method")]


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("agenda.toml", 'kind = "talk"', 'kind = "speech"', "item 1: kind is 'speech'"),
        ("agenda.toml", 'title_en = "Lunch"', 'title_en = " "', "item 10: title_en is missing"),
        ("agenda.toml", 'title_cy = "Cinio"', "", "item 10: title_cy is missing"),
        ("agenda.toml", '["proposal-families"', '["proposal-nobody"', "item 5: cards names unknown cards"),
        (
            "agenda.toml",
            'locked_start = "12:50"',
            'locked_start = "12.50"',
            "item 10: locked_start is '12.50'",
        ),
        ("agenda.toml", "minutes = 40", "minutes = 0", "item 10: minutes is 0"),
        ("agenda.toml", "[[items.walls]]", "[[items.other]]", "item 12: walls do not go with kind 'wall'"),
        ("agenda.toml", 'kind = "wall"', 'kind = "table"', "item 12: walls do not go with kind 'table'"),
        ("agenda.toml", 'kind = "table"', 'kind = "break"', "item 5: votes do not go with kind 'break'"),
        (
            "agenda.toml",
            'kind = "talk"\nphase = "learning"',
            'kind = "vote"\nphase = ""',
            "item 3: votes are none",
        ),
        ("agenda.toml", 'repeats = "confidence"', 'repeats = "doubt"', "item 17: vote 1: repeats is 'doubt'"),
        ("agenda.toml", 'as = "after"', 'as = "later"', "item 17: vote 1: as is 'later'"),
        ("agenda.toml", 'key = "statement"', 'key = "confidence"', "item 15: vote 1: key is 'confidence' a"),
        ("agenda.toml", 'card = "proposal-families"', 'card = "no"', "item 5: vote 1: card is 'no'"),
        ("agenda.toml", "number = 2\n", "number = 3\n", "item 2: number is 3"),
        ("cards.toml", 'kind = "test"', 'kind = "exam"', "card test-purposeful: kind is 'exam'"),
        (
            "cards.toml",
            '"test-responsible"',
            '"test-purposeful"',
            "cards.toml: cards have the same key twice",
        ),
        ("cards.toml", 'label_en = "Purpose"', 'label_en = ""', "card proposal-families: fact 1: label_en"),
        ("workshop.toml", "remit_en", "remit_fr", "workshop.toml: remit_en is missing"),
        ("workshop.toml", 'locked_end = "16:30"', "", "workshop.toml: locked_end is None"),
    ],
)
def test_a_broken_file_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str, complaint: str
) -> None:
    source = Path(content.__file__).parent / "data_sharing"
    (tmp_path / "data_sharing").mkdir()
    for name in ("workshop.toml", "agenda.toml", "cards.toml"):
        text = (source / name).read_text(encoding="utf-8")
        if name == file:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "data_sharing" / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(built_in.resources, "files", lambda _: tmp_path)
    with pytest.raises(ValueError, match=complaint.replace("[", r"\[")) as refusal:
        built_in.load("data_sharing")
    assert str(refusal.value).startswith(file)


@pytest.mark.parametrize("name", ["data-sharing", "nothing", "../content"])
def test_an_unknown_workshop_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no built-in workshop"):
        built_in.load(name)
