"""The form of a vote, filled in, and read again from the page it stands in."""

import re
from html import unescape

from app.domain.votes.forms import vote_forms
from app.domain.votes.life import votes
from app.domain.votes.types import registry
from app.models import Vote

KINDS = registry.names()
TWO = {"option_en_1": "Yes", "option_en_2": "No"}


def form(kind: str = "single", **fields: str) -> dict[str, str]:
    """A form that can be kept, of any type."""
    lines = {"option_en_1": "One", "option_cy_1": "Un", "option_en_2": "Two", "option_en_3": "Three"}
    return {**vote_forms.blank(kind), "question_en": "How?", **lines, "criterion_en_1": "Fair", **fields}


def text(html: str) -> str:
    """Its words alone."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def values(html: str) -> dict[str, str]:
    """What the form would send: the fields as they stand in it."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        about = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if about.get("type") not in ("radio", "checkbox") or " checked" in tag:
            found[about.get("name", "")] = unescape(about.get("value", ""))
    found |= {
        n: unescape(t)
        for n, t in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>', html, re.S)
    }
    for name, inside in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', html, re.S):
        found[name] = (re.findall(r'value="(\w*)" selected', inside) or [""])[0]
    return {name: value for name, value in found.items() if name}


def only(room, item) -> Vote:
    """The one vote of this item."""
    (made,) = room.read(votes.of_item, item.id)
    return made
