"""Thousands of phones that only listen: a process of its own, one epoll loop, no framework, frames counted.

Where heartbeats come too, a frame of 126 bytes or more is a state of the room, a shorter one a heartbeat.
"""

import contextlib
import gc
import multiprocessing
import os
import select
import socket
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from scripts.bench_parts import machine

AT_ONCE = 64  # handshakes under way
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
)
OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
CONNECTING = 300.0  # seconds all of them may take


@dataclass(slots=True)
class Phone:
    """One socket: what is left of an unfinished frame, and whether it has shaken hands."""

    socket: socket.socket
    open: bool = False
    rest: bytes = b""


class Listening:
    """The phones, in their process."""

    def __init__(
        self, port: int, path: str, cookies: Sequence[str], deflate: bool, beating: bool, pipe: Connection
    ) -> None:
        self.port, self.path, self.deflate, self.beating, self.pipe = port, path, deflate, beating, pipe
        self.waiting = list(reversed(cookies))
        self.size = len(cookies)
        self.poll = select.epoll()
        self.phones: dict[int, Phone] = {}
        self.opened = self.states = self.beats = self.shaking = self.lost = 0
        self.target: tuple[str, int] | None = None
        self.sample = b""
        self.extension = ""

    def run(self) -> None:
        """Listen, and do what the pipe says, until it says nothing more."""
        self.poll.register(self.pipe.fileno(), select.EPOLLIN)
        while True:
            self._call()
            for descriptor, _ in self.poll.poll():
                phone = self.phones.get(descriptor)
                if phone is None:
                    if not self._obey(*self.pipe.recv()):
                        return
                else:
                    self._hear(phone)
            self._look()

    def _obey(self, what: str, n: int) -> bool:
        if what == "sample":
            self.pipe.send(self._text())
        elif what == "extension":
            self.pipe.send(self.extension)
        elif what == "lost":
            self.pipe.send(self.lost)
        elif what == "opened":
            self.target = (what, n)
        elif what != "end":
            self.target = (what, getattr(self, what) + n)
            self.pipe.send("counting")
        return what != "end"

    def _look(self) -> None:
        if self.target is not None and getattr(self, self.target[0]) >= self.target[1]:
            self.target = None
            self.pipe.send(time.monotonic())

    def _call(self) -> None:
        while self.waiting and self.shaking < AT_ONCE:
            more = f"Cookie: {cookie}\r\n" if (cookie := self.waiting.pop()) else ""
            phone = Phone(socket.create_connection(("127.0.0.1", self.port)))
            hello = HANDSHAKE.format(
                path=self.path, port=self.port, more=more + (OFFER if self.deflate else "")
            )
            phone.socket.sendall(hello.encode())
            phone.socket.setblocking(False)
            self.phones[phone.socket.fileno()] = phone
            self.poll.register(phone.socket.fileno(), select.EPOLLIN)
            self.shaking += 1

    def _hear(self, phone: Phone) -> None:
        try:
            data = phone.socket.recv(262144)
        except OSError:
            data = b""
        if not data:
            self.lost += 1
            self.poll.unregister(phone.socket.fileno())
            phone.socket.close()
            return
        if phone.rest:
            data = phone.rest + data
        if not phone.open:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                phone.rest = head
                return
            self._shaken(phone, head)
        phone.rest = self._frames(data)

    def _shaken(self, phone: Phone, head: bytes) -> None:
        if b" 101 " not in head[:16]:
            raise SystemExit(f"A phone was not let in: {head[:200]!r}")
        phone.open, phone.rest = True, b""
        self.shaking -= 1
        self.opened += 1
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"sec-websocket-extensions:"):
                self.extension = line.decode().partition(":")[2].strip()

    def _frames(self, data: bytes) -> bytes:
        while len(data) >= 2:
            length, start = data[1] & 127, 2
            if length == 126:
                length, start = int.from_bytes(data[2:4], "big"), 4
            elif length == 127:
                length, start = int.from_bytes(data[2:10], "big"), 10
            if len(data) < start + length:
                return data
            if start == 2 and self.beating:
                self.beats += 1
            else:
                self.states += 1
                self.sample = data
            if len(data) == start + length:
                return b""
            data = data[start + length :]
        return data

    def _text(self) -> tuple[int, bytes]:
        """The last state: its length on the wire and its text."""
        start = 4 if self.sample[1] & 127 == 126 else 10
        payload = self.sample[start:]
        if self.sample[0] & 0x40:
            payload = zlib.decompressobj(-15).decompress(payload + b"\x00\x00\xff\xff")
        return len(self.sample), payload


class Crowd:
    """The same phones, seen from the program that measures."""

    def __init__(
        self, port: int, path: str, cookies: Sequence[str], deflate: bool, beating: bool = True
    ) -> None:
        self.size = len(cookies)
        self.pipe, theirs = multiprocessing.Pipe()
        fork = multiprocessing.get_context("fork")
        self.process = fork.Process(
            target=_listen, args=(port, path, cookies, deflate, beating, theirs), daemon=True
        )
        self.process.start()
        theirs.close()
        self.pipe.send(("opened", self.size))
        self.wait(CONNECTING)

    def expect(self, what: str = "states", each: int = 1) -> None:
        """From now on wait until every phone has so many more "states" or "beats"."""
        self.pipe.send((what, each * self.size))
        self.pipe.recv()

    def wait(self, seconds: float) -> float:
        """The moment (monotonic) the last of what is expected arrived."""
        if not self.pipe.poll(seconds):
            raise SystemExit(f"Waited {seconds:.0f} s for {self.size} phones; {self._ask('lost')} were lost.")
        return float(self.pipe.recv())

    def sample(self) -> tuple[int, bytes]:
        """The last state that arrived: bytes on the wire, and its text."""
        return self._ask("sample")

    def extension(self) -> str:
        """What the server agreed to in compression."""
        return self._ask("extension")

    def end(self) -> None:
        with contextlib.suppress(OSError):  # it may have ended by itself
            self.pipe.send(("end", 0))
        self.process.join(30)

    def _ask(self, what: str):  # type: ignore[no-untyped-def]
        self.pipe.send((what, 0))
        return self.pipe.recv()


def _listen(
    port: int, path: str, cookies: Sequence[str], deflate: bool, beating: bool, pipe: Connection
) -> None:
    machine.settle()
    gc.freeze()
    gc.disable()
    Listening(port, path, cookies, deflate, beating, pipe).run()
    os._exit(0)  # ten thousand sockets are closed faster by the kernel
