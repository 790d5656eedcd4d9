"""What every request passes: origin, size, headers, and secrets kept out of logs."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from app.domain.votes.life import drafts
from app.web.guard import Redacted
from tests.cast.rooms import Room


@pytest.fixture
def room(app_server) -> Iterator[Room]:
    """A workshop asked by sockets alone, as a browser asks it."""
    with ExitStack() as stack:
        yield Room(replace(app_server, transport=None), stack)


def test_a_post_from_another_website_is_refused(room, alice) -> None:
    """R129"""
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        answer = alice.http.post(f"/{room.code}/day/start", data={"from": "now"}, headers={"Origin": origin})
        assert answer.status_code == 403
        assert "another website" in answer.text
    assert room.read(lambda s: room.workshop(s).state) == "ahead"


def test_a_socket_from_another_website_is_refused(room, alice, base_url) -> None:
    """R129"""
    cookies = "; ".join(f"{name}={value}" for name, value in alice.http.cookies.items())
    with pytest.raises(InvalidStatus) as refused:
        connect(
            base_url.replace("http", "ws") + f"/{room.code}/console/live",
            additional_headers={"Cookie": cookies},
            origin="https://evil.example",
        )
    assert refused.value.response.status_code == 403


def test_the_public_address_is_an_origin_of_ours(room, alice, monkeypatch) -> None:
    """Behind a proxy the Host header differs from what people typed."""
    from app import settings

    monkeypatch.setattr(settings.settings(), "public_url", "https://plenary.example")
    answer = alice.http.post(
        f"/{room.code}/day/start", data={"from": "now"}, headers={"Origin": "https://plenary.example"}
    )
    assert answer.status_code == 303


def test_a_ten_megabyte_body_is_refused_with_a_sentence(room, alice) -> None:
    answer = alice.post("edit", {"remit_en": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "too large" in answer.text
    chunks = (b"x" * 65_536 for _ in range(160))
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = alice.http.post(f"/{room.code}/edit", content=chunks, headers=form)
        assert answer.status_code == 413
        assert "too large" in answer.text
    except httpx.WriteError:
        pass  # the server hung up rather than read on


@pytest.mark.parametrize("number", ["9" * 19, "9" * 30, "9" * 5000])
def test_a_number_that_no_row_can_have_is_not_found(room, alice, number) -> None:
    """In an address, in a cookie's name and in what a socket says of its page."""
    for path in (
        "votes/{}/opening",
        "items/{}/leaving",
        "notes/{}/hiding",
        "participants/{}/name",
        "undo/{}",
    ):
        answer = alice.post(path.format(number), {"reason": "abuse"})
        assert answer.status_code == 404, path
        assert "nothing here" in answer.text
    no_figure = {"Cookie": "as_²=x".encode("latin-1")}
    assert room.stranger().get("console", headers=no_figure).status_code == 404
    screen = alice.screen(live=f"/{room.code}/console/live?v={number}")
    screen.shows("controls", "Before the day")


def test_every_page_carries_the_policy(room, alice) -> None:
    for path in ("/", f"/{room.code}", f"/{room.code}/console", "/NOTHERE", "/static/nothere.css"):
        headers = alice.http.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]


def test_what_is_no_page_carries_only_what_protects_it(alice) -> None:
    """An image is a page when it is opened by itself, so it keeps the policy."""
    for path in ("faces/phone.css", "faces/phone.js", "css/tokens.css", "vendor/htmx.js"):
        headers = alice.http.get(f"/static/{path}").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "content-security-policy" not in headers
        assert headers["content-type"].startswith(("text/css", "text/javascript"))
    assert "content-security-policy" in alice.http.get("/static/icon.svg").headers


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(room) -> None:
    answer = room.stranger().post("participants", {"name": "Carys"}, htmx=False)
    cookies = answer.headers.get_list("set-cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["me", "language"]
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert cookie.startswith("language=") or f"Path=/{room.code}" in cookie


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/enter/s3cr3t-token_x", "/enter/…"),
        ("/K7QF3M/me/ABCDEFGHJKMN", "/K7QF3M/me/…"),
        ("/x?token=s3cr3t&y=1", "/x?token=…&y=1"),
        ("/K7QF3M/phone/live", "/K7QF3M/phone/live"),
    ],
)
def test_no_secret_reaches_a_log(path, kept) -> None:
    record = logging.LogRecord(
        "uvicorn.access", 20, "", 0, '%s - "%s %s HTTP/%s" %d', ("127.0.0.1", "GET", path, "1.1", 200), None
    )
    assert Redacted().filter(record)
    assert record.getMessage() == f'127.0.0.1 - "GET {kept} HTTP/1.1" 200'


SCRIPT = "<script>alert(1)</script>"


def test_script_in_every_text_is_inert_on_every_face(room, alice) -> None:
    """R130: phone, console, projector and pad show the characters, never the element."""
    from app.domain.notes import boards, clusters, walls
    from app.domain.votes.forms import vote_settings

    evil = f"=1+1 {SCRIPT} \"'>"
    carys = room.join(evil, organisation=evil, table=1)
    bob = room.enter("table 1")
    projector = room.enter("projector")
    item = room.go_to(12)
    alice.does("edit", {"title_en": evil, "remit_en": evil})
    alice.does(f"items/{item.id}", {"title_en": evil, "instruction_en": evil})
    made = room.write(
        drafts.write,
        room.who,
        item.id,
        vote_settings.read({"question_en": evil, "option_en_1": evil, "option_en_2": "No"}),
    )
    alice.does(f"votes/{made.id}/opening")
    alice.does(f"votes/{made.id}/closing")
    alice.does(f"votes/{made.id}/reveal")
    seen = [carys.get(f"/{room.code}").text, projector.get(projector.home).text, alice.get("console").text]
    wall = room.write(walls.write, room.who, item.id, {"prompt_en": evil})
    alice.does(f"walls/{wall.id}/opening")
    carys.does(f"walls/{wall.id}/notes", {"text": evil})
    alice.does(f"walls/{wall.id}/release")
    made_cluster = room.write(clusters.make, room.who, wall.id)
    alice.does(f"clusters/{made_cluster.id}/title", {"title": evil})
    bob.does(f"{bob.home}/entries", {"item": item.id, "text": evil})
    shown = room.read(boards.board_of, wall).parked.notes
    assert shown
    for person, path in (
        (carys, f"/{room.code}"),
        (projector, projector.home),
        (alice, "console"),
        (bob, bob.home),
    ):
        seen.append(person.get(path).text)
    seen += [carys.get("phone/mine").text, alice.get(f"items/{item.id}").text, carys.get("remit").text]
    seen += [alice.get(f"notes/{shown[0].note.id}").text, alice.get("record").text]
    for html in seen:
        assert SCRIPT not in html
    assert sum("&lt;script&gt;" in html for html in seen) == len(seen)
