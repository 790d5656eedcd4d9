"""Whom something is drawn for: in which language, and by which wall clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from gettext import NullTranslations
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from app.domain.agenda import plan
from app.settings import ROOT

LANGUAGE: ContextVar[str] = ContextVar("language", default="en")
ZONE: ContextVar[str] = ContextVar("zone", default="Europe/London")


@contextmanager
def drawn_for(language: str, zone: str = "Europe/London") -> Iterator[None]:
    """Everything drawn inside is in `language`, with times of the wall clock in `zone`."""
    language_before, zone_before = LANGUAGE.set(language), ZONE.set(zone)
    try:
        yield
    finally:
        LANGUAGE.reset(language_before)
        ZONE.reset(zone_before)


def translate(text: str) -> str:
    """`text` in the language being drawn."""
    return _translations(LANGUAGE.get()).gettext(text)


def translate_many(one: str, many: str, n: int) -> str:
    """The form of `one`/`many` that the language uses for n things. English needs no catalogue: it has
    one form for 1 and another for any other number, which is gettext's rule where there is none."""
    return _translations(LANGUAGE.get()).ngettext(one, many, n)


def local_time(moment: datetime) -> str:
    """HH:MM on the workshop's wall clock."""
    return plan.local_time(moment, ZONE.get()).strftime("%H:%M")


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
