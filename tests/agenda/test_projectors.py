"""Projectors: no login on stage, blank, freeze, the way to join; and never a name."""

import re

from app.domain.notes import walls
from app.domain.votes import lookup
from app.domain.votes.life import votes


def link_of(projector) -> int:
    return int(projector.home.rsplit("/", 1)[1])


def test_a_projector_needs_no_login_and_comes_back_where_it_was(room, alice) -> None:
    """R95: its link opens again and again, long and random; a reload shows the current view."""
    first, after_reboot = room.enter("projector"), room.enter("projector")
    assert len(room.tokens["projector"]) >= 32
    room.go_to(7)
    for person in (first, after_reboot):
        page = person.get(person.home)
        assert page.status_code == 200
        assert room.items()[6].title_en in page.text
        assert person.post("day/closing").status_code == 403, "read-only"


def test_blank_hides_and_shows_again(room, alice) -> None:
    projector = room.enter("projector")
    screen, link = projector.screen(), link_of(projector)
    before = screen.regions["cover"]
    alice.does(f"projectors/{link}/blank", {"on": "true"})
    screen.wait(lambda seen: seen.regions["cover"] != before, "the blank")
    assert screen.regions["cover"] in projector.get(projector.home).text, "also after a reload"
    alice.does(f"projectors/{link}/blank", {"on": "false"})
    screen.wait(lambda seen: seen.regions["cover"] == before, "the view again")


def test_a_frozen_projector_keeps_its_view_across_a_reload_while_others_follow(room, alice) -> None:
    """R96"""
    projector, other_token = (
        room.enter("projector"),
        alice.does("links", {"role": "projector", "name": "Back"}),
    )
    back = room.stranger()
    answer = back.http.get("/enter/" + re.search(r"/enter/([\w-]+)", other_token.text)[1])
    back.home = answer.headers["location"]
    frozen, following = projector.screen(), back.screen()
    item = room.go_to(3)
    frozen.shows("stage", item.title_en)
    alice.does(f"projectors/{link_of(projector)}/freeze", {"on": "true"})
    alice.does(f"items/{item.id}/leaving")
    following.shows("stage", room.items()[3].title_en)
    page = projector.get(projector.home).text
    assert item.title_en in page
    assert item.title_en in projector.screen().text("stage")
    assert item.title_en in frozen.text("stage")
    alice.does(f"projectors/{link_of(projector)}/freeze", {"on": "false"})
    frozen.shows("stage", room.items()[3].title_en)


def test_an_undone_reveal_leaves_a_frozen_projector_too(room, alice) -> None:
    """R30: on all screens."""
    from app.domain import undo

    projector, carys = room.enter("projector"), room.join("Carys")
    screen, item = projector.screen(), room.go_to(9)
    vote = room.read(votes.of_item, item.id)[0]
    for step in ("opening", "closing", "reveal"):
        alice.does(f"votes/{vote.id}/{step}")
    screen.shows("tally", "0")
    kept = room.read(undo.latest, room.id).id
    alice.does(f"projectors/{link_of(projector)}/freeze", {"on": "true"})
    alice.does(f"undo/{kept}")
    screen.wait(lambda seen: "hidden" in seen.regions["tally"].split(">")[0], "no result")
    assert carys


def test_a_reopened_vote_leaves_a_frozen_projector_too(room, alice) -> None:
    """R45, R50: re-opening hides the result again, on a screen that was frozen with it as well."""
    projector, item = room.enter("projector"), room.go_to(9)
    screen, vote = projector.screen(), room.read(votes.of_item, item.id)[0]
    assert room.join("Carys")
    for step in ("opening", "closing", "reveal"):
        alice.does(f"votes/{vote.id}/{step}")
    screen.shows("tally", "0")
    alice.does(f"projectors/{link_of(projector)}/freeze", {"on": "true"})
    alice.does(f"votes/{vote.id}/opening")
    screen.wait(lambda seen: "hidden" in seen.regions["tally"].split(">")[0], "no result")
    assert '<div id="tally" hidden>' in projector.get(projector.home).text


def test_a_vote_made_more_secret_leaves_a_frozen_projector_too(room, alice) -> None:
    """R69: what was answered by name stands there no longer."""
    projector, dan = room.enter("projector"), room.join("Dan", organisation="Care")
    screen = projector.screen()
    room.go_to(16)
    vote = room.new_vote(16, "Yes", "No", unit="organisations", secrecy="named")
    alice.does(f"votes/{vote.id}/opening")
    dan.does(f"votes/{vote.id}/ballot", {"option": room.read(lookup.options, vote.id)[0].id})
    for step in ("closing", "reveal"):
        alice.does(f"votes/{vote.id}/{step}")
    screen.shows("tally", "Care")
    alice.does(f"projectors/{link_of(projector)}/freeze", {"on": "true"})
    alice.does(f"votes/{vote.id}/secrecy", {"to": "anonymous"})
    screen.hides("tally", "Care")
    assert "Care" not in projector.get(projector.home).text


def test_a_vote_that_opens_for_the_first_time_leaves_a_frozen_projector_alone(room, alice) -> None:
    """R96"""
    projector, item = room.enter("projector"), room.go_to(9)
    screen, vote = projector.screen(), room.read(votes.of_item, item.id)[0]
    screen.shows("stage", item.title_en)
    alice.does(f"projectors/{link_of(projector)}/freeze", {"on": "true"})
    before = screen.regions["stage"]
    alice.does(f"votes/{vote.id}/opening")
    assert before in projector.get(projector.home).text


def test_the_way_to_join_can_be_laid_over_anything(room, alice) -> None:
    """R99, and the code is findable at any time."""
    projector = room.enter("projector")
    screen = projector.screen()
    room.go_to(5)
    alice.does(f"projectors/{link_of(projector)}/join", {"on": "true"})
    screen.wait(lambda seen: room.code[:3] in seen.text("cover"), "the code")
    assert "<svg" in screen.regions["cover"]
    alice.does(f"projectors/{link_of(projector)}/join", {"on": "false"})
    page = projector.get(projector.home).text
    assert room.code[3:] in page
    assert "<svg" in page


def test_a_projector_in_welsh(room, alice) -> None:
    projector = room.enter("projector")
    item = room.go_to(6)
    alice.does(f"projectors/{link_of(projector)}/language", {"language": "cy"})
    assert item.title_cy in projector.get(projector.home).text
    assert '<html lang="cy"' in projector.get(projector.home).text


def test_no_name_code_or_address_ever_reaches_a_projector(room, alice) -> None:
    """R97: seed unmistakable names everywhere and scan every byte a projector is sent in each state."""
    projector = room.enter("projector")
    screen, link = projector.screen(), link_of(projector)
    people = [room.join(f"Zebedee Quux{n}", table=n, organisation=f"Wibble Council {n}") for n in (1, 2, 3)]
    seen = []

    def look() -> None:
        seen.append(projector.get(projector.home).text)
        seen.append(projector.get(f"{projector.home}/regions").text)

    look()
    for position in (1, 5, 9, 12, 16):
        item = room.go_to(position)
        for vote in room.read(votes.of_item, item.id):
            for step in ("opening", "closing", "reveal"):
                alice.does(f"votes/{vote.id}/{step}")
                look()
        for wall in room.read(walls.walls_of_item, item.id):
            alice.does(f"walls/{wall.id}/opening")
            for n, person in enumerate(people):
                person.does(f"walls/{wall.id}/notes", {"text": f"A public idea {n}"})
            alice.does(f"walls/{wall.id}/release")
            look()
        alice.does(f"projectors/{link}/join", {"on": "true" if position == 5 else "false"})
        look()
    alice.does("day/closing")
    look()
    everything = "\n".join(seen + screen.frames)
    assert "A public idea" in everything
    personal = [person.http.cookies["me"].partition(".")[0] for person in people]
    for secret in ("Zebedee", "Quux", "Wibble", *personal, *room.tokens.values()):
        assert secret not in everything
