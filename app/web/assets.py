"""How each face looks and behaves: the files of static/ it needs, sent as one stylesheet and one script."""

import hashlib
import re
from functools import cache
from urllib.parse import quote

from rcssmin import cssmin
from rjsmin import jsmin

from app.settings import ROOT

STATIC = ROOT / "static"
EVERYWHERE = ["tokens", "base", "forms", "components"]  # tokens first: it fixes the order of the layers
BALLOTS = ["votes/ballot-choices", "votes/ballot-numbers"]
RESULTS = ["votes/tally", "votes/results", "votes/ranking", "votes/estimate"]
STYLES = {  # a plain page has the phone's: who joins there needs it next
    "phone": [
        "agenda/clock", "votes/closing", "agenda/order", *BALLOTS, *RESULTS, "notes/notes", "cards", "phone",
    ],
    "projector": [
        "agenda/clock", "votes/closing", "agenda/order", *RESULTS, "notes/notes", "join", "projector",
        "stage", "notes/projector-wall", "votes/projector-results", "votes/projector-grid", "votes/rounds",
        "votes/projector-rounds",
    ],
    "console": [
        "agenda/clock", "votes/closing", "agenda/order", *BALLOTS, *RESULTS, "notes/notes", "join",
        "console/console", "console/controls", "agenda/activities", "console/room", "notes/board", "panels",
        "votes/editor", "votes/preview", "votes/rounds",
    ],
    "pad": ["agenda/clock", "agenda/order", *BALLOTS, "notes/notes", "pad", "panels"],
    "print": ["agenda/order", "cards", "phone", *RESULTS, "notes/notes", "record", "votes/rounds"],
    "desk": [
        "agenda/order", *BALLOTS, *RESULTS, "notes/notes", "join", "console/console", "console/controls",
        "agenda/activities", "console/room", "notes/board", "panels", "votes/editor", "votes/preview",
        "votes/rounds",
    ],
}  # fmt: skip
FIELDS = ["draft", "characters-left", "stepper", "rank-duplicates"]  # what helps with fields
BEHAVIOURS = {
    "phone": [
        "live", "clock", "queue", "outbox", "sending", "swap", "personal-slot", *FIELDS, "announce", "dialog",
        "language",
    ],
    "projector": ["live", "clock", "fit", "wall-pages"],
    "console": [
        "live", "clock", "announce", "failure", "dialog", *FIELDS, "list-editor", "drag", "behind-plan",
        "undo", "double-tap", "autoscroll",
    ],
    "pad": [
        "live", "clock", "queue", "outbox", "sending", "swap", *FIELDS, "pad", "announce", "failure",
        "dialog", "autoscroll",
    ],
    "page": ["language"],
    "print": [],
    "desk": ["dialog", "failure", *FIELDS, "list-editor", "language"],
}  # fmt: skip
VENDORED = {  # after the behaviours, htmx last: they listen to what it does from the start
    "phone": ["htmx"],
    "projector": ["htmx"],
    "console": ["sortable.min", "htmx"],
    "pad": ["htmx"],
    "page": [],
    "print": [],
    "desk": ["htmx"],
}


def files(bundle: str) -> list[str]:
    """What the bundle ("phone.css", "phone.js") is made of, in order: paths in static/."""
    face, kind = bundle.split(".")
    if kind == "css":
        return [f"css/{name}.css" for name in EVERYWHERE + STYLES[face]]
    return [f"js/{name}.js" for name in BEHAVIOURS[face]] + [f"vendor/{name}.js" for name in VENDORED[face]]


BUNDLES = frozenset(
    [f"{face}.css" for face in STYLES] + [f"{face}.js" for face, names in BEHAVIOURS.items() if names]
)


@cache
def bundled(bundle: str) -> bytes:
    """The files of a bundle as one, without comments and needless space; vendored files as they are."""
    return "\n".join(_short(path) for path in files(bundle)).encode()


def stylesheet(face: str) -> str:
    """The address of the face's one stylesheet."""
    return asset(f"faces/{face if face in STYLES else 'phone'}.css")


def script(face: str) -> str:
    """The address of the face's one script; empty where it has none."""
    return asset(f"faces/{face}.js") if BEHAVIOURS[face] else ""


@cache
def icon() -> str:
    """The icon as an address that holds it: asking for it would take five times its bytes."""
    drawing = (STATIC / "icon.svg").read_text(encoding="utf-8").strip().replace('"', "'")
    return "data:image/svg+xml," + quote(drawing, safe=" ='/:")


@cache
def asset(path: str) -> str:
    """The address of a static file or bundle ("faces/phone.css") with its content's digest, so that it
    can be kept for ever."""
    folder, _, name = path.partition("/")
    content = bundled(name) if folder == "faces" else (STATIC / path).read_bytes()
    return f"/static/{path}?{hashlib.sha256(content).hexdigest()[:12]}"


def _short(path: str) -> str:
    text = (STATIC / path).read_text(encoding="utf-8")
    if path.startswith("css/"):
        # rcssmin drops the space in `.prose :is(ul, ol)`; `.prose *:is(ul, ol)`, the same, it leaves alone.
        text = re.sub(r"(?<!@page)(?<=[\w)\]]) (?=:[a-z])", " *", text)
        return re.sub(r"\.\./(fonts/[\w.-]+)", lambda found: asset(found[1]), cssmin(text))
    return jsmin(text) if path.startswith("js/") else text
