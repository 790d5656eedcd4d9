"""The Jinja environment: one way to draw a page, a fragment and a pushed region, in two languages."""

import zlib
from collections.abc import Callable, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound
from jinja2_fragments import render_block
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.settings import ROOT
from app.web import template_functions
from app.web.language import LANGUAGE, translate, translate_many

# bytes; two packets arrive no sooner compressed, and the compressor hands the interpreter to other threads,
# which costs more than what it saves
UNPACKED = 3_000
Context = dict[str, Any]  # what a template is drawn with, by the name it has there


def page(
    request: Request, template: str, block: str = "", status: int = 200, **context: object
) -> HTMLResponse:
    """A whole page; or only its `block`, when htmx asked for a piece of the page it has (`alone`)."""
    alone = bool(block and request.headers.get("hx-request"))
    context = {**context, "language": LANGUAGE.get(), "path": request.url.path, "alone": alone}
    if alone:
        html = render_block(environment(), template, block, **context)
    else:
        html = environment().get_template(template).render(**context)
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    body = html.encode()
    if alone or len(body) <= UNPACKED or "gzip" not in request.headers.get("accept-encoding", ""):
        return HTMLResponse(body, status, headers)
    return HTMLResponse(_gzipped(body), status, {**headers, "Content-Encoding": "gzip"})


def _gzipped(body: bytes) -> bytes:
    """In the gzip format. What is short gets a small window: to clear a large one takes most of the time."""
    bits, memory = (12, 5) if len(body) <= 1 << 12 else (15, 8)
    packing = zlib.compressobj(5, zlib.DEFLATED, 16 + bits, memory)
    return packing.compress(body) + packing.flush()


def fragment(template: str, **context: object) -> str:
    """One partial, drawn alone: what a push, a poll and an answer carry."""
    return environment().get_template(template).render(**context, language=LANGUAGE.get())


class CachingLoader(FileSystemLoader):
    """Looks for a template once: a type of vote without words of its own has none, and every ballot asks."""

    def __init__(self, where: Path) -> None:
        super().__init__(where)
        self.missing: set[str] = set()

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        if template in self.missing:
            raise TemplateNotFound(template)
        try:
            return super().get_source(environment, template)
        except TemplateNotFound:
            self.missing.add(template)
            raise


class FlatEnvironment(Environment):
    """One dictionary of globals, which every drawing copies: Jinja's chain of two takes six times as long."""

    # Any: as Jinja declares it
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


@cache
def environment() -> Environment:
    """Sync, autoescaping everything, strict about what is missing."""
    made = FlatEnvironment(
        loader=CachingLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        cache_size=-1,  # all of them, in a dictionary without a lock
        auto_reload=False,  # asking the disk each time makes every answer wait for the other threads
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True  # how a template breaks its lines is no part of a text
    # added by jinja2.ext.i18n
    made.install_gettext_callables(translate, translate_many, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(template_functions.filters())
    made.globals.update(template_functions.functions())
    return made
