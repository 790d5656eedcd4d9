"""The Jinja environment: one way to draw a page, a fragment and a pushed region, in two languages."""

import zlib
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound
from jinja2.utils import urlize
from jinja2_fragments import render_block
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.domain import codes
from app.domain.agenda import plan
from app.domain.votes.types import registry
from app.models.base import LANGUAGES
from app.models.clusters import SYMBOLS
from app.settings import ROOT, settings
from app.web import assets

LANGUAGE: ContextVar[str] = ContextVar("language", default="en")
ZONE: ContextVar[str] = ContextVar("zone", default="Europe/London")
ONE_PACKET = 1_400  # bytes; what fits in it arrives no sooner compressed


@contextmanager
def drawn_for(language: str, zone: str = "Europe/London") -> Iterator[None]:
    """Everything drawn inside is in `language`, with times of the wall clock in `zone`."""
    language_before, zone_before = LANGUAGE.set(language), ZONE.set(zone)
    try:
        yield
    finally:
        LANGUAGE.reset(language_before)
        ZONE.reset(zone_before)


def page(request: Request, template: str, block: str = "", status: int = 200, **context: Any) -> HTMLResponse:
    """A whole page; or only its `block`, when htmx asked for a piece of the page it has (`alone`)."""
    alone = bool(block and request.headers.get("hx-request"))
    context = {**context, "language": LANGUAGE.get(), "path": request.url.path, "alone": alone}
    if alone:
        html = render_block(environment(), template, block, **context)
    else:
        html = environment().get_template(template).render(**context)
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    body = html.encode()
    small = alone or len(body) <= ONE_PACKET
    if small or "gzip" not in request.headers.get("accept-encoding", ""):
        return HTMLResponse(body, status, headers)
    return HTMLResponse(_gzipped(body), status, {**headers, "Content-Encoding": "gzip"})


def _gzipped(body: bytes) -> bytes:
    """In the gzip format. What is short gets a small window: to clear a large one takes most of the time."""
    bits, memory = (12, 5) if len(body) <= 1 << 12 else (15, 8)
    packing = zlib.compressobj(5, zlib.DEFLATED, 16 + bits, memory)
    return packing.compress(body) + packing.flush()


def fragment(template: str, **context: Any) -> str:
    """One partial, drawn alone: what a push, a poll and an answer carry."""
    return environment().get_template(template).render(**context, language=LANGUAGE.get())


def translate(text: str) -> str:
    """`text` in the language being drawn."""
    return _translations(LANGUAGE.get()).gettext(text)


def translate_many(one: str, many: str, n: int) -> str:
    """The form of `one`/`many` that the language uses for n things. English needs no catalogue: it has
    one form for 1 and another for any other number, which is gettext's rule where there is none."""
    return _translations(LANGUAGE.get()).ngettext(one, many, n)


def local_time(moment: datetime) -> str:
    """HH:MM on the workshop's wall clock."""
    return plan.local(moment, ZONE.get()).strftime("%H:%M")


class Remembering(FileSystemLoader):
    """Looks for a template once: a type of vote without words of its own has none, and every ballot asks."""

    def __init__(self, where: Path) -> None:
        super().__init__(where)
        self.missing: set[str] = set()

    def get_source(self, environment: Environment, template: str) -> Any:
        if template in self.missing:
            raise TemplateNotFound(template)
        try:
            return super().get_source(environment, template)
        except TemplateNotFound:
            self.missing.add(template)
            raise


class Globally(Environment):
    """One dictionary of globals, which every drawing copies: Jinja's chain of two takes six times as long."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


@cache
def environment() -> Environment:
    """Sync, autoescaping everything, strict about what is missing."""
    made = Globally(
        loader=Remembering(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # asking the disk each time makes every answer wait for the other threads
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True  # how a template breaks its lines is no part of a text
    made.install_gettext_callables(translate, translate_many, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(
        time=local_time,
        date=_long_date,
        day=_local_day,
        ms=_epoch_ms,
        minutes=_minutes,
        grouped=codes.grouped,
        paragraphs=_paragraphs,
        scaled=_scaled,
        translated=translate,  # of what is marked in a module: a template's own words are marked there
    )
    made.globals.update(_globals())
    return made


def _globals() -> dict[str, Any]:
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


@cache
def _translations(language: str) -> NullTranslations:
    path = ROOT / "app" / "locale" / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as catalogue:
        write_mo(compiled, read_po(catalogue, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def _epoch_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _now_ms() -> int:
    return _epoch_ms(datetime.now(UTC))


def _long_date(day: date) -> str:
    return format_date(day, "d MMMM y", locale=LANGUAGE.get())


def _local_day(moment: datetime) -> str:
    """The day of an instant on the workshop's calendar."""
    return _long_date(plan.local(moment, ZONE.get()).date())


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
