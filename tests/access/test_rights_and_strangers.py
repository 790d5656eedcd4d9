"""The one door: what each role may do, and that strangers find nothing."""

import ast
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from inspect import getsource
from textwrap import dedent
from types import FunctionType
from typing import get_args

import pytest
from fastapi.routing import APIRoute, APIWebSocketRoute

from app.access.door import at_door
from app.access.rights import RIGHTS, Right
from app.domain.notes import wall_states, walls
from app.domain.people import attendance, links
from app.domain.votes import lookup
from app.domain.votes.life import votes
from app.domain.votes.time import closings
from app.domain.who import Who
from app.models.links import LINK_ROLES
from app.routes import ROUTERS, regions
from tests.cast.confirmations import by_link, committed, elector
from tests.cast.organisations import person_id
from tests.cast.people import Person
from tests.cast.rooms import Room

pytestmark = pytest.mark.postgres

ROLES = ("participant", "organisation", *LINK_ROLES)

# One request per right, for a row that is there and in a state that allows it, so that whoever has the right
# is served; {…} is filled from the day below, and each request may be made again by the next role.
REQUESTS = {
    "see_console": ("GET", "console/regions", {}),
    "see_projector": ("GET", "projector/{projector}/regions", {}),
    "see_pad": ("GET", "pad/{pad}/regions", {}),
    "see_phone": ("GET", "phone/regions", {}),
    "see_receipts": ("GET", "votes/{shown}/receipts", {}),
    "ask_confirm_link": ("GET", "votes/{commitment}/confirmation", {}),
    "confirm": ("POST", "confirm/{secret}", {"option": "{commitment_option}"}),
    "cast": ("POST", "votes/{open}/ballot", {"option": "{option}"}),
    "ask_for_time": ("POST", "votes/{open}/time-requests", {}),
    "write_note": ("POST", "walls/{wall}/notes", {"text": "A note"}),
    "change_own_details": ("POST", "me", {"name": "Carys"}),
    "write_entry": ("POST", "pad/{pad}/entries", {"item": "{item}", "text": "Said at table 1"}),
    "enter_paper": ("POST", "votes/{open}/paper", {"option": "{option}", "serial": "{role}"}),
    "lead": ("POST", "projectors/{projector}/blank", {"on": "false"}),
    "edit_workshop": ("POST", "edit", {"title_en": "A title"}),
    "manage_people": ("POST", "participants/{participant}/name", {"name": "Carys"}),
    "manage_links": ("POST", "links", {"role": "observer", "name": "By {role}"}),
    "manage_confirm_links": ("POST", "votes/{commitment}/confirmations/{elector}", {"until": "{until}"}),
    "take_record": ("GET", "record.json", {}),
    "rehearse": ("POST", "rehearsals", {"speed": "1"}),
}
# Where the address itself is a secret or names one's own screen, others do not hear that it is there.
UNHEARD_OF = {"see_projector", "see_pad", "write_entry", "confirm"}
# The rule that stands in the way of whoever has the right: a day that somebody has joined is not rehearsed.
REFUSED = {"rehearse": "have joined this workshop"}


class FullDay:
    """One workshop with a browser of every role in it and a row for every right."""

    def __init__(self, app_server, stack) -> None:
        self.room = room = Room(app_server, stack)
        committed_vote, carys = committed(room)
        self.people = {role: self.enter(role) for role in LINK_ROLES}
        self.people |= {"participant": carys, "organisation": by_link(room, committed_vote)}
        for n in range(5):
            room.join(f"P{n}")  # papers without a code take the places of people who did not answer
        (wall, *_) = room.read(walls.walls_of_item, room.items()[11].id)
        room.go_to(12)
        room.write(wall_states.open, room.who, wall.id)
        room.go_to(9)
        shown = self.opened(receipts="1")
        assert carys.post(f"votes/{shown}/ballot", {"option": self.first_option(shown)}).status_code == 200
        room.write(closings.close, room.who, shown)
        room.write(votes.reveal, room.who, shown)
        running = self.opened(closes_minutes="60")
        self.rows = {
            "projector": self.people["projector"].home.rsplit("/", 1)[-1],
            "pad": self.people["scribe"].home.rsplit("/", 1)[-1],
            "shown": shown,
            "open": running,
            "option": self.first_option(running),
            "commitment": committed_vote.id,
            "commitment_option": self.first_option(committed_vote.id),
            "elector": elector(room, committed_vote),
            "until": (room.read(room.workshop).day + timedelta(days=14)).isoformat(),
            "wall": wall.id,
            "item": room.items()[8].id,
            "participant": person_id(room, "Carys"),
        }

    def enter(self, role: str) -> Person:
        number = 1 if role == "scribe" else None
        _, self.room.tokens[role] = self.room.write(links.issue, self.room.who, role, f"The {role}", number)
        return self.room.enter(role)

    def opened(self, **settings: str) -> int:
        vote = self.room.new_vote(9, "For", "Against", **settings)
        self.room.write(votes.open, self.room.who, vote.id)
        return vote.id

    def first_option(self, vote_id: int) -> int:
        return self.room.read(lookup.options, vote_id)[0].id

    def ask(self, person: Person, right: str, role: str = "somebody"):
        """The answer to this person's request for what needs this right."""
        method, path, fields = REQUESTS[right]
        secret = person.home.partition("/confirm/")[2] or "nothing"  # whoever has it is let in by it
        path = f"/{self.room.code}/{path.format(**self.rows, secret=secret)}"
        body = {name: value.format(**self.rows, role=role) for name, value in fields.items()}
        return person.get(path) if method == "GET" else person.post(path, body)


@pytest.fixture(scope="module")
def full_day(app_server) -> Iterator[FullDay]:
    with ExitStack() as stack:
        yield FullDay(app_server, stack)


def test_every_right_is_asked_for_somewhere() -> None:
    assert set(REQUESTS) == set(RIGHTS)
    assert all(set(roles) <= {*ROLES, "operator"} for roles in RIGHTS.values())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("right", RIGHTS)
def test_each_role_may_do_what_the_table_says_and_nothing_else(full_day, right, role) -> None:
    """R24: with the right it is done, or refused by its rule; without it the answer is 403, or that nothing
    is there."""
    answer = full_day.ask(full_day.people[role], right, role)
    if role not in RIGHTS[right]:
        unheard_of = right in UNHEARD_OF or role == "organisation"
        assert answer.status_code in ({403, 404} if unheard_of else {403}), f"{role} {right}"
    elif right in REFUSED:
        assert (answer.status_code, REFUSED[right] in answer.text) == (409, True)
    else:
        assert answer.status_code in (200, 204, 303), f"{role} {right}: {answer.status_code} {answer.text}"


@pytest.mark.parametrize("right", RIGHTS)
def test_strangers_find_nothing(full_day, charlie_for_all, right) -> None:
    """R24: someone unknown, or known only in another workshop, gets 404 (a ballot too)."""
    for person in (full_day.room.stranger(), charlie_for_all):
        assert full_day.ask(person, right).status_code == 404


@pytest.fixture(scope="module")
def charlie_for_all(app_server) -> Iterator[Person]:
    """A participant of another workshop."""
    with ExitStack() as stack:
        yield Room(app_server, stack).join("Charlie")


# The handlers under a workshop's code which ask the door for no right, and why.
WITHOUT_A_RIGHT = {
    "join": "who knows the code may join",
    "ask_to_use_device": "who knows a personal code may continue with it",
    "use_device": "who knows a personal code may continue with it",
    "show_remit": "who may join may read what the day is about",
}


def under_a_code() -> list[APIRoute | APIWebSocketRoute]:
    found = [route for router in ROUTERS for route in router.routes]
    kinds = (APIRoute, APIWebSocketRoute)
    return [route for route in found if isinstance(route, kinds) and route.path.startswith("/{code}")]


def called(function: FunctionType) -> Iterator[tuple[str, ast.Call]]:
    """The calls a handler makes, by name, and those of the other functions of routes among them."""
    for node in ast.walk(ast.parse(dedent(getsource(function)))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node
            inner = function.__globals__.get(getattr(node.func, "id", ""))
            if isinstance(inner, FunctionType) and inner.__module__.startswith("app.routes"):
                yield from called(inner)


@pytest.mark.parametrize("route", under_a_code(), ids=lambda route: route.path)
def test_every_handler_of_a_workshop_takes_the_door(route) -> None:
    assert at_door in [each.call for each in route.dependant.dependencies]
    through = {"door.read", "door.write"} & {name for name, _ in called(route.endpoint)}
    assert bool(through) != (route.endpoint.__name__ in WITHOUT_A_RIGHT)


def test_every_right_is_used_by_a_route() -> None:
    rights = set(regions.RIGHT_TO_SEE.values())
    for route in under_a_code():
        for name, call in called(route.endpoint):
            if name in ("door.read", "door.write") and isinstance(call.args[0], ast.Constant):
                rights.add(call.args[0].value)
    assert rights == set(get_args(Right)) == set(RIGHTS)


def test_no_route_of_a_workshop_is_open_to_strangers(room) -> None:
    """Every route under a code refuses a stranger, or is one of the few ways in."""
    ways_in = {
        "/{code}",
        "/{code}/participants",
        "/{code}/devices",
        "/{code}/me/{personal}",
        "/{code}/language",
        "/{code}/remit",
    }
    stranger = room.stranger()
    seen = 0
    for route in [route for router in ROUTERS for route in router.routes]:
        path, methods = getattr(route, "path", ""), getattr(route, "methods", set()) or set()
        if not path.startswith("/{code}") or path in ways_in:
            continue
        concrete = re.sub(r"\{\w+:(int|ballot)\}", "1", path).replace("{code}", room.code)
        concrete = concrete.replace("{screen}", "phone").replace("{name}", "votes")
        for method in methods - {"HEAD"}:
            answer = stranger.http.request(method, concrete, data=VALID if method == "POST" else None)
            assert answer.status_code == 404, f"{method} {path}: {answer.status_code}"
            seen += 1
    assert seen > 50


VALID = {
    "option": "1",
    "text": "x",
    "from": "now",
    "title_en": "T",
    "name": "N",
    "role": "observer",
    "speed": "1",
    "minutes": "1",
    "on": "true",
    "reason": "abuse",
    "language": "en",
    "step": "1",
    "into": "1",
    "note": "1",
    "item": "1",
}


@pytest.mark.parametrize("path", ["phone", "console", "pad/1", "projector/1", "nothing"])
def test_a_socket_of_a_stranger_is_closed_and_shows_nothing(room, charlie, path) -> None:
    for person in (room.stranger(), charlie):
        screen = person.screen(f"/{room.code}/{path}")
        assert screen.ends() == 4401
        assert screen.regions == {}


def test_a_scribe_reaches_only_their_own_tables_pad(room, bob) -> None:
    other = room.enter("table 2")
    assert bob.get(other.home).status_code == 404
    assert bob.get(f"{other.home}/regions").status_code == 404
    item = room.go_to(5)
    assert bob.post(f"{other.home}/entries", {"item": item.id, "text": "Not mine"}).status_code == 404
    assert bob.post(f"{bob.home}/entries", {"item": item.id, "text": "Mine"}).status_code < 300


def test_a_cookie_of_another_workshop_opens_nothing(room, other_room) -> None:
    elsewhere = other_room.enter("lead")
    for name, value in elsewhere.http.cookies.items():
        elsewhere.http.cookies.set(name, value, path="/")
    assert elsewhere.get(f"/{room.code}/console").status_code == 404
    assert elsewhere.post(f"/{room.code}/day/start", {"from": "now"}).status_code == 404


def test_a_one_time_link_opens_once_and_asks_first(room) -> None:
    first, second = room.stranger(), room.stranger()
    token = room.tokens["lead"]
    for _ in range(3):
        assert first.http.get(f"/enter/{token}").status_code == 200, "looking does not use it up"
    assert first.http.post(f"/enter/{token}").status_code == 303
    assert first.get("console").status_code == 200
    assert second.http.post(f"/enter/{token}").status_code == 410
    assert second.http.get(f"/enter/{token}").status_code == 410
    assert second.http.get("/enter/never-issued").status_code == 404


def test_secrets_are_stored_hashed_only(room) -> None:
    person = room.join("Carys")
    personal, _, device = person.http.cookies["me"].partition(".")
    secrets = [*room.tokens.values(), personal, device]

    def everything(session) -> str:
        from sqlalchemy import text

        from app.models import SQLModel

        connection = session.connection()
        return str([connection.execute(text(f"SELECT * FROM {t}")).all() for t in SQLModel.metadata.tables])

    kept = room.read(everything)
    assert room.code in kept, "else the search proves nothing"
    assert not [secret for secret in secrets if secret in kept]


def test_a_scribe_link_needs_a_table_of_the_room(room, alice) -> None:
    for table, words in (("", "writes for one table"), ("77", "no table 77"), ("9" * 40, "no table")):
        refused = alice.post("links", {"role": "scribe", "name": "Rhian", "table": table})
        assert refused.status_code == 422
        assert words in refused.text
    assert alice.post("links", {"role": "scribe", "name": "Rhian", "table": "3"}).status_code == 200


def test_revoking_a_link_closes_its_screens(room, alice) -> None:
    projector = room.enter("projector")
    screen = projector.screen()
    link = int(projector.home.rsplit("/", 1)[1])
    alice.does(f"links/{link}/revocation")
    assert screen.ends() == 4401
    assert projector.get(projector.home).status_code == 404
    own = next(link for link in room.read(links.in_force, room.id) if link.role == "lead")
    assert alice.post(f"links/{own.id}/revocation").status_code == 409


def test_a_reissued_link_ends_the_old_secret_only(room, alice) -> None:
    projector = room.enter("projector")
    link = int(projector.home.rsplit("/", 1)[1])
    answer = alice.does(f"links/{link}/reissue")
    fresh = re.search(r"/enter/([\w-]+)", answer.text)[1]
    assert room.stranger().http.get(f"/enter/{room.tokens['projector']}").status_code == 404
    assert projector.get(projector.home).status_code == 200, "who is in stays in"
    assert room.stranger().http.get(f"/enter/{fresh}").status_code == 303


def test_a_start_adds_secrets_and_ends_none(room) -> None:
    before = dict(room.tokens)
    room.tokens = room.write(links.issue_starting_links, Who(room.id, room.code, "server"))
    assert room.stranger().http.get(f"/enter/{before['projector']}").status_code == 303
    assert room.stranger().http.get(f"/enter/{room.tokens['projector']}").status_code == 303
    assert len(room.read(links.in_force, room.id)) == len(before)


def test_removing_a_person_closes_their_sockets(room, alice) -> None:
    carys = room.join("Carys")
    screen = carys.screen()
    person = room.read(attendance.by_table, room.id)[0].people[0]
    alice.does(f"participants/{person['id']}/removal")
    assert screen.ends() == 4401  # the page loads itself again and says so; the workshop goes on
    assert carys.get("phone/mine").status_code == 410
