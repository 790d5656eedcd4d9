"""The one door: what each role may do, and that strangers find nothing."""

import ast
import re
from collections.abc import Iterator
from inspect import getsource
from textwrap import dedent
from types import FunctionType
from typing import get_args

import pytest
from fastapi.routing import APIRoute, APIWebSocketRoute

from app.access.door import at_door
from app.access.rights import RIGHTS, Right
from app.domain.people import attendance, links
from app.domain.who import Who
from app.models.links import LINK_ROLES
from app.routes import ROUTERS, screens
from tests.test_confirmations import by_link, committed

ROLES = ("participant", "organisation", *LINK_ROLES)

# One request per right; {…} is filled from the room. What a role has no right to is refused by the
# door before anything else is looked at.
ASKS = {
    "see_console": ("GET", "/{code}/console/regions"),
    "see_projector": ("GET", "/{code}/projector/{link}/regions"),
    "see_pad": ("GET", "/{code}/pad/{link}/regions"),
    "see_phone": ("GET", "/{code}/phone/regions"),
    "see_receipts": ("GET", "/{code}/votes/{vote}/receipts"),
    "ask_confirm_link": ("GET", "/{code}/votes/{vote}/confirmation"),
    "confirm": ("POST", "/{code}/confirm/{secret}"),
    "cast": ("POST", "/{code}/votes/{vote}/ballot"),
    "ask_for_time": ("POST", "/{code}/votes/{vote}/time-requests"),
    "write_note": ("POST", "/{code}/walls/{wall}/notes"),
    "change_own_details": ("POST", "/{code}/me"),
    "write_entry": ("POST", "/{code}/pad/{link}/entries"),
    "enter_paper": ("POST", "/{code}/votes/{vote}/paper"),
    "lead": ("POST", "/{code}/day/start"),
    "edit_workshop": ("POST", "/{code}/edit"),
    "manage_people": ("POST", "/{code}/participants/1/name"),
    "manage_links": ("POST", "/{code}/links"),
    "manage_confirm_links": ("POST", "/{code}/votes/{vote}/confirmations/1"),
    "take_record": ("GET", "/{code}/record.json"),
    "rehearse": ("POST", "/{code}/rehearsals"),
}
BODY = {
    "option": "1", "text": "x", "from": "now", "title_en": "T", "name": "N", "role": "observer",
    "speed": "1",
}  # fmt: skip


@pytest.fixture
def as_role(room):
    """A browser of each role."""

    def enter(role: str):
        if role == "participant":
            return room.join("Carys")
        if role == "organisation":
            return by_link(room, committed(room)[0])
        number = 1 if role == "scribe" else None
        _, token = room.write(links.issue, room.who, role, f"The {role}", number)
        room.tokens[role] = token
        return room.enter(role)

    return enter


def ask(person, room, right: str):
    method, path = ASKS[right]
    link = person.home.rsplit("/", 1)[-1] if person.home.rsplit("/", 1)[-1].isdigit() else "1"
    secret = person.home.partition("/confirm/")[2] or "nothing"
    path = path.format(code=room.code, link=link, vote=1, wall=1, secret=secret)
    return person.get(path) if method == "GET" else person.post(path, {**BODY, "item": room.items()[0].id})


def test_every_right_is_asked_for_somewhere() -> None:
    assert set(ASKS) == set(RIGHTS)
    assert all(set(roles) <= {*ROLES, "operator"} for roles in RIGHTS.values())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("right", RIGHTS)
def test_each_role_may_do_what_the_table_says_and_nothing_else(room, as_role, role, right) -> None:
    """R24"""
    answer = ask(as_role(role), room, right)
    refused = answer.status_code == 403 or (
        answer.status_code == 404
        and (right in ("see_projector", "see_pad", "write_entry", "confirm") or role == "organisation")
    )
    assert refused == (role not in RIGHTS[right]), f"{role} {right}: {answer.status_code}"


@pytest.mark.parametrize("right", RIGHTS)
def test_strangers_find_nothing(room, charlie, right) -> None:
    """R24: someone unknown, or known only in another workshop, gets 404 (a ballot too)."""
    for person in (room.stranger(), charlie):
        assert ask(person, room, right).status_code == 404


# The handlers under a workshop's code which ask the door for no right, and why.
WITHOUT_A_RIGHT = {
    "join": "who knows the code may join",
    "ask_here": "who knows a personal code may continue with it",
    "continue_here": "who knows a personal code may continue with it",
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
    rights = set(screens.RIGHT_TO_SEE.values())
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
            answer = stranger.http.request(
                method, concrete, data={**BODY, **VALID} if method == "POST" else None
            )
            assert answer.status_code == 404, f"{method} {path}: {answer.status_code}"
            seen += 1
    assert seen > 50


VALID = {
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
    own = next(link for link in room.read(links.listed, room.id) if link.role == "lead")
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
    room.tokens = room.write(links.fresh, Who(room.id, room.code, "server"))
    assert room.stranger().http.get(f"/enter/{before['projector']}").status_code == 303
    assert room.stranger().http.get(f"/enter/{room.tokens['projector']}").status_code == 303
    assert len(room.read(links.listed, room.id)) == len(before)


def test_removing_a_person_closes_their_sockets(room, alice) -> None:
    carys = room.join("Carys")
    screen = carys.screen()
    person = room.read(attendance.here, room.id)[0].people[0]
    alice.does(f"participants/{person['id']}/removal")
    assert screen.ends() == 4401  # the page loads itself again and says so; the workshop goes on
    assert carys.get("phone/mine").status_code == 410
