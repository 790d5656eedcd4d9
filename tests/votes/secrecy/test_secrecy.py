"""Secrecy: told before answering, only ever tighter, and receipts."""

import re

import pytest
from sqlalchemy import inspect

from app.domain import log, undo
from app.domain.votes import lookup
from app.models import SQLModel, Vote
from app.settings import settings
from tests.cast.ballots import ballots_of, cast, counts, now_ms, options, reload, through
from tests.cast.secret_votes import KEY, new, voted

pytestmark = pytest.mark.postgres


@pytest.fixture
def vote(room) -> Vote:
    """A secret single choice of three in item 9, as a draft."""
    return new(room)


def test_tightening_reaches_back_and_loosening_never(room, alice) -> None:
    """R68, R69: group tags go from ballots already cast; nothing brings them back, on screen or in rows."""
    vote = new(room, secrecy="group")
    people = [room.join(f"P{n}", 1) for n in range(5)]
    through(alice, vote, "opening")
    assert "may also be shown by table" in people[0].get("phone/mine").text
    for person in people[:4]:
        cast(person, vote, options(room, vote)[0])
    assert all(paper.table_id for paper in ballots_of(room, vote))
    alice.does(f"votes/{vote.id}/secrecy", {"to": "anonymous"})
    assert {(paper.table_id, paper.sector) for paper in ballots_of(room, vote)} == {(None, "")}
    assert "Secret: shown only as numbers" in people[0].get("phone/mine").text
    cast(people[4], vote, options(room, vote)[1])
    cast(people[0], vote, options(room, vote)[1])
    assert {paper.table_id for paper in ballots_of(room, vote)} == {None}
    for to in ("group", "named"):
        refused = alice.post(f"votes/{vote.id}/secrecy", {"to": to})
        assert refused.status_code == 409
        assert "only become more secret" in refused.text
    through(alice, vote, "closing", "reveal")
    assert alice.get(f"votes/{vote.id}/breakdown").status_code == 409
    whats = [line.what for line in room.read(log.lines, room.id) if line.row_id == vote.id]
    assert whats.count("secrecy tightened") == 1


@pytest.mark.parametrize(
    "steps", [(), ("opening",), ("opening", "closing"), ("opening", "closing", "reveal")]
)
def test_tightening_works_in_every_state_before_final(room, alice, steps) -> None:
    """R68, R69: step by step to named, group, anonymous; and no undo takes it back."""
    vote = new(room, secrecy="named")
    room.join("Carys")
    through(alice, vote, *steps)
    for to in ("group", "anonymous"):
        alice.does(f"votes/{vote.id}/secrecy", {"to": to})
        assert reload(room, vote).secrecy == to
    last = room.read(undo.latest, room.id)
    if last is not None:
        alice.post(f"undo/{last.id}")
    assert reload(room, vote).secrecy == "anonymous"


def test_a_half_filled_ballot_stays_when_a_vote_becomes_more_secret(room, alice) -> None:
    """The slot of an open vote is not drawn again: what the phone promised is kept, and more."""
    vote = new(room, secrecy="group")
    carys = room.join("Carys")
    through(alice, vote, "opening")
    turn = reload(room, vote).turn
    alice.does(f"votes/{vote.id}/secrecy", {"to": "anonymous"})
    assert reload(room, vote).turn == turn
    assert cast(carys, vote, options(room, vote)[0], version=vote.version).status_code == 200


def test_a_draft_that_nobody_has_seen_may_be_loosened(room, alice, vote) -> None:
    """R69: also after an opening that was undone with no answer in; not where one is."""
    alice.does(f"votes/{vote.id}/secrecy", {"to": "named"})
    assert reload(room, vote).secrecy == "named"
    alice.does(f"votes/{vote.id}/secrecy", {"to": "anonymous"})
    carys = room.join("Carys")
    through(alice, vote, "opening")
    cast(carys, vote, options(room, vote)[0])
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert reload(room, vote).state == "draft"
    assert alice.post(f"votes/{vote.id}/secrecy", {"to": "group"}).status_code == 409


def test_secrecy_of_a_final_vote_and_of_nonsense(room, alice, charlie, vote) -> None:
    people = voted(room, alice, vote, 2)
    for person, status in ((people[0], 403), (room.enter("table 1"), 403), (charlie, 404)):
        assert person.post(f"/{room.code}/votes/{vote.id}/secrecy", {"to": "named"}).status_code == status
    assert alice.post(f"votes/{vote.id}/secrecy", {"to": "public"}).status_code == 422
    through(alice, vote, "finish")
    refused = alice.post(f"votes/{vote.id}/secrecy", {"to": "group"})
    assert refused.status_code == 409
    assert "stays as it is" in refused.text


def test_the_console_offers_only_what_is_possible(room, alice) -> None:
    """R68"""
    vote = new(room, secrecy="group")
    console = alice.screen()

    def offers(*words: str) -> None:
        wanted = {f'id="vote-{vote.id}-to-{word}"' for word in words}
        console.wait(
            lambda seen: set(re.findall(rf'id="vote-{vote.id}-to-\w+"', seen.regions["controls"])) == wanted,
            str(words),
        )

    offers("named", "anonymous")
    through(alice, vote, "opening")
    offers("anonymous")
    console.shows("controls", "only become more secret")
    alice.does(f"votes/{vote.id}/secrecy", {"to": "anonymous"})
    offers()
    console.shows("controls", "it stays as secret as it is")


def test_a_receipt_finds_its_ballot_in_the_published_list(room, alice, charlie) -> None:
    """A participant can check that their answer is in the count, unchanged; also after the key is gone."""
    vote = new(room, receipts="1")
    people = [room.join(f"P{n}") for n in range(4)]
    through(alice, vote, "opening")
    choices = options(room, vote)
    for n, person in enumerate(people):
        cast(person, vote, choices[n % 3], KEY % n, now_ms() - 500)
    receipt = ballots_of(room, vote)[0].receipt
    shown = f"{receipt[:4]}-{receipt[4:]}"
    changed = cast(people[0], vote, choices[1], "b" * 32, now_ms())
    assert shown in changed.text, "a changed answer keeps its receipt"
    assert ballots_of(room, vote)[0].receipt == receipt
    address = f"/{room.code}/votes/{vote.id}/receipts"
    through(alice, vote, "closing")
    assert people[0].get(address).status_code == 409, "not before the result (R50)"
    assert shown in people[0].get("phone/mine").text
    assert "Find my receipt" not in people[0].get("phone/mine").text
    through(alice, vote, "reveal")
    assert address in people[0].get("phone/mine").text
    listed = people[1].get(address)
    assert listed.status_code == 200
    before = table_of(listed.text)
    assert [shown, "Against"] in before
    assert before == sorted(before)
    assert len(before) == 4
    assert alice.get(address).status_code == 200
    assert charlie.get(address).status_code == 404
    assert room.enter("table 1").get(address).status_code == 403
    through(alice, vote, "finish")
    assert table_of(people[2].get(address).text) == before
    assert address in people[0].get("phone/mine").text


def table_of(html: str) -> list[list[str]]:
    body = html.split("<tbody>")[1].split("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.S)
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        for row in rows
    ]


def test_the_receipts_of_a_grid_list_every_rating(room, alice) -> None:
    """The whole ballot stands beside its receipt, not a summary."""
    room.go_to(9)
    vote = room.new_vote(
        9, "One", "Two", type="grid", receipts="1", criterion_en_1="Benefit", criterion_en_2="Risk"
    )
    carys = room.join("Carys")
    through(alice, vote, "opening")
    rows = room.read(lookup.options, vote.id)
    criteria = room.read(lookup.options, vote.id, "criterion")
    marks = {
        f"rate_{option.id}_{criterion.id}": mark
        for (option, criterion), mark in zip(
            [(option, criterion) for option in rows for criterion in criteria],
            ("1", "5", "dk", "3"),
            strict=True,
        )
    }
    assert carys.post(f"votes/{vote.id}/ballot", marks).status_code == 200
    through(alice, vote, "closing", "reveal")
    [[_, said]] = table_of(carys.get(f"votes/{vote.id}/receipts").text)
    assert said == "One, Benefit: 1; One, Risk: 5; Two, Benefit: don’t know; Two, Risk: 3"


def test_no_list_where_no_receipts_were_given(room, alice, vote) -> None:
    people = voted(room, alice, vote, 2)
    assert ballots_of(room, vote)[0].receipt is None
    assert people[0].get(f"votes/{vote.id}/receipts").status_code == 404
    assert "Find my receipt" not in people[0].get("phone/mine").text


def test_an_organisations_changed_answer_keeps_its_receipt(room, alice) -> None:
    vote = new(room, unit="organisations", receipts="1")
    carys = room.join("Carys", organisation="Chapter")
    through(alice, vote, "opening")
    cast(carys, vote, options(room, vote)[0], "a" * 32, now_ms() - 50)
    receipt = ballots_of(room, vote)[0].receipt
    cast(carys, vote, options(room, vote)[1], "b" * 32, now_ms())
    assert ballots_of(room, vote)[0].receipt == receipt
    assert counts(room, vote) == [0, 1, 0]


def test_nothing_keeps_an_address(room) -> None:
    """R73: no table has a place for where a ballot came from, and by default no access log is written."""
    tables = SQLModel.metadata.tables
    there = room.read(lambda session: set(inspect(session.connection()).get_table_names()))
    assert there == {*tables, "alembic_version"}
    parts = {part for table in tables.values() for column in table.columns for part in column.name.split("_")}
    assert not parts & {"address", "ip", "agent", "browser", "host", "remote", "client"}
    assert settings().access_log is False
