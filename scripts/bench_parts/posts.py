"""Many people who submit at once: keep-alive connections in a process of their own, closed or open loop."""

import asyncio
import gc
import multiprocessing
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

import uvloop

from scripts.bench_parts import machine

CLIENTS = 200
DRAINING = 60.0  # seconds the last answers may take


class Answer(NamedTuple):
    """What came of one request: its number, when it was due, when it was answered, and its status."""

    number: int
    due: float
    at: float
    status: int


def ballot(code: str, vote: int, answer: Mapping[str, object], cookie: str, number: int) -> bytes:
    """A phone's ballot as the outbox sends it; `answer` are the fields of its type."""
    now = time.time_ns() // 1_000_000
    body = urlencode({**answer, "key": f"bench-{vote}-{number}", "sequence": now, "written_at": now}).encode()
    head = (
        f"POST /{code}/votes/{vote}/ballot HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}; language=en\r\n"
        "HX-Request: true\r\nAccept: text/html\r\nAccept-Encoding: gzip, deflate, br\r\n"
        "Accept-Language: en-GB\r\n"
        "User-Agent: Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131 Mobile Safari/537.36\r\n"
        "Content-Type: application/x-www-form-urlencoded;charset=UTF-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Client(asyncio.Protocol):
    """One connection: a request at a time, its answer read to the end."""

    def __init__(self, load: "Load") -> None:
        self.load, self.busy, self.data = load, None, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.load.free(self)

    def connection_lost(self, _: Exception | None) -> None:
        self.load.lost()

    def ask(self, number: int, due: float, request: bytes) -> None:
        self.busy = (number, due)
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.data += data
        head, end, body = self.data.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        number, due = self.busy
        self.data, self.busy = b"", None
        self.load.answers.append(Answer(number, due, time.monotonic(), int(head[9:12])))
        self.load.free(self)


class Load:
    """The requests and who sends them: as fast as they are answered, or `rate` a second whatever comes."""

    def __init__(self, requests: Sequence[bytes], seconds: float, rate: float) -> None:
        self.requests: Iterator[tuple[int, bytes]] = iter(enumerate(requests))
        self.seconds, self.rate, self.total = seconds, rate, len(requests)
        self.answers: list[Answer] = []
        self.idle: list[Client] = []
        self.queue: deque[tuple[int, float, bytes]] = deque()
        self.sent = 0
        self.going = self.ended = False
        self.connections = 0

    async def run(self, port: int) -> list[Answer]:
        loop = asyncio.get_running_loop()
        for _ in range(CLIENTS):
            await loop.create_connection(lambda: Client(self), "127.0.0.1", port)
            self.connections += 1
        await asyncio.sleep(0.2)
        self.going, self.began = True, time.monotonic()
        if self.rate:
            await self._by_the_clock()
        else:
            for client in tuple(self.idle):
                self._next(client)
            await asyncio.sleep(self.seconds)
            self.going = False
        deadline = time.monotonic() + DRAINING
        while len(self.answers) < self.sent and not self.ended and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        return self.answers

    def free(self, client: Client) -> None:
        if self.queue:
            client.ask(*self.queue.popleft())
        elif self.going and not self.rate:
            self._next(client)
        else:
            self.idle.append(client)

    def lost(self) -> None:
        """The server has gone: what was asked and not answered never will be."""
        self.connections -= 1
        self.ended = self.connections == 0

    def _next(self, client: Client) -> None:
        number, request = next(self.requests, (0, b""))
        if request and time.monotonic() - self.began < self.seconds:
            self.sent += 1
            client.ask(number, time.monotonic(), request)

    async def _by_the_clock(self) -> None:
        while self.sent < min(self.total, int(self.rate * self.seconds)):
            due = int((time.monotonic() - self.began) * self.rate) + 1
            while self.sent < min(due, self.total):
                number, request = next(self.requests)
                self._put(number, self.began + self.sent / self.rate, request)
                self.sent += 1
            await asyncio.sleep(0.001)

    def _put(self, number: int, due: float, request: bytes) -> None:
        if self.idle:
            self.idle.pop().ask(number, due, request)
        else:
            self.queue.append((number, due, request))


class Posting:
    """A load under way in its own process."""

    def __init__(self, port: int, requests: Sequence[bytes], seconds: float, rate: float = 0.0) -> None:
        self.pipe, theirs = multiprocessing.Pipe()
        fork = multiprocessing.get_context("fork")
        self.process = fork.Process(target=_post, args=(port, requests, seconds, rate, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def answers(self) -> list[Answer]:
        """What came of it, once it has ended."""
        answers: list[Answer] = self.pipe.recv()
        self.process.join()
        return answers


def _post(port: int, requests: Sequence[bytes], seconds: float, rate: float, pipe) -> None:  # type: ignore[no-untyped-def]
    machine.settle()
    gc.freeze()
    gc.disable()
    pipe.send(uvloop.run(Load(requests, seconds, rate).run(port)))


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    return 0
