"""Each face has one stylesheet and one script: what its page refers to, what is in them, how kept."""

import re

import pytest

from app.settings import ROOT
from app.web import assets

STATIC = ROOT / "static"


def pages(room, alice) -> dict[str, str]:
    """Each face and a page of it."""
    carys, projector, bob = room.join("Carys"), room.enter("projector"), room.enter("table 1")
    return {
        "phone": carys.get(f"/{room.code}").text,
        "projector": projector.get(projector.home).text,
        "console": alice.get("console").text,
        "pad": bob.get(bob.home).text,
        "page": room.stranger().get(f"/{room.code}").text,
        "print": alice.get("record").text,
        "desk": alice.get("edit").text,
    }


def test_a_page_refers_to_one_stylesheet_and_one_script(room, alice) -> None:
    shown = pages(room, alice)
    assert (
        shown.keys() == assets.BEHAVIOURS.keys() == assets.VENDORED.keys() == assets.STYLES.keys() | {"page"}
    )
    for face, page in shown.items():
        assert f'data-screen="{face}"' in page
        assert re.findall(r'<link rel="stylesheet" href="([^"]+)"', page) == [assets.stylesheet(face)]
        assert re.findall(r'<script[^>]* src="([^"]+)"', page) == (
            [assets.script(face)] if face != "print" else []
        )


@pytest.mark.parametrize("bundle", sorted(assets.BUNDLES))
def test_a_bundle_holds_every_file_named_for_it_in_order(shared_room, bundle) -> None:
    """Ours word for word but for comments, vendored ones to the letter."""
    answer = shared_room.stranger().http.get(assets.asset(f"faces/{bundle}"))
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "max-age=31536000, immutable"
    rest, ours = answer.text, []
    for path in reversed(assets.files(bundle)):
        text = (STATIC / path).read_text()
        if path.startswith("vendor/"):
            assert rest.endswith(text)
            rest = rest.removesuffix(text).removesuffix("\n")
        else:
            ours = words(re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)) + ours
    assert words(re.sub(r"/static/(fonts/[\w.-]+)\?\w+", r"../\1", rest)) == ours


def test_a_font_is_kept_for_ever_too(shared_room) -> None:
    person = shared_room.stranger()
    styles = person.http.get(assets.stylesheet("phone")).text
    addresses = re.findall(r'url\("([^"]+)"\)', styles)
    assert addresses
    for address in addresses:
        answer = person.http.get(address)
        assert answer.headers["content-type"] == "font/woff2"
        assert "immutable" in answer.headers["cache-control"]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def test_minifying_keeps_what_stands_within_something_else() -> None:
    """ ".prose :is(ul, ol)" and ".prose *:is(ul,ol)" are the lists in a text, ".prose:is(ul,ol)" nothing."""
    assert ".prose *:is(ul,ol){" in assets.bundled("phone.css").decode()
    assert ".wall--paged *:is(.cluster__head,.cluster__title){" in assets.bundled("projector.css").decode()


def test_the_first_page_of_a_phone_is_light(room) -> None:
    """R103: everything it asks for, as it travels, is at most 60 kB."""
    carys = room.join("Carys")

    def travels(path: str) -> int:
        with carys.http.stream("GET", path, headers={"Accept-Encoding": "gzip, br"}) as answer:
            assert answer.status_code == 200, path
            return sum(len(part) for part in answer.iter_raw())

    page = carys.get(f"/{room.code}").text
    parts = [f"/{room.code}", *re.findall(r'(?:href|src)="(/static/[^"]+)"', page)]
    styles = carys.get(next(part for part in parts if "phone.css" in part)).text
    parts += [font for font in re.findall(r'url\("?([^")]+)', styles) if "-latin.woff2" in font]
    assert len(parts) == 4, "a page, a style sheet, a script and a font"
    assert sum(travels(part) for part in parts) <= 60_000
