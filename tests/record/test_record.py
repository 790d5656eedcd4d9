"""The record: complete, the same in every format, and without what nobody may take away."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from app.access.rights import RIGHTS
from app.domain import pads
from app.domain.agenda import days, items, moving_on
from app.domain.notes import arrangement, clusters, hiding, notes, wall_states
from app.domain.votes.life import votes
from app.domain.votes.time import closings
from app.domain.workshops import history, workshops
from app.models import LogEntry
from app.record import csv_files, gate, json_file

FORMULAS = ['=HYPERLINK("http://evil.example","x")', "+1+1", "-2+3", "@SUM(A1)"]
SCRIPT = "<script>alert(1)</script>"
EVIL = f"={SCRIPT}"


def line(what: str, at: datetime, kind: str = "item", **changes) -> LogEntry:
    return LogEntry(workshop_id=1, at=at, role="lead", what=what, row_kind=kind, row_id=7, changes=changes)


# The rules of the gate


def test_a_role_without_a_profile_gets_no_record(day) -> None:
    for role in ("organiser", "lead", "cofacilitator"):
        assert day.record(role).profile == "private"
    for role in ("participant", "scribe", "observer", "projector", "guest", "operator"):
        with pytest.raises(KeyError):
            day.record(role)
    assert set(gate.PROFILES) == RIGHTS["take_record"]


def test_nobodys_name_code_or_authorship_leaves_the_house(full) -> None:
    told = full.everything()
    assert "Secret Name" not in told
    assert "Body 0" not in told, "organisations are a count"
    assert not re.search(r"author|participant_id|code_hash|device_hash", told)
    people = [row for row in full.csv("log") if row["row_kind"] == "participant"]
    assert len(people) == 3
    assert not any(row["row"] for row in people), "which participant is not told"


def test_a_result_the_room_has_not_seen_is_withheld(day) -> None:
    # R50: the record is no way around the reveal.
    person, item = day.join(), day.go_to(2)
    vote = day.vote(item)
    for step in (votes.open, None, closings.close):
        day.do(step, vote.id) if step else day.cast(person, vote, 1)
        told = day.told(vote)
        assert told.result == "withheld"
        assert {(option.n, option.share_percent) for option in told.options} == {(None, None)}
        rows = [row for row in day.csv("options") if row["vote"] == str(vote.id)]
        assert {row["n"] + row["share_percent"] for row in rows} == {""}
    assert "1 of 1 have answered" in day.read_aloud()
    assert "100.0 %" not in day.read_aloud()
    day.do(votes.reveal, vote.id)
    assert day.told(vote).options[0].n == 1
    day.do(votes.open, vote.id)
    assert day.told(vote).result == "withheld", "re-opening hides it again"
    day.do(closings.close, vote.id)
    day.do(days.close)
    assert day.told(vote).result == "counted", "after the day a closed vote sways nobody"


def test_notes_keep_their_status_and_lose_the_words_nobody_may_have(day) -> None:
    person, item = day.join(table=3), day.go_to(2)
    wall = day.wall(item)
    numbers = {text: day.note(person, wall, text) for text in ("Abuse!", "Mrs Jones", "Fine", "Regretted")}
    day.do(notes.withdraw, numbers["Regretted"], who=person)
    day.do(wall_states.release, wall.id)
    day.do(hiding.hide, numbers["Abuse!"], "abuse")
    day.do(hiding.hide, numbers["Mrs Jones"], "personal")
    rows = {int(row["note"]): row for row in day.csv("notes")}
    seen = {
        text: (rows[n]["status"], rows[n]["hidden_reason"], rows[n]["text"]) for text, n in numbers.items()
    }
    assert seen == {
        "Abuse!": ("hidden", "abuse", "Abuse!"),
        "Mrs Jones": ("hidden", "personal", ""),
        "Fine": ("shown", "", "Fine"),
        "Regretted": ("withdrawn", "", ""),
    }
    assert {row["table"] for row in rows.values()} == {"3"}
    record = day.record()
    assert record.moderation == {"abuse": 1, "personal": 1}
    told = record.walls[0]
    assert (told.written, told.writers, told.shown, told.hidden, told.withdrawn) == (3, 1, 1, 2, 1)
    for text in (day.html(), json_file.file(record)):
        assert "Mrs Jones" not in text
        assert "Regretted" not in text


def test_notes_never_released_are_counted_without_their_words(day) -> None:
    person, item = day.join(), day.go_to(2)
    wall = day.wall(item)
    day.note(person, wall, "Only for me")
    assert [(row["status"], row["text"]) for row in day.csv("notes")] == [("private", "")]
    assert "Only for me" not in day.html() + json_file.file(day.record())
    assert "Never shown to the room: 1" in day.read_aloud()


def test_merged_notes_are_counted_with_and_sealed_with_the_one_they_went_into(day) -> None:
    people, item = [day.join() for _ in range(3)], day.go_to(2)
    wall = day.wall(item)
    first, *_ = [day.note(person, wall, "Mrs Jones") for person in people]
    day.do(wall_states.release, wall.id)
    day.do(arrangement.merge_identical, wall.id)
    record = day.record()
    assert [note.status for note in record.notes] == ["shown", "merged", "merged"]
    assert [note.merged_into for note in record.notes] == [None, first, first]
    assert [(line.notes, line.written) for line in record.clusters if line.wall == wall.id] == [(1, 3)]
    assert "written 3 times" in day.read_aloud()
    day.do(hiding.hide, first, "personal")
    assert "Mrs Jones" not in day.html() + json_file.file(day.record()), "nor by those merged into it"


def test_struck_entries_keep_their_place_without_their_words(day) -> None:
    item, scribe = day.go_to(2), day.scribe(4)
    entry = day.do(pads.add, item.id, "quote", "He said so", day.stamp(), who=scribe)
    day.do(pads.add, item.id, "action", "Write to them", day.stamp(), who=scribe)
    day.do(pads.remove, entry, who=scribe)
    told = [(row["table"], row["type"], row["status"], row["text"]) for row in day.csv("pads")]
    assert told == [("4", "quote", "struck", ""), ("4", "action", "kept", "Write to them")]
    assert "He said so" not in day.html() + json_file.file(day.record())
    assert "Struck out by the scribes: 1" in day.read_aloud()


# What happened when


def test_planned_and_actual_times_stand_side_by_side(day) -> None:
    # R20; and going back leaves out of an item's length what the room spent elsewhere.
    day.clock.on(minutes=6)
    first = day.go_to(1)
    day.clock.on(minutes=33)
    second = day.go_to(2)
    day.clock.on(minutes=2)
    day.do(moving_on.move_back, second.id)
    day.clock.on(minutes=5)
    day.do(moving_on.move_on, first.id)
    told = day.record().agenda
    assert told[0].planned_start == datetime(2026, 9, 26, 8, 36, tzinfo=UTC), "the plan moved with the start"
    assert told[0].actual_start == datetime(2026, 9, 26, 8, 36, tzinfo=UTC)
    assert told[0].actual_end - told[0].actual_start == timedelta(minutes=40)
    assert (told[0].times_entered, told[0].spent_seconds, told[0].over_run_seconds) == (2, 38 * 60, 8 * 60)
    assert told[0].late_seconds == 10 * 60
    assert (told[1].actual_end, told[1].over_run_seconds) == (None, None), "it is still running"
    assert told[2].actual_start is None
    row = day.csv("agenda")[0]
    assert row["actual_start"] == "2026-09-26T09:36:00.000+01:00", "the workshop's own time, with its offset"
    assert day.json()["agenda"][0]["actual_start"] == row["actual_start"]
    assert day.json()["workshop"]["shift_seconds"] == 360
    assert "moved by +6 min" in day.read_aloud()


def test_a_reveal_taken_back_is_told_with_its_length_and_its_ballots(day) -> None:
    # R30, awkward moment A7.
    people, item = [day.join() for _ in range(3)], day.go_to(2)
    vote = day.vote(item)
    day.do(votes.open, vote.id)
    for person in people[:2]:
        day.cast(person, vote, 1)
    day.do(closings.close, vote.id)
    day.do(votes.reveal, vote.id)
    day.clock.on(seconds=4)
    day.undo()
    told = day.told(vote)
    assert told.result == "withheld"
    assert [(s.hidden_by, str(s.visible_seconds), s.ballots) for s in told.showings] == [("undo", "4.0", 2)]
    row = next(row for row in day.csv("votes") if row["vote"] == str(vote.id))
    assert (row["times_hidden_again"], row["visible_seconds_before_hiding"]) == ("1", "4.0")
    assert row["ballots_in_when_shown"] == "2"
    mine = next(each for each in day.json()["votes"] if each["vote"] == vote.id)
    assert mine["showings"][0]["visible_seconds"] == "4.0"
    assert "visible for 4.0 s" in day.read_aloud()
    assert "with 2 ballots in" in day.read_aloud()


def test_every_opening_of_a_vote_is_told(day) -> None:
    person, item = day.join(), day.go_to(2)
    vote = day.vote(item)
    day.do(votes.open, vote.id)
    opened = day.clock.time
    day.clock.on(minutes=1)
    day.do(closings.close, vote.id)
    day.clock.on(minutes=1)
    day.do(votes.open, vote.id)
    day.cast(person, vote, 2)
    day.do(closings.close, vote.id)
    told = day.told(vote)
    assert told.opened_at == opened
    assert told.closed_at == day.clock.time
    assert len(told.openings) == 2
    assert next(row for row in day.csv("votes") if row["vote"] == str(vote.id))["times_opened"] == "2"


def test_history_is_read_from_the_log_alone() -> None:
    at = datetime(2026, 9, 26, 10, tzinfo=UTC)
    later = at + timedelta(seconds=8)
    told = [
        line("moved on", at, state="current", started_at=at.isoformat()),
        line("undo moved on", later, state="ahead", started_at=None),
        line("result shown", at, "vote", note={"ballots": 31}),
        line("vote revealed", at, "vote", state="revealed", revealed_at=at.isoformat()),
        line("vote reopened", later, "vote", state="open", revealed_at=None, opened_at=later.isoformat()),
        line("undo vote reopened", later, "vote", state="revealed", revealed_at=at.isoformat()),
        line("result previewed", later, "vote", note={"ballots": 32}),
    ]  # fmt: skip
    assert history.visits_by_item(told) == {
        7: [history.Span(at, later, ended_by="undo moved on", ended_role="lead")]
    }
    assert history.open_spans_by_vote(told)[7] == [
        history.Span(later, later, 31, "undo vote reopened", "lead")
    ]
    first, second = history.reveal_spans_by_vote(told)[7]
    assert (first.start, first.end, first.ballots, first.ended_by) == (at, later, 31, "vote reopened")
    assert (second.start, second.end) == (later, None), "shown again from then on, not since long ago"
    assert history.previews_by_vote(told) == {7: 1}


# The formats


def test_numbers_agree_in_csv_json_and_on_the_page(full) -> None:
    # R117.
    record = full.record()
    rows, document, words = full.csv("options", record), full.json(record), full.read_aloud(record=record)
    vote = next(each for each in document["votes"] if each["state"] == "revealed")
    mine = [row for row in rows if row["vote"] == str(vote["vote"])]
    assert [(int(row["n"]), row["share_percent"]) for row in mine] == [
        (option["n"], option["share_percent"]) for option in vote["options"]
    ]
    assert [(row["n"], row["share_percent"]) for row in mine] == [("2", "66.7"), ("1", "33.3")]
    about = [row for row in full.csv("votes", record) if row["vote"] == str(vote["vote"])]
    assert [(row["cast"], row["electorate"]) for row in about] == [
        (str(vote["cast"]), str(vote["electorate"]))
    ]
    assert "3 of 3 answered" in words
    assert re.search(r"Yes (\(most\) )?2 66\.7 % No 1 33\.3 %", words)
    for name in ("agenda", "notes", "clusters", "pads", "log"):
        assert len(full.csv(name, record)) == len(document[name]) > 0
        for row, told in zip(full.csv(name, record), document[name], strict=True):
            assert row == {key: "" if value is None else str(value) for key, value in told.items()}
    statuses = [row["status"] for row in full.csv("notes", record)]
    assert statuses.count("shown") == document["walls"][0]["shown"] == 2
    assert sum(int(row["notes"]) for row in full.csv("clusters", record)) == 2
    assert "Being trusted (1)" in words
    assert "Not in a cluster (1)" in words
    assert document["took_part"]["joined"] == 3
    assert document["took_part"]["organisations"] == 2
    assert "3 people, 2 organisations" in words
    assert [(each["table"], each["people"]) for each in document["took_part"]["tables"]][:3] == [
        (1, 2),
        (2, 1),
        (3, 0),
    ]


def test_the_json_names_its_schema_and_keeps_its_keys(full) -> None:
    document = full.json()
    assert (document["schema"], document["schema_version"]) == ("plenary.record", 3)
    assert list(document)[2:] == [
        "profile", "made_at", "workshop", "took_part", "agenda", "votes", "walls", "clusters", "notes",
        "pads", "moderation", "log",
    ]  # fmt: skip


def test_csv_is_rfc_4180_with_stable_column_names(full) -> None:
    # R118.
    record = full.record()
    text = csv_files.file(record, "notes")
    assert text.count("\r\n") == text.count("\n") == 3
    assert text.encode().startswith(b"\xef\xbb\xbf"), "or Excel takes UTF-8 for its old code page"
    assert "\ufeff" not in json_file.file(record)
    assert text.split("\r\n")[0].removeprefix(csv_files.MARK) == (
        "note,wall,item,item_title_en,item_title_cy,prompt_en,prompt_cy,table,round,language,status,hidden_reason,text,"
        "cluster,cluster_symbol,cluster_title,merged_into,written_at,received_at,released_at"
    )
    for name in csv_files.FILES:
        head = csv_files.file(record, name).split("\r\n")[0]
        for column in head.removeprefix(csv_files.MARK).split(","):
            assert re.fullmatch(r"[a-z_]+", column)


def test_both_wordings_are_in_the_files(full) -> None:
    rows = full.csv("agenda")
    assert rows[0]["title_en"] == "Arrival and joining"
    assert rows[0]["title_cy"] == "Cyrraedd ac ymuno"
    assert "Cyrraedd ac ymuno" in full.html("cy")


def test_no_cell_is_a_formula_and_no_text_is_markup(day) -> None:
    # R118, R130: in every field a person can fill.
    day.do(workshops.edit, {"title_en": EVIL, "title_cy": EVIL, "remit_en": EVIL, "remit_cy": EVIL})
    person, item = day.join(EVIL, EVIL), day.go_to(2)
    day.do(items.edit, item.id, {"title_en": EVIL, "title_cy": EVIL, "instruction_en": EVIL})
    vote = day.vote(item, EVIL, [EVIL, *FORMULAS])
    day.do(votes.open, vote.id)
    day.cast(person, vote, 1)
    day.do(closings.close, vote.id)
    day.do(votes.reveal, vote.id)
    wall = day.wall(item, EVIL)
    written = [day.note(person, wall, text) for text in (EVIL, *FORMULAS)]
    day.do(wall_states.release, wall.id)
    cluster = day.do(clusters.make, wall.id)
    day.do(arrangement.move, written[0], cluster.id)
    day.do(clusters.retitle, cluster.id, EVIL)
    day.do(hiding.hide, written[-1], "abuse")
    for text in (EVIL, *FORMULAS):
        day.do(pads.add, item.id, "point", text, day.stamp(), who=day.scribe())
    record = day.record()
    cells = [value for name in csv_files.FILES for row in day.csv(name, record) for value in row.values()]
    assert not [cell for cell in cells if cell.startswith(csv_files.RUNS) and not re.fullmatch(r"-\d+", cell)]
    for text in (EVIL, *FORMULAS):
        assert f"'{text}" in cells
        assert json.dumps(text, ensure_ascii=False) in json_file.file(record), "JSON has the text as written"
    for language in ("en", "cy"):
        html = day.html(language, record)
        assert "<script" not in html
        assert html.count("=&lt;script&gt;alert(1)&lt;/script&gt;") >= 8


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(full, start) -> None:
    assert csv_files.cell(f"{start}1", full.record()) == f"'{start}1"
    assert csv_files.cell(-60, full.record()) == -60, "a number of ours stays a number"
    assert csv_files.cell("−60", full.record()) == "−60", "a minus sign is no hyphen"


def test_the_record_asks_the_same_few_questions_whatever_the_size(full) -> None:
    def statements() -> int:
        seen = []
        event.listen(full.store.readers.engine, "before_cursor_execute", lambda *about: seen.append(about[2]))
        full.record()
        return len(seen)

    before = statements()
    full.do(days.reopen)
    item, people = full.go_to(3), [full.join(table=table) for table in range(1, 9)]
    for _ in range(3):
        vote, wall = full.vote(item), full.wall(item)
        full.do(votes.open, vote.id)
        for person in people:
            full.cast(person, vote, 1)
            full.note(person, wall, "Again")
        full.do(wall_states.release, wall.id)
        full.do(clusters.make, wall.id)
    assert statements() == before <= 25


# At the front door


def test_the_console_takes_the_record_and_nobody_else(room, alice, bob, charlie) -> None:
    carys = room.join("Carys")
    for path, media in (
        ("record", "text/html"),
        ("record.json", "application/json"),
        ("record/votes.csv", "text/csv"),
    ):
        taken = alice.get(path)
        assert taken.status_code == 200, taken.text[:300]
        assert taken.headers["content-type"].startswith(media)
        assert taken.headers["cache-control"] == "no-store"
        assert [person.get(path).status_code for person in (carys, bob)] == [403, 403]
        assert [person.get(f"/{room.code}/{path}").status_code for person in (room.stranger(), charlie)] == [
            404,
            404,
        ]
    assert alice.get("record/people.csv").status_code == 404


def test_files_come_as_attachments_named_after_the_day(room, alice) -> None:
    day = room.read(room.workshop).day
    for path, name in (
        ("record.json", ".json"),
        *((f"record/{name}.csv", f"-{name}.csv") for name in csv_files.FILES),
    ):
        said = alice.get(path).headers["content-disposition"]
        assert said == f'attachment; filename="plenary-{room.code}-{day}{name}"'


def test_the_page_obeys_the_content_policy_and_prints(room, alice) -> None:
    page = alice.get("record").text
    assert "/static/faces/print.css" in page
    assert not re.search(r"\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)", page)
    assert page.count("<h1") == 1
