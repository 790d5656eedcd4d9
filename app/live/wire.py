"""How one frame reaches many sockets: packed once, then the same bytes written straight to every transport.

`Protocol` is given to uvicorn as `ws=`. Before serving, raise the soft RLIMIT_NOFILE to the hard one (1,024
files end a room of a thousand); after start-up call gc.freeze() and raise the third gc threshold (walking the
objects of 10,000 sockets takes a second).
"""

import asyncio
import os
import socket
from asyncio.transports import BaseTransport
from collections.abc import Callable, Iterable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.http11 import Request

from app.live.frame import DEFLATE, WINDOW_BITS, Frame

COME_BACK, OVER, MOVED, REJOIN = 1012, 4000, 4001, 4401  # close codes the page understands

EXTENSION = "plenary.connection"
MAX_INCOMING = 64 * 1024  # bytes; a screen has nothing to say
DEAD_AFTER = (
    20_000  # milliseconds in which a phone acknowledges nothing; the heartbeat sees to it that it could
)
USER_TIMEOUT: int | None = getattr(socket, "TCP_USER_TIMEOUT", None)


def write_each(connections: Iterable["Protocol"], frame: Frame) -> list["Protocol"]:
    """Write a frame to each connection now; returns those that could not take it.

    Nearly all go the short way, from this loop to the kernel: with thousands of sockets its length is what a
    change costs. The rest (bytes of an earlier frame wait, TLS, closed) have no descriptor ready.
    """
    write, missed = os.write, []
    for connection in connections:
        data = frame.deflated if connection.inflates else frame.plain
        try:
            sent = write(connection.ready, data)
            if sent < len(data):
                connection.transport.write(data[sent:])
        except OSError:
            if not connection.write(frame):
                missed.append(connection)
    return missed


class Protocol(WebSocketsSansIOProtocol):
    """A websocket that hands itself to the application as `scope["extensions"][EXTENSION]`.

    As soon as bytes that had to wait have left, `drained(connection)` is called, if somebody set it. The
    application has to await receive() all along, as ever.
    """

    # In the object itself, not in its dictionary: for thousands of sockets fetching memory is what counts.
    __slots__ = ("descriptor", "drained", "inflates", "paused", "ready")

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if self.config.ws_per_message_deflate:
            self.conn.available_extensions = DEFLATE
        self.conn.max_message_size = min(self.config.ws_max_size, MAX_INCOMING)
        self.descriptor = self.ready = -1  # the socket's; the same while a frame may go straight to it
        self.paused = False
        self.inflates = False
        self.drained: Callable[[Protocol], None] | None = None

    # For the hub

    def write(self, frame: Frame) -> bool:
        """Write a frame now; False when the socket is not open or has bytes of an earlier one to send."""
        if self.paused or not self.is_open():
            return False
        self.transport.write(frame.deflated if self.inflates else frame.plain)
        return True

    def is_open(self) -> bool:
        return (
            self.handshake_complete
            and not self.close_sent
            and not self.disconnected
            and not self.transport.is_closing()
        )

    def close(self, code: int, reason: str = "") -> None:
        """Close with a code of this module and at most 123 bytes of reason; harmless when not open.

        The application receives its `websocket.disconnect` with the same code.
        """
        if not self.is_open():
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent, self.ready = True, -1
        if self.read_paused:  # the peer's answer must be heard
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.close)

    # From uvicorn

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        # Pause as soon as a byte waits: then "not paused" means the last frame has left.
        self.transport.set_write_buffer_limits(high=0)
        limit_silence(self.transport)
        self.descriptor = direct(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.drained, self.ready = None, -1
        if self.handshake_initiated and hasattr(self, "scope"):
            self.scope["extensions"].pop(EXTENSION, None)  # the cycle would wait for the collector

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.close_sent:  # refused
            return
        self.scope["extensions"][EXTENSION] = self  # type: ignore[assignment]
        self.inflates = any(
            isinstance(extension, PerMessageDeflate) and extension.local_max_window_bits >= WINDOW_BITS
            for extension in self.conn.extensions
        )

    def pause_writing(self) -> None:
        super().pause_writing()
        self.paused, self.ready = True, -1

    def resume_writing(self) -> None:
        super().resume_writing()
        self.paused = False
        if self.is_open():
            self.ready = self.descriptor
            if self.drained is not None:
                self.drained(self)

    def start_keepalive(self) -> None:
        """Accepted. The kernel notices a dead phone by itself; two timers per socket would be in the way."""
        self.ready = -1 if self.paused else self.descriptor
        if USER_TIMEOUT is None:
            super().start_keepalive()


def limit_silence(transport: asyncio.Transport) -> None:
    raw = transport.get_extra_info("socket")
    if USER_TIMEOUT is not None and raw is not None and raw.family in (socket.AF_INET, socket.AF_INET6):
        raw.setsockopt(socket.IPPROTO_TCP, USER_TIMEOUT, DEAD_AFTER)


def direct(transport: asyncio.Transport) -> int:
    """The file descriptor that takes a frame's bytes as they are, or -1 where they pass through TLS."""
    raw = transport.get_extra_info("socket")
    return -1 if raw is None or transport.get_extra_info("sslcontext") is not None else raw.fileno()
