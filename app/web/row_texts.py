"""Texts of rows in the language being drawn, short or in paragraphs."""

from functools import lru_cache

from jinja2.utils import urlize
from markupsafe import Markup, escape

from app.models.base import LANGUAGES
from app.web.language import LANGUAGE


def words(row: object, name: str) -> str:
    """A text of a row in the language being drawn; where it has none, the other language's, marked
    as such so that a screen reader says it right and a reader sees that it is not translated."""
    language = LANGUAGE.get()
    text = getattr(row, f"{name}_{language}")
    if text:
        return text
    other = next(each for each in LANGUAGES if each != language)
    fallback = getattr(row, f"{name}_{other}")
    return (
        Markup('<span lang="{}" class="untranslated">{}</span>').format(other, fallback) if fallback else ""
    )


def prose(row: object, name: str) -> Markup:
    """A longer text of a row: a paragraph for each block between empty lines, a list for a block of
    several lines, addresses as links; marked when it stands in the other language."""
    language = LANGUAGE.get()
    own = bool(getattr(row, f"{name}_{language}"))
    other = next(each for each in LANGUAGES if each != language)
    attributes = Markup("") if own else Markup(' lang="{}" class="untranslated"').format(other)
    blocks = [block.strip() for block in plain_words(row, name).split("\n\n")]
    return Markup("").join(_block(block, attributes) for block in blocks if block)


def plain_words(row: object, name: str) -> str:
    """The same text without marks, for attributes and files."""
    return (
        getattr(row, f"{name}_{LANGUAGE.get()}") or getattr(row, f"{name}_en") or getattr(row, f"{name}_cy")
    )


@lru_cache(maxsize=2_000)  # looking for addresses takes longer than all else in a drawing
def _block(text: str, attributes: Markup) -> Markup:
    linked = [Markup(urlize(escape(line), rel="noopener")) for line in text.split("\n")]
    if len(linked) == 1:
        return Markup("<p{}>{}</p>").format(attributes, linked[0])
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in linked)
    return Markup("<ul{}>{}</ul>").format(attributes, items)


def paragraphs(text: str) -> Markup:
    """Plain text with its empty lines as paragraphs and its newlines kept."""
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    lines = [Markup("<br>").join(escape(line) for line in block.split("\n")) for block in blocks]
    return Markup("").join(Markup("<p>{}</p>").format(block) for block in lines)
