"""What a browser does with HTTP: it keeps cookies and one connection, and names where its forms come from."""

import asyncio
import time
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

NETWORK = (OSError, EOFError)  # what a request ends with that got no answer; a time-out is an OSError
PATIENCE = 15.0  # seconds, as in sending.js
IDLE = 4.0  # seconds; uvicorn closes what was idle for five


class Answer(NamedTuple):
    """What came back; `headers` have lower-case names."""

    status: int
    headers: dict[str, str]
    text: str


class Browser:
    """One person's browser. A request that gets no answer raises one of NETWORK."""

    def __init__(self, base: str, language: str = "en", bearer: str = "") -> None:
        self.where = urlsplit(base)
        self.origin = f"{self.where.scheme}://{self.where.netloc}"
        self.language, self.bearer = language, bearer
        self.cookies: dict[str, str] = {}
        self._busy = asyncio.Lock()
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used = 0.0

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def get(self, path: str, piece: bool = False) -> Answer:
        """A page; with `piece` what a script asks for to place into one."""
        return await self._ask("GET", path, b"", {"HX-Request": "true"} if piece else {})

    async def post(self, path: str, fields: dict[str, str] | None = None, piece: bool = True) -> Answer:
        """A form: sent by htmx or the outbox, or plainly. A redirect is not followed."""
        headers = {"Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded"}
        if piece:
            headers["HX-Request"] = "true"
        return await self._ask("POST", path, urlencode(fields or {}).encode(), headers)

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line[1].close()
            self._line = None

    async def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        request = self._request(method, path, body, headers)
        async with self._busy:
            if time.monotonic() - self._used > IDLE:
                self.close()
            reused = self._line is not None
            try:
                return await self._exchange(request)
            except (ConnectionError, EOFError):
                if not reused:
                    raise
                return await self._exchange(request)  # it was closed while we wrote; browsers do the same

    async def _exchange(self, request: bytes) -> Answer:
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = self._line = self._line or await self._connect()
                writer.write(request)
                answer, last = await self._read(reader)
        except BaseException:  # half an answer would be taken for the next one's
            self.close()
            raise
        self._used = time.monotonic()
        if last:
            self.close()
        return answer

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        secure = self.where.scheme == "https"
        port = self.where.port or (443 if secure else 80)
        return await asyncio.open_connection(self.where.hostname, port, ssl=secure or None)

    def _request(self, method: str, path: str, body: bytes, extra: dict[str, str]) -> bytes:
        headers = {
            "Host": self.where.netloc,
            "User-Agent": "Plenary rehearsal",
            "Accept": "application/json" if self.bearer else "text/html",
            "Accept-Language": self.language,
            "Content-Length": str(len(body)),
            **extra,
        }
        if self.cookies:
            headers["Cookie"] = self.cookie
        if self.bearer:
            headers["Authorization"] = f"Bearer {self.bearer}"
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body

    async def _read(self, reader: asyncio.StreamReader) -> tuple[Answer, bool]:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status, headers = int(first.split(" ", 2)[1]), {}
        for name, _, value in (line.partition(":") for line in lines if line):
            name, value = name.strip().lower(), value.strip()
            headers[name] = value
            if name == "set-cookie":
                self._keep(value)
        body = await self._body(reader, headers)
        return Answer(status, headers, body.decode(errors="replace")), headers.get("connection") == "close"

    async def _body(self, reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return await reader.readexactly(int(headers.get("content-length", 0)))
        body = b""
        while size := int((await reader.readline()).split(b";")[0], 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
        return body

    def _keep(self, cookie: str) -> None:
        name, _, value = cookie.partition(";")[0].partition("=")
        self.cookies[name.strip()] = value.strip().strip('"')
