"""Joining without an account, being the same person everywhere, and who is here."""

import re
from html import unescape

import pytest

from app.domain import codes, log
from app.domain.people import attendance, organisations
from app.models import Participant

pytestmark = pytest.mark.postgres


def people(room) -> list[dict]:
    return [person for table in room.read(attendance.by_table, room.id) for person in table.people]


def test_joining_needs_a_short_address_and_nothing_else(room) -> None:
    """R1: code of six unmistakable characters; no account, e-mail or password."""
    assert len(room.code) == 6
    assert not set(room.code) & set("01OIL")
    assert len(f"plenary.example/{room.code}") <= 25
    page = room.stranger().get(f"/{room.code}").text
    assert not re.search(r'type="(password|email)"', page)
    assert "required" not in page.split("</form>")[0].split("<form")[-1]
    room.join_by_form()
    assert [person["name"] for person in people(room)] == [""]


@pytest.mark.parametrize("typed", ["{}", " {} ", "{:.3} {:.3}"])
def test_the_code_may_be_typed_as_it_is_read(room, typed) -> None:
    """R1"""
    shown = (
        typed.format(room.code.lower(), room.code[3:]) if "3" in typed else typed.format(room.code.lower())
    )
    answer = room.stranger().http.post("/", data={"code": shown})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/{room.code}"


def test_an_unknown_code_is_told_and_counted(room) -> None:
    stranger = room.stranger()
    stranger.http.headers["User-Agent"] = f"someone guessing at {room.code}"
    answers = [stranger.http.post("/", data={"code": "ZZZZZ9"}) for _ in range(12)]
    assert answers[0].status_code == 404
    assert answers[-1].status_code == 429
    assert room.stranger().http.post("/", data={"code": room.code}).status_code == 303, (
        "others are not held up"
    )


def test_personal_codes_have_enough_bits() -> None:
    """R2: 31 characters, twelve of them, none that is mistaken for another."""
    assert not set(codes.ALPHABET) & set("01OIL")
    assert 31**codes.PERSONAL_LENGTH > 2**40
    assert len({codes.personal_code() for _ in range(1000)}) == 1000


def test_what_is_collected_is_said_before_anything_is_asked(room) -> None:
    page = unescape(room.stranger().get(f"/{room.code}").text)
    privacy = room.read(lambda s: room.workshop(s).privacy_en).strip().partition(":")[0]
    assert page.index(privacy) < page.index('name="name"')


def test_the_same_browser_stays_the_same_person(room) -> None:
    """R3: opening the link again, or joining again, adds nobody."""
    carys = room.join_by_form("Carys")
    assert carys.get(f"/{room.code}").status_code == 200
    assert carys.post("participants", {"name": "Carys again"}, htmx=False).status_code == 303
    assert [person["name"] for person in people(room)] == ["Carys"]


def test_a_second_device_continues_as_the_same_person(room) -> None:
    """R3, R4: it asks first; then the first device is told within moments and may no longer submit."""
    carys, second = room.join_by_form("Carys"), room.stranger()
    first_screen = carys.screen()
    personal = carys.http.cookies["me"].partition(".")[0]
    asked = second.get(f"me/{personal}")
    assert asked.status_code == 200
    assert first_screen.closed is None, "asking takes nothing over"
    assert second.post("devices", {"personal": personal}, htmx=False).status_code == 303
    assert first_screen.ends() == 4001
    refused = carys.post("me", {"name": "From the old device"})
    assert refused.status_code == 409
    assert "another device" in refused.text
    assert second.get("phone/mine").status_code == 200
    assert len(people(room)) == 1
    assert carys.screen().ends() == 4001


def test_a_code_typed_with_dashes_and_small_letters_is_understood(room) -> None:
    carys, second = room.join_by_form("Carys"), room.stranger()
    personal = carys.http.cookies["me"].partition(".")[0]
    typed = codes.grouped(personal).lower()
    assert second.post("devices", {"personal": typed}, htmx=False).status_code == 303
    assert len(people(room)) == 1


def test_wrong_personal_codes_are_limited_per_browser(room) -> None:
    """R2: at most ten wrong tries a minute per browser; a whole venue behind one address is not held up."""
    guesser, other = room.stranger(), room.stranger()
    guesser.http.headers["User-Agent"] = f"guessing people of {room.code}"
    answers = [guesser.post("devices", {"personal": codes.personal_code()}).status_code for _ in range(12)]
    assert answers[:10] == [404] * 10
    assert answers[10:] == [429] * 2
    personal = room.join_by_form("Carys").http.cookies["me"].partition(".")[0]
    assert other.post("devices", {"personal": personal}, htmx=False).status_code == 303


def test_sixty_people_behind_one_address_all_join_and_act(room) -> None:
    """R129: limits are per person, not per address."""
    for n in range(60):
        carys = room.join_by_form(f"Person {n}")
        assert carys.post("me", {"name": f"Person number {n}"}).status_code < 300
    assert len(people(room)) == 60


def test_organisations_stand_once_however_they_are_typed(room) -> None:
    for name in ("Powys County Council", "powys county council", "  Powys  County Council "):
        room.join_by_form("Someone", organisation=name)
    assert room.read(organisations.names, room.id) == ["Powys County Council"]


def test_a_table_that_is_not_there_is_refused(room) -> None:
    answer = room.stranger().post("participants", {"table": "77"})
    assert answer.status_code == 422
    assert "no table 77" in answer.text


def test_the_console_sees_who_is_here_per_table(room, alice) -> None:
    console = alice.screen()
    carys = room.join_by_form("Carys of table four", table=4, organisation="Gwynedd")
    console.shows("room", "Carys of table four")
    screen = carys.screen()
    console.wait(lambda s: people(room)[0]["online"], "online")
    screen.close()
    console.wait(lambda s: not people(room)[0]["online"], "offline")


def test_renaming_and_removing_can_be_undone(room, alice) -> None:
    from app.domain import undo

    room.join_by_form("Carys")
    (carys,) = people(room)
    alice.does(f"participants/{carys['id']}/name", {"name": "Carys Evans"})
    assert people(room)[0]["name"] == "Carys Evans"
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert people(room)[0]["name"] == "Carys"
    alice.does(f"participants/{carys['id']}/removal")
    assert people(room) == []
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert [person["name"] for person in people(room)] == ["Carys"]


def test_the_lead_moves_a_person_to_another_table(room, alice) -> None:
    """R39, R29: without dragging; a person is at exactly one table, and it can be undone."""
    from app.domain import undo

    def table_of_carys() -> list[int | None]:
        return [table.number for table in room.read(attendance.by_table, room.id) if table.people]

    phone = room.join_by_form("Carys", table=2)
    (carys,) = people(room)
    address = f"participants/{carys['id']}"
    assert re.search(r'<option value="2" selected', alice.get(address).text)
    console = alice.screen()
    alice.does(f"{address}/table", {"table": "5"})
    assert table_of_carys() == [5]
    console.shows("undo", "Moved to another table")
    assert "Table 5" in phone.get("phone/mine").text
    assert alice.post(f"{address}/table", {"table": "77"}).status_code == 422
    assert table_of_carys() == [5]
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert table_of_carys() == [2]
    alice.does(f"{address}/table", {"table": ""})
    assert table_of_carys() == [None]


def test_a_person_whose_phone_is_lost_goes_on_with_a_new_code(room, alice) -> None:
    """R3, R4: the lead issues it; the old device is told and out, the old code ends, nobody is added."""
    phone, other = room.join_by_form("Carys", table=2), room.stranger()
    old = phone.http.cookies["me"].partition(".")[0]
    (carys,) = people(room)
    screen = phone.screen()
    answer = alice.post(f"participants/{carys['id']}/code")
    assert screen.ends() == 4001
    (new,) = re.findall(r"shown-once__code\">([^<]+)<", answer.text)
    assert "svg" in answer.text, "to scan"
    assert phone.post("me", {"name": "From the lost phone"}).status_code == 404
    assert other.post("devices", {"personal": old}).status_code == 404
    assert other.post("devices", {"personal": new}, htmx=False).status_code == 303
    assert other.get("phone/mine").status_code == 200
    assert people(room)[0]["id"] == carys["id"]
    assert len(people(room)) == 1
    (line,) = [line for line in room.read(log.lines, room.id) if line.what == "code issued anew"]
    assert (line.role, line.row_id, line.changes) == ("lead", carys["id"], None)


def test_who_stays_unnamed_is_listed_as_they_were_told(room, alice) -> None:
    room.join_by_form(table=1)
    assert "listed as “Participant”" in unescape(room.stranger().get(f"/{room.code}").text)
    assert re.search(r'id="person-\d+"[^>]*>Participant<', alice.get("console").text)


def test_names_are_not_in_the_log(room, alice) -> None:
    room.join_by_form("Unmistakable Name")
    (carys,) = people(room)
    alice.does(f"participants/{carys['id']}/name", {"name": "Another Unmistakable"})
    lines = [line for line in room.read(log.lines, room.id) if line.row_kind == "participant"]
    assert [line.row_id for line in lines] == [carys["id"]] * 2
    assert "Unmistakable" not in str([line.changes for line in lines])


def test_a_participant_sees_exactly_one_thing(room, alice) -> None:
    """R26: one current task, or "look up"; the remit is one tap away in each."""
    carys = room.join_by_form("Carys")
    states = []
    for position in (None, 3, 5, 9, 12):
        if position:
            item = room.go_to(position)
            if position == 9:
                from app.domain.votes.life import votes

                alice.does(f"votes/{room.read(votes.of_item, item.id)[0].id}/opening")
        page = carys.get(f"/{room.code}").text
        assert page.count('id="mine"') == 1
        assert f"/{room.code}/remit" in page
        mine = carys.get("phone/mine").text
        states.append(len(re.findall(r"<form[^>]*data-outbox", mine)))
    assert states == [0, 0, 0, 1, 0]


def test_the_remit_is_open_to_all_who_know_the_code(room) -> None:
    assert room.stranger().get("remit").status_code == 200
    assert room.stranger().get("/ZZZZZ9/remit").status_code == 404


def test_a_person_of_a_closed_day_reads_goodbye(room, alice) -> None:
    carys = room.join_by_form("Carys")
    phone = carys.screen()
    room.go_to(18)
    alice.does("day/closing")
    phone.shows("now", "The day is closed")
    late = room.stranger().post("participants", {"name": "Late"})
    assert late.status_code == 409


def test_language_is_kept_with_the_person(room) -> None:
    dilys = room.join_by_form("Dilys", language="cy")
    assert '<html lang="cy"' in dilys.get(f"/{room.code}").text
    dilys.post("language", {"language": "en"}, htmx=False)
    assert '<html lang="en"' in dilys.get(f"/{room.code}").text
    assert room.read(lambda s: s.get(Participant, people(room)[0]["id"]).language) == "en"
