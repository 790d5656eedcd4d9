"""Where workshops come from and how they differ: template, copy, rehearsal; editing one."""

import pytest
from sqlmodel import select

from app.domain import log, undo
from app.domain.notes import walls
from app.domain.stage import agenda_overview
from app.domain.votes import lookup
from app.domain.votes.forms import vote_forms
from app.domain.votes.life import drafts, votes
from app.domain.who import Who
from app.domain.workshops import making, rehearsals
from app.errors import Refused
from app.models import Card, LogEntry, Participant, Vote, Workshop

pytestmark = pytest.mark.postgres


def library(room, workshop_id: int) -> list[Card]:
    return room.read(lambda s: s.exec(select(Card).where(Card.workshop_id == workshop_id)).all())


def test_the_built_in_day_is_complete(room) -> None:
    """Remit, tests, criteria, scenario cards, methods with costs, eighteen items in two sessions."""
    cards = library(room, room.id)
    kinds = [card.kind for card in cards]
    assert (kinds.count("criterion"), kinds.count("test"), kinds.count("proposal")) == (5, 3, 10)
    assert kinds.count("method") >= 10
    assert all(card.source for card in cards if card.kind in ("criterion", "method"))
    order = room.read(agenda_overview.read, room.id)
    assert len(order.lines) == 18
    assert {line.item.position: [v.type for v in line.votes] for line in order.lines if line.votes} == {
        1: ["single"],
        5: ["grid"],
        9: ["dots"],
        15: ["comfort", "comfort"],
        16: ["single"],
        17: ["single"],
    }
    assert [line.item.position for line in order.lines if line.walls] == [12]
    assert order.workshop.remit_en
    assert order.workshop.remit_cy


def test_running_it_again_copies_the_design_and_no_people(room, alice) -> None:
    room.join("Carys")
    item = room.go_to(9)
    alice.does(f"votes/{room.read(votes.of_item, item.id)[0].id}/opening")
    alice.does(f"items/{item.id}", {"title_en": "Changed by us"})
    copy = room.write(making.copy, room.id)
    order = room.read(agenda_overview.read, copy)
    assert order.workshop.code != room.code
    assert order.workshop.state == "ahead"
    assert [line.item.state for line in order.lines] == ["ahead"] * 18
    assert order.lines[8].item.title_en == "Changed by us"
    assert [vote.state for line in order.lines for vote in line.votes] == ["draft"] * 7
    assert len(room.read(votes.of_item, order.lines[8].item.id)) == 1
    assert len(library(room, copy)) == len(library(room, room.id))
    assert not room.read(lambda s: s.exec(select(Participant).where(Participant.workshop_id == copy)).all())


def test_a_copy_keeps_every_setting_and_forgets_what_happened(room, alice) -> None:
    """R44, R65, R136: types, rules, criteria, levels, and which vote repeats which; all drafts again."""
    item = room.go_to(15)
    first, second = room.read(votes.of_item, item.id)
    room.join("Carys")
    for step in ("opening", "closing", "reveal", "finish"):
        alice.does(f"votes/{first.id}/{step}")
    alice.does(f"votes/{second.id}/removal")
    gone = room.write(drafts.copy, room.who, first.id, room.items()[2].id)
    alice.does(f"votes/{gone.id}/removal")
    copy = room.write(making.copy, room.id)

    def designs(workshop_id: int) -> list[dict[str, str]]:
        lines = room.read(agenda_overview.read, workshop_id).lines
        found = [vote for line in lines for vote in line.votes]
        return [vote_forms.of_vote(vote, room.read(lookup.question_of, vote)) for vote in found]

    def unlinked(forms: list[dict[str, str]]) -> list[dict[str, str]]:
        return [{name: value for name, value in form.items() if name != "repeats"} for form in forms]

    made, source = designs(copy), designs(room.id)
    assert len(made) == 6
    assert unlinked(made) == unlinked(source)
    copies = room.read(lambda s: s.exec(select(Vote).where(Vote.workshop_id == copy)).all())
    linked = [vote for vote in copies if vote.repeats_id]
    assert [(vote.repeats_as, vote.repeats_id in {each.id for each in copies}) for vote in linked] == [
        ("after", True)
    ]
    for vote in copies:
        assert (vote.state, vote.turn, vote.version, vote.lot_seed) == ("draft", 1, 1, "")
        moments = {name: value for name, value in vote.model_dump().items() if name.endswith("_at")}
        assert len(moments) == 13
        assert set(moments.values()) == {None}
        assert vote.electorate_size is None


def test_a_rehearsal_is_a_bannered_copy_and_goes_without_trace(room) -> None:
    """R23: everything works, and nothing enters the record."""
    made = room.write(rehearsals.rehearse, room.who, 60)
    copy = room.read(lambda s: s.get(Workshop, made))
    assert (copy.rehearsal_of, copy.speed) == (room.id, 60)
    page = room.stranger().get(f"/{copy.code}").text
    assert "ehears" in page
    before = room.read(lambda s: len(s.exec(select(LogEntry).where(LogEntry.workshop_id == room.id)).all()))
    room.write(rehearsals.end_rehearsal, room.who, made)
    assert room.read(lambda s: s.get(Workshop, made)) is None
    left = room.read(lambda s: s.exec(select(LogEntry).where(LogEntry.workshop_id == made)).all())
    assert left == []
    assert room.stranger().get(f"/{copy.code}").status_code == 404
    after = room.read(lambda s: len(s.exec(select(LogEntry).where(LogEntry.workshop_id == room.id)).all()))
    assert after >= before


def test_a_rehearsal_is_refused_once_people_have_joined(room) -> None:
    room.join("Carys")
    with pytest.raises(Refused) as refused:
        room.write(rehearsals.rehearse, room.who, 60)
    assert refused.value.code == "people_joined"


def test_a_real_workshop_is_never_deleted_as_a_rehearsal(room, other_room) -> None:
    for wrong in (room.id, other_room.id):
        with pytest.raises(Refused):
            room.write(rehearsals.end_rehearsal, room.who, wrong)


def test_the_operator_of_this_machine_may_rehearse(room) -> None:
    stranger = room.stranger()
    assert stranger.post("rehearsals", {"speed": "10"}).status_code == 404
    answer = stranger.post(
        "rehearsals", {"speed": "10"}, headers={"Authorization": "Bearer the operator's token"}
    )
    assert answer.status_code == 200
    made = answer.json()
    assert set(made["links"]) >= {"lead", "projector", "table 1"}
    ended = stranger.post(
        f"rehearsals/{made['id']}/removal", headers={"Authorization": "Bearer the operator's token"}
    )
    assert ended.status_code == 204


def test_title_date_and_remit_are_edited_and_undone(room, alice) -> None:
    phone = room.join("Carys").screen()
    alice.does("edit", {"title_en": "Another day", "day": "2026-12-01", "remit_en": "One.\n\nTwo."})
    changed = room.read(room.workshop)
    assert (changed.title_en, changed.day.isoformat(), changed.remit_en) == (
        "Another day",
        "2026-12-01",
        "One.\n\nTwo.",
    )
    phone.wait(lambda seen: len(seen.frames) > 0, "a frame")
    assert "Another day" in room.stranger().get("remit").text
    assert alice.post("edit", {"day": "tomorrow"}).status_code == 422
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert room.read(room.workshop).title_en != "Another day"


def test_a_wall_is_written_into_any_item_and_kept_once_people_wrote(room, alice) -> None:
    item = room.items()[2]
    alice.does(f"items/{item.id}/walls", {"prompt_en": "What did you not understand?"})
    (made,) = room.read(walls.walls_of_item, item.id)
    alice.does(f"walls/{made.id}", {"prompt_en": "What was unclear?"})
    room.go_to(3)
    alice.does(f"walls/{made.id}/opening")
    assert alice.post(f"walls/{made.id}", {"prompt_en": "Else"}).status_code == 409
    assert alice.post(f"walls/{made.id}/removal").status_code == 409


def test_the_log_only_grows(room) -> None:
    """R31: the database itself refuses to change or delete a line."""
    from sqlalchemy.exc import DBAPIError

    line = room.read(log.lines, room.id)[0]
    for statement in ("UPDATE log SET what = 'nothing' WHERE id = :id", "DELETE FROM log WHERE id = :id"):
        from sqlalchemy import text

        with pytest.raises(DBAPIError, match="only grows"):
            room.write(lambda s, sql=statement: s.connection().execute(text(sql), {"id": line.id}) and None)
    assert room.read(log.lines, room.id)[0].what == line.what


def test_who_knows_only_one_workshop() -> None:
    assert Who(1, "ABCDEF", "participant", participant_id=7).key == "participant:7"
    assert Who(1, "ABCDEF", "lead", link_id=3).key == "link:3"
