"""What every request passes, sockets included: the Origin check, the size limit, the headers."""

import logging
import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Refused
from app.settings import settings
from app.web.refusals import refuse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NO_PAGE = ("text/css", "text/javascript", "font/")  # what the policy says is about pages
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Pure ASGI, since wrappers of requests do not see websockets."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not _is_ours(Headers(scope=scope)):
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            await self._http(scope, receive, _with_headers(send))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if scope["method"] not in SAFE and not _is_ours(headers):
            await refuse(Request(scope), Refused("bad_origin"))(scope, receive, send)
        elif _length(headers) > settings().body_limit:
            await refuse(Request(scope), Refused("body_too_large"))(scope, receive, send)
        else:
            await self.app(scope, _limited(receive), send)


class BodyTooLarge(Refused):
    """A body that grew beyond the limit while it was read."""

    def __init__(self) -> None:
        super().__init__("body_too_large")


def _is_ours(headers: Headers) -> bool:
    """Browsers name the origin of every POST and socket; what names none is not a browser, and
    brings no cookies it was not given."""
    origin = headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc == headers.get("host", "") or origin in settings().origins


def _length(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdigit() else 0


def _limited(receive: Receive) -> Receive:
    read = 0

    async def limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > settings().body_limit:
            raise BodyTooLarge
        return message

    return limited


def _with_headers(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            is_page = not headers.get("content-type", "").startswith(NO_PAGE)
            for name, value in HEADERS.items():
                if is_page or name == "X-Content-Type-Options":
                    headers.setdefault(name, value)
        await send(message)

    return with_headers


class Redacted(logging.Filter):
    """Takes the secrets out of the paths that uvicorn logs."""

    SECRET = re.compile(r"/(enter|me|confirm)/[^/\s?\"']+|([?&](?:token|code)=)[^&\s\"']+")

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(self._redact(arg) if isinstance(arg, str) else arg for arg in record.args)
        if isinstance(record.msg, str):
            record.msg = self._redact(record.msg)
        return True

    def _redact(self, text: str) -> str:
        return self.SECRET.sub(lambda found: f"/{found[1]}/…" if found[1] else f"{found[2]}…", text)


def redact_logs() -> None:
    """Let no token reach a log, access log or error log."""
    for name in ("uvicorn.access", "uvicorn.error", "uvicorn.asgi"):
        logging.getLogger(name).addFilter(Redacted())
