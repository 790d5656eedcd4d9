"""What templates call, by name: times and numbers as people read them, QR codes, and texts of rows."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import segno
from babel.dates import format_date
from markupsafe import Markup

from app.domain import codes
from app.domain.agenda import plan
from app.domain.votes.types import registry
from app.models.base import LANGUAGES
from app.models.clusters import SYMBOLS
from app.settings import settings
from app.web import assets, row_texts
from app.web.language import LANGUAGE, ZONE, local_time, translate


def filters() -> dict[str, Callable[..., object]]:
    """What templates write after a bar."""
    return {
        "time": local_time,
        "date": _long_date,
        "day": _local_day,
        "ms": _epoch_ms,
        "minutes": _minutes,
        "grouped": codes.grouped,
        "paragraphs": row_texts.paragraphs,
        "scaled": _scaled,
        "translated": translate,  # of what is marked in a module: a template's own words are marked there
    }


def functions() -> dict[str, object]:
    """What templates know by name."""
    return {
        "words": row_texts.words,
        "plain_words": row_texts.plain_words,
        "prose": row_texts.prose,
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
