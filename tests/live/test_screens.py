"""The four faces: what arrives where, by push and by poll, and that coming back is the same drawing."""

import gc
import json
import re
import time

import pytest

from app.domain.agenda import items
from app.domain.votes.life import votes
from app.live import catalogue
from app.main import RARELY


def roots(html: str) -> list[str]:
    """The ids of the outermost elements of a region."""
    depth, found = 0, []
    void = {"br", "img", "input", "meta", "link", "hr", "path", "use", "rect", "wbr", "source"}
    for closing, name, attributes, single in re.findall(r"<(/?)(\w+)([^>]*?)(/?)>", html):
        if closing:
            depth -= 1
        else:
            if depth == 0:
                identity = re.search(r'\bid="([^"]+)"', attributes)
                found.append(identity[1] if identity else f"<{name}>")
            depth += name not in void and not single
    return found


def faces(room, lead=None) -> dict:
    return {
        "phone": room.join("Carys"),
        "console": lead or room.enter("lead"),
        "projector": room.enter("projector"),
        "pad": room.enter("table 1"),
    }


@pytest.mark.postgres
@pytest.mark.parametrize("position", [None, 1, 3, 5, 6, 9, 12, 18])
def test_each_region_is_one_element_of_its_name_in_every_state(room, position) -> None:
    """A partial with another root would be dropped silently by the page."""
    people = faces(room)
    if position:
        item = room.go_to(position)
        for vote in room.read(votes.of_item, item.id):
            room.write(votes.open, room.who, vote.id)
    for face, person in people.items():
        drawn = json.loads(person.get(f"{person.home}/regions").text)["content"]
        regions = dict(re.findall(r'hx-target="#(\w+)" hx-swap="outerMorph">(.*?)</hx-partial>', drawn, re.S))
        assert set(regions) == {region.name for region in catalogue.of_screen(face)}
        for name, html in regions.items():
            assert roots(html) == [name]
            assert "<form" not in html
            assert "<dialog" not in html


def test_the_page_the_push_and_the_poll_are_the_same_drawing(room) -> None:
    room.go_to(5)
    for face, person in faces(room).items():
        page, pushed, polled = of_one_version(
            room, person, person.home if face != "phone" else f"/{room.code}"
        )
        assert pushed
        for name, html in pushed.items():
            assert html in page, f"{face} {name}"
            assert html in polled, f"{face} {name}"


def of_one_version(room, person, address: str) -> tuple[str, dict[str, str], str]:
    """A page, what its socket says first, and the poll; again where somebody came or went in between."""
    for _ in range(20):
        before = room.read(lambda session: room.workshop(session).version)
        page, screen = person.get(address).text, person.screen()
        polled = json.loads(person.get(f"{person.home}/regions").text)
        if {before, polled["v"], json.loads(screen.frames[0])["v"]} == {before} and len(screen.frames) == 1:
            return page, screen.regions, polled["content"]
    raise AssertionError("the room does not come to rest")


def test_moving_on_arrives_on_every_face(room, alice) -> None:
    """R27, habit 16: connected phones, pads, projectors and consoles follow."""
    people = faces(room, alice)
    item = room.go_to(4)
    screens = {face: person.screen() for face, person in people.items()}
    alice.does(f"items/{item.id}/leaving")
    title = room.items()[4].title_en
    for face, region in (("phone", "now"), ("console", "controls"), ("projector", "stage"), ("pad", "now")):
        screens[face].shows(region, title)


def test_another_workshops_screens_stay_as_they_are(room, other_room, charlie, alice) -> None:
    theirs = charlie.screen()
    ours = room.join("Carys").screen()
    before = len(theirs.frames)
    item = room.go_to(2)
    alice.does(f"items/{item.id}", {"title_en": "Only for this room"})
    ours.shows("now", "Only for this room")
    item = other_room.go_to(2)
    other_room.write(items.edit, other_room.who, item.id, {"title_en": "Only for theirs"})
    theirs.shows("now", "Only for theirs")
    assert not any("Only for this room" in frame for frame in theirs.frames[before:])


def test_the_clock_acts_on_every_screen(room, alice) -> None:
    """R16: +5 and pause reach phone, pad and projector as instants and remainders of the server."""
    people = faces(room, alice)
    item = room.go_to(2)
    screens = [
        (people["phone"].screen(), "clock"),
        (people["pad"].screen(), "now"),
        (people["projector"].screen(), "stage"),
    ]
    alice.does(f"items/{item.id}/clock/minutes", {"minutes": 5})
    ends = str(round(room.items()[1].clock_ends_at.timestamp() * 1000))
    for screen, region in screens:
        screen.wait(lambda seen, region=region: ends in seen.regions.get(region, ""), "the new end")
    alice.does(f"items/{item.id}/clock/pause")
    left = str(room.items()[1].clock_left_ms)
    for screen, region in screens:
        screen.wait(lambda seen, region=region: left in seen.regions.get(region, ""), "the remainder")


def test_a_screen_that_comes_back_gets_everything(room, alice) -> None:
    projector = room.enter("projector")
    first = projector.screen()
    first.close()
    item = room.go_to(7)
    again = projector.screen()
    assert set(again.regions) == {region.name for region in catalogue.of_screen("projector")}
    assert item.title_en in again.text("stage")


def test_a_page_that_is_the_newest_is_not_sent_again(room, alice) -> None:
    carys = room.join("Carys")
    page = carys.get(f"/{room.code}").text
    address = re.search(r'hx-ws:connect="([^"]+)"', page)[1]
    assert re.fullmatch(rf"/{room.code}/phone/live\?v=\d+", address)
    screen = carys.screen(live=address)
    assert not screen.regions
    item = room.go_to(3)
    screen.wait(lambda seen: item.title_en in seen.regions.get("now", ""), "the item")
    again = carys.screen()
    assert set(again.regions) == {region.name for region in catalogue.of_screen("phone")}


def test_polling_costs_nothing_while_nothing_changes(room, alice) -> None:
    """R100: the same regions by HTTP, and 204 when the version has not moved."""
    carys = room.join("Carys")
    first = json.loads(carys.get("phone/regions").text)
    assert carys.get(f"phone/regions?v={first['v']}").status_code == 204
    room.go_to(3)
    second = json.loads(carys.get(f"phone/regions?v={first['v']}").text)
    assert second["v"] > first["v"]
    assert room.items()[2].title_en in second["content"].replace("&#39;", "'")


def test_the_heartbeat_carries_the_servers_clock(room) -> None:
    """R17, R100: every five seconds, outside every region, so that a drawing's bytes can stay the same."""
    before = time.time() * 1000
    screen = room.join("Carys").screen()
    (beat, *_) = screen.wait(lambda seen: bool(seen.beats), "a heartbeat").beats
    assert before - 1 < beat <= time.time() * 1000
    assert not any(str(beat)[:9] in html for html in screen.regions.values())


def test_a_region_whose_bytes_did_not_change_is_not_sent(room, alice) -> None:
    carys = room.join("Carys")
    phone, projector = carys.screen(), room.enter("projector").screen()
    item = room.go_to(17)
    vote = room.read(votes.of_item, item.id)[0]
    alice.does(f"votes/{vote.id}/opening")
    phone.shows("now", item.title_en)
    projector.shows("turnout", "0")
    frames = len(phone.frames)
    option = re.search(r'name="option"[^>]*value="(\d+)"', carys.get("phone/mine").text)[1]
    carys.does(f"votes/{vote.id}/ballot", {"option": option})
    projector.shows("turnout", "1")
    assert len(phone.frames) == frames


def test_the_versions_rise_with_every_change(room, alice) -> None:
    seen = [room.read(lambda s: room.workshop(s).version)]
    item = room.go_to(2)
    for _ in range(3):
        alice.does(f"items/{item.id}/clock/minutes", {"minutes": 1})
        seen.append(room.read(lambda s: room.workshop(s).version))
    assert seen == sorted(set(seen))


def test_a_broken_region_does_not_blank_the_screen(room, monkeypatch) -> None:
    """Habit 19"""

    def broken(look):
        raise ValueError("one broken item")

    regions = tuple(
        catalogue.Region(region.name, region.partial, broken, region.screens, region.topics)
        if region.partial == "votes/_turnout.html"
        else region
        for region in catalogue.REGIONS
    )
    monkeypatch.setattr(catalogue, "REGIONS", regions)
    room.go_to(3)
    page = room.enter("lead").get("console").text
    assert room.items()[2].title_en in page


def test_what_a_socket_says_is_not_listened_to(room) -> None:
    """Nothing goes upward; a malformed frame closes that socket only."""
    carys, dev = room.join("Carys"), room.join("Dev")
    talker, listener = carys.screen(), dev.screen()
    talker.socket.send('{"vote": 1}')
    talker.socket.send("x" * 100_000)
    assert talker.ends() in (1009, 1002)
    broken = carys.screen()
    broken.socket.socket.sendall(b"\xff\xff\xff\xff\xff\xff")
    assert broken.ends() in (1002, 1006, 1009)
    room.go_to(2)
    listener.shows("now", room.items()[1].title_en)


def test_full_collections_are_rare_once_a_server_is_up(base_url: str) -> None:
    """They walk the objects of every socket, which for ten thousand of them takes a second."""
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold()[2] == RARELY
