"""The wire: one frame packed once and written straight to many sockets."""

import asyncio
import contextlib
import json
import random
import socket
import threading
import zlib

import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import Frame as WebsocketFrame
from websockets.frames import Opcode
from websockets.sync.client import connect

from app.live import wire
from app.live.frame import Frame
from app.live.hub import Hub
from tests.cast.audiences import PHONES, WORDS, Truth
from tests.cast.patience import PATIENCE, until


class Site:
    """A server in a thread whose application accepts, keeps what it was given and waits for the end."""

    def __init__(self):
        self.loop = self.hub = self.drawn = None
        self.accept = threading.Event()
        self.accept.set()
        self.arrived, self.sends, self.ends = [], [], []

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await self.live(receive, send)
        elif scope["type"] == "websocket":
            await self.screen(scope, receive, send)

    async def live(self, receive, send):
        await receive()
        self.loop = asyncio.get_running_loop()
        self.drawn = Truth()
        self.hub = Hub(self.drawn.draw, Frame, wire.write_each, tick=0.02)
        self.hub.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.hub.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def screen(self, scope, receive, send):
        connection = scope["extensions"][wire.EXTENSION]
        self.arrived.append(connection)
        self.sends.append(send)
        await receive()
        await until(self.accept.is_set)
        await send({"type": "websocket.accept"})
        if scope["path"] == "/hub":
            self.hub.connect(connection, PHONES, scope["query_string"].decode() or None)
        while (message := await receive())["type"] != "websocket.disconnect":
            pass
        self.ends.append(message["code"])
        self.hub.disconnect(connection)

    def run(self, work):
        """Do something (a coroutine) on the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    def call(self, fn, *args):
        async def work():
            return fn(*args)

        return self.run(work())

    def wait(self, condition):
        self.run(until(condition))


@contextlib.contextmanager
def served(loop="asyncio", **options):
    site = Site()
    listening = socket.create_server(("127.0.0.1", 0))
    site.address = listening.getsockname()
    site.url = "ws://{}:{}".format(*site.address)
    config = uvicorn.Config(
        site, ws=wire.Protocol, loop=loop, log_level="critical", timeout_graceful_shutdown=5, **options
    )
    site.server = uvicorn.Server(config)
    thread = threading.Thread(target=site.server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        asyncio.run(until(lambda: site.server.started))
        yield site
    finally:
        site.server.should_exit = True
        thread.join(PATIENCE)
        listening.close()
    assert not thread.is_alive()


@pytest.fixture(params=["asyncio", "uvloop"])
def site(request):
    with served(request.param) as site:
        yield site


@pytest.fixture
def plain_site():
    with served() as site:
        yield site


class Deaf:
    """A client that shakes hands and then reads only when told to; or says what no client should."""

    def __init__(self, site, path="/hub", receive_buffer=4096):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(site.address)
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        self.stream = self.socket.makefile("rb")

    def handshake(self):
        while self.stream.readline() != b"\r\n":
            pass
        return self

    def message(self):
        """The next unmasked text message, or None at its end."""
        head = self.stream.read(2)
        if len(head) < 2 or head[0] & 0xF != Opcode.TEXT:
            return None
        length = head[1]
        if length >= 126:
            length = int.from_bytes(self.stream.read(2 if length == 126 else 8), "big")
        return json.loads(self.stream.read(length))

    def close(self):
        self.stream.close()
        self.socket.close()


def window(ws):
    return [(extension.name, extension.remote_max_window_bits) for extension in ws.protocol.extensions]


def test_a_frame_deflates_what_gets_shorter():
    assert Frame("{}").deflated == Frame("{}").plain
    assert len(Frame(WORDS).deflated) < len(WORDS) / 2
    noise = "".join(chr(random.Random(2).randrange(0x4E00, 0x9FFF)) for _ in range(100))
    frame = Frame(noise)
    assert len(frame.deflated) <= len(frame.plain)


def test_a_frame_survives_half_a_surrogate_pair():
    assert Frame("a\ud800b").plain.endswith(b"a?b")


def test_a_frame_beyond_4_kb_is_inflated_with_12_bits(site):
    raw = zlib.compressobj(wbits=-15)
    with pytest.raises(zlib.error):  # or this text would not show the difference
        zlib.decompressobj(wbits=-12).decompress(raw.compress(WORDS.encode()) + raw.flush())
    with connect(f"{site.url}/", max_size=2**24) as ws:
        assert window(ws) == [("permessage-deflate", 12)]
        assert site.arrived[0].inflates
        for _ in range(3):
            assert site.call(site.arrived[0].write, Frame(WORDS))
            assert ws.recv(timeout=PATIENCE) == WORDS
            site.wait(lambda: not site.arrived[0].paused)


def test_a_client_without_the_extension_gets_plain_frames(site):
    with connect(f"{site.url}/", compression=None, max_size=2**24) as ws:
        assert window(ws) == []
        site.call(site.arrived[0].write, Frame(WORDS))
        assert ws.recv(timeout=PATIENCE) == WORDS


def test_a_client_with_a_smaller_window_gets_plain_frames(plain_site):
    smaller = [ClientPerMessageDeflateFactory(server_max_window_bits=10)]
    with connect(f"{plain_site.url}/", compression=None, extensions=smaller, max_size=2**24) as ws:
        assert window(ws) == [("permessage-deflate", 10)]
        assert not plain_site.arrived[0].inflates
        plain_site.call(plain_site.arrived[0].write, Frame(WORDS))
        assert ws.recv(timeout=PATIENCE) == WORDS


def test_compression_can_be_switched_off():
    with served(ws_per_message_deflate=False) as site, connect(f"{site.url}/") as ws:
        assert window(ws) == []
        site.call(site.arrived[0].write, Frame("x" * 1000))
        assert ws.recv(timeout=PATIENCE) == "x" * 1000


def test_shared_frames_and_ordinary_messages_mix(site):
    with connect(f"{site.url}/", max_size=2**24) as ws:
        for n in range(10):
            site.run(site.sends[0]({"type": "websocket.send", "text": f"{n}{WORDS}"}))
            site.wait(lambda: not site.arrived[0].paused)
            assert site.call(site.arrived[0].write, Frame(f"{WORDS}{n}"))
            site.wait(lambda: not site.arrived[0].paused)
            assert ws.recv(timeout=PATIENCE) == f"{n}{WORDS}"
            assert ws.recv(timeout=PATIENCE) == f"{WORDS}{n}"


def test_nothing_is_written_before_the_handshake(plain_site):
    plain_site.accept.clear()
    with connect_later(plain_site) as waiting:
        plain_site.wait(lambda: plain_site.arrived)
        assert not plain_site.call(plain_site.arrived[0].write, Frame("early"))
        plain_site.accept.set()
        ws = waiting()
        plain_site.wait(lambda: plain_site.arrived[0].is_open())
        assert plain_site.call(plain_site.arrived[0].write, Frame("in time"))
        assert ws.recv(timeout=PATIENCE) == "in time"


@contextlib.contextmanager
def connect_later(site):
    found = []
    end = contextlib.ExitStack()
    thread = threading.Thread(target=lambda: found.append(end.enter_context(connect(f"{site.url}/"))))
    thread.start()

    def waiting():
        thread.join(PATIENCE)
        return found[0]

    with end:
        yield waiting


@pytest.mark.parametrize("code", [wire.COME_BACK, wire.OVER, wire.MOVED, wire.REJOIN])
def test_closing_says_why_and_nothing_is_written_after_it(plain_site, code):
    with connect(f"{plain_site.url}/") as ws:
        connection = plain_site.arrived[0]

        def close_and_write():
            connection.close(code, "because")
            connection.close(wire.OVER, "once more")
            return connection.write(Frame("late"))

        assert plain_site.call(close_and_write) is False
        with pytest.raises(ConnectionClosed) as closed:
            ws.recv(timeout=PATIENCE)
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (code, "because")
        plain_site.wait(lambda: plain_site.ends == [code])


def test_nothing_is_written_to_a_client_that_left(site):
    with connect(f"{site.url}/"):
        pass
    site.wait(lambda: site.ends)
    assert not site.call(site.arrived[0].write, Frame("late"))
    site.call(site.arrived[0].close, wire.OVER)
    site.wait(lambda: site.arrived[0].disconnected)
    assert wire.EXTENSION not in site.arrived[0].scope["extensions"]


def test_a_message_above_the_limit_closes_only_its_connection(plain_site):
    with connect(f"{plain_site.url}/") as other, connect(f"{plain_site.url}/", compression=None) as ws:
        ws.send("x" * (wire.MAX_INCOMING + 1))
        with pytest.raises(ConnectionClosed) as closed:
            ws.recv(timeout=PATIENCE)
        assert closed.value.rcvd.code == 1009
        plain_site.call(plain_site.arrived[0].write, Frame("hello"))
        assert other.recv(timeout=PATIENCE) == "hello"


@pytest.mark.parametrize(
    "nonsense",
    [
        WebsocketFrame(Opcode.TEXT, b"not masked").serialize(mask=False),
        b"\x83\x80\x00\x00\x00\x00",
        b"\xc1\x85\x00\x00\x00\x00\xff\xff\xff\xff\xff",
        WebsocketFrame(Opcode.TEXT, b"\xff\xfe").serialize(mask=True),
    ],
    ids=["not masked", "no such opcode", "compressed, though not agreed", "not UTF-8"],
)
@pytest.mark.parametrize("accepted", [True, False])
def test_a_malformed_frame_closes_only_its_connection(plain_site, nonsense, accepted):
    with connect(f"{plain_site.url}/") as other:
        if not accepted:
            plain_site.accept.clear()
        client = Deaf(plain_site, "/")
        if accepted:
            client.handshake()
        plain_site.wait(lambda: len(plain_site.arrived) == 2)
        client.socket.sendall(nonsense)
        plain_site.wait(lambda: accepted or plain_site.arrived[1].disconnected)
        plain_site.accept.set()
        while client.stream.read(1):
            pass
        plain_site.wait(lambda: plain_site.arrived[1].disconnected)
        assert not plain_site.call(plain_site.arrived[1].write, Frame("late"))
        plain_site.call(plain_site.arrived[0].write, Frame("hello"))
        assert other.recv(timeout=PATIENCE) == "hello"
        client.close()


def test_the_kernel_gives_up_a_silent_phone(site):
    with connect(f"{site.url}/"):
        connection = site.arrived[0]
        raw = connection.transport.get_extra_info("socket")
        assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == wire.DEAD_AFTER
        assert connection.ping_timer is None


def news(ws):
    """The next message that is not a heartbeat."""
    while "hb" in (message := json.loads(ws.recv(timeout=PATIENCE))):
        continue
    return message


def test_a_stalled_socket_delays_nobody_and_gets_the_newest_when_it_drains(site):
    site.drawn.pad = 300_000
    site.call(site.drawn.set, "now", 0)
    deaf = Deaf(site).handshake()
    with connect(f"{site.url}/hub", max_size=2**24) as ws:
        assert news(ws)["v"]
        for n in range(1, 40):
            site.call(site.drawn.set, "now", n)
            site.call(site.hub.signal, 7, ["now"])
            assert f">{n}:" in news(ws)["content"]
    stalled = site.arrived[0]
    assert stalled.paused
    assert stalled in site.hub.where[stalled].behind
    received = []
    while not received or f">{39}:" not in received[-1]["content"]:
        received.append(deaf.message())
    assert len(received) < 30, "what it missed was not queued"
    site.wait(lambda: not site.hub.where[stalled].behind)
    deaf.close()


def test_a_server_that_stops_says_come_back():
    with served() as site, connect(f"{site.url}/hub?alice") as ws:
        assert ws.recv(timeout=PATIENCE)
        site.server.should_exit = True
        with pytest.raises(ConnectionClosed) as closed:
            ws.recv(timeout=PATIENCE)
        assert closed.value.rcvd.code == wire.COME_BACK
