"""One screen that understands what it is shown: a websocket on asyncio, hundreds of them in one process."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from scripts.bench_parts.crowd import HANDSHAKE

Heard = Callable[["Screen", dict[str, Any], float], None]


class Screen(asyncio.Protocol):
    """Calls `heard(screen, message, monotonic time)` for every message and `gone(screen)` at the end."""

    def __init__(self, heard: Heard, gone: Callable[["Screen"], None]) -> None:
        self.heard, self.gone = heard, gone
        self.data, self.open = b"", False

    @classmethod
    async def connect(
        cls,
        port: int,
        path: str,
        cookie: str,
        heard: Heard,
        gone: Callable[["Screen"], None] = lambda _: None,
    ) -> "Screen":
        """Open a socket; raises OSError when nobody listens."""
        loop = asyncio.get_running_loop()
        transport, screen = await loop.create_connection(lambda: cls(heard, gone), "127.0.0.1", port)
        transport.write(HANDSHAKE.format(path=path, port=port, more=f"Cookie: {cookie}\r\n").encode())
        return screen

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def connection_lost(self, _: Exception | None) -> None:
        self.gone(self)

    def data_received(self, data: bytes) -> None:
        self.data += data
        if not self.open:
            head, end, rest = self.data.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head[:16]:
                raise SystemExit(f"A screen was not let in: {head[:200]!r}")
            self.open, self.data = True, rest
        while frame := self._frame():
            opcode, payload = frame
            if opcode == 1:
                self.heard(self, json.loads(payload), time.monotonic())

    def close(self) -> None:
        self.transport.close()

    def _frame(self) -> tuple[int, bytes] | None:
        data = self.data
        if len(data) < 2:
            return None
        length, start = data[1] & 127, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            length = int.from_bytes(data[2:start], "big")
        if len(data) < start + length:
            return None
        self.data = data[start + length :]
        return data[0] & 15, data[start : start + length]
