"""What templates call: texts of rows in the language being drawn, times and numbers as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import segno
from babel.dates import format_date
from jinja2.utils import urlize
from markupsafe import Markup, escape

from app.domain import codes
from app.domain.agenda import plan
from app.domain.votes.types import registry
from app.models.base import LANGUAGES
from app.models.clusters import SYMBOLS
from app.settings import settings
from app.web import assets
from app.web.language import LANGUAGE, ZONE, local_time, translate


def filters() -> dict[str, Any]:
    """What templates write after a bar."""
    return {
        "time": local_time,
        "date": _long_date,
        "day": _local_day,
        "ms": _epoch_ms,
        "minutes": _minutes,
        "grouped": codes.grouped,
        "paragraphs": _paragraphs,
        "scaled": _scaled,
        "translated": translate,  # of what is marked in a module: a template's own words are marked there
    }


def functions() -> dict[str, Any]:
    """What templates know by name."""
    return {
        "words": words,
        "plain_words": plain_words,
        "prose": prose,
        "qr": qr,
        "address": address,
        "stylesheet": assets.stylesheet,
        "script": assets.script,
        "icon": assets.icon,
        "behaviours": assets.BEHAVIOURS,
        "vendored": assets.VENDORED,
        "now_ms": _now_ms,
        "languages": LANGUAGES,
        "type_of": registry.type_of,
        "symbols": {symbol: number for number, symbol in enumerate(SYMBOLS, 1)},
    }


def words(row: Any, name: str) -> str:
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


def prose(row: Any, name: str) -> Markup:
    """A longer text of a row: a paragraph for each block between empty lines, a list for a block of
    several lines, addresses as links; marked when it stands in the other language."""
    language = LANGUAGE.get()
    own = bool(getattr(row, f"{name}_{language}"))
    other = next(each for each in LANGUAGES if each != language)
    mark = Markup("") if own else Markup(' lang="{}" class="untranslated"').format(other)
    blocks = [block.strip() for block in plain_words(row, name).split("\n\n")]
    return Markup("").join(_block(block, mark) for block in blocks if block)


def qr(text: str, label: str) -> Markup:
    """`text` as a QR code: an inline SVG that a screen reader knows by `label`. Dark modules only,
    so the page puts it on white."""
    drawn = segno.make(text, micro=False).svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None)
    named = Markup('<svg role="img" aria-label="{}" focusable="false" ').format(label)
    return Markup(drawn.replace("<svg ", named, 1))


def address(path: str = "", shown: bool = False) -> str:
    """The public address of a path; as `shown` to people, without the scheme."""
    whole = f"{settings().public_url.rstrip('/')}{path}"
    return whole.partition("://")[2] if shown else whole


def plain_words(row: Any, name: str) -> str:
    """The same text without marks, for attributes and files."""
    return (
        getattr(row, f"{name}_{LANGUAGE.get()}") or getattr(row, f"{name}_en") or getattr(row, f"{name}_cy")
    )


def _epoch_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _now_ms() -> int:
    return _epoch_ms(datetime.now(UTC))


def _long_date(day: date) -> str:
    return format_date(day, "d MMMM y", locale=LANGUAGE.get())


def _local_day(moment: datetime) -> str:
    """The day of an instant on the workshop's calendar."""
    return _long_date(plan.local_time(moment, ZONE.get()).date())


def _scaled(value: int, decimals: int) -> str:
    """A number kept in units of its last decimal as people read it: 1250 with 2 is "12.50"."""
    return f"{Decimal(value).scaleb(-decimals):f}"


def _minutes(seconds: float) -> str:
    """A length of time as m:ss, with a sign when negative."""
    whole = abs(round(seconds))
    return f"{'−' if seconds < 0 else ''}{whole // 60}:{whole % 60:02d}"


@lru_cache(maxsize=2_000)  # looking for addresses takes longer than all else in a drawing
def _block(text: str, mark: Markup) -> Markup:
    linked = [Markup(urlize(escape(line), rel="noopener")) for line in text.split("\n")]
    if len(linked) == 1:
        return Markup("<p{}>{}</p>").format(mark, linked[0])
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in linked)
    return Markup("<ul{}>{}</ul>").format(mark, items)


def _paragraphs(text: str) -> Markup:
    """Plain text with its empty lines as paragraphs and its newlines kept."""
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    lines = [Markup("<br>").join(escape(line) for line in block.split("\n")) for block in blocks]
    return Markup("").join(Markup("<p>{}</p>").format(block) for block in lines)
