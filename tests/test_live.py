"""The way down: frames on real sockets (wire), who is shown what when (hub), from worker to worker (bus)."""

import asyncio
import contextlib
import json
import random
import re
import socket
import threading
import zlib
from collections import defaultdict

import psycopg
import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.sync.client import connect

from app.live import bus, wire
from app.live.hub import Audience, Drawn, Hub
from tests.postgres import cluster, database

PHONES = Audience(7, "phone", "en")
PHONES_CY = Audience(7, "phone", "cy")
PROJECTOR = Audience(7, "projector", "en", 1)
ELSEWHERE = Audience(8, "phone", "en")

# Words that come again, many times, further back than 12 bits of window reach.
WORDS = " ".join(random.Random(1).choice("abcdefgh") * 9 + str(n % 1500) for n in range(6000))


async def until(condition, seconds=20.0):
    """Wait for something that has to happen."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


# A bare application on a real server


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
        self.hub = Hub(self.drawn.draw, wire.pack, tick=0.02)
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
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

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
        thread.join(20)
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
        self.socket.settimeout(20)
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


# wire


def test_pack_deflates_what_gets_shorter():
    assert wire.pack("{}").deflated is None
    assert len(wire.pack(WORDS).deflated) < len(WORDS) / 2
    noise = "".join(chr(random.Random(2).randrange(0x4E00, 0x9FFF)) for _ in range(100))
    frame = wire.pack(noise)
    assert frame.deflated is None or len(frame.deflated) < len(frame.plain)


def test_pack_survives_half_a_surrogate_pair():
    assert wire.pack("a\ud800b").plain.endswith(b"a?b")


def test_a_frame_beyond_4_kb_is_inflated_with_12_bits(site):
    raw = zlib.compressobj(wbits=-15)
    with pytest.raises(zlib.error):  # or this text would not show the difference
        zlib.decompressobj(wbits=-12).decompress(raw.compress(WORDS.encode()) + raw.flush())
    with connect(f"{site.url}/", max_size=2**24) as ws:
        assert window(ws) == [("permessage-deflate", 12)]
        assert site.arrived[0].inflates
        for _ in range(3):
            assert site.call(site.arrived[0].write, wire.pack(WORDS))
            assert ws.recv(timeout=20) == WORDS
            site.wait(lambda: not site.arrived[0].paused)


def test_a_client_without_the_extension_gets_plain_frames(site):
    with connect(f"{site.url}/", compression=None, max_size=2**24) as ws:
        assert window(ws) == []
        site.call(site.arrived[0].write, wire.pack(WORDS))
        assert ws.recv(timeout=20) == WORDS


def test_a_client_with_a_smaller_window_gets_plain_frames(plain_site):
    smaller = [ClientPerMessageDeflateFactory(server_max_window_bits=10)]
    with connect(f"{plain_site.url}/", compression=None, extensions=smaller, max_size=2**24) as ws:
        assert window(ws) == [("permessage-deflate", 10)]
        assert not plain_site.arrived[0].inflates
        plain_site.call(plain_site.arrived[0].write, wire.pack(WORDS))
        assert ws.recv(timeout=20) == WORDS


def test_compression_can_be_switched_off():
    with served(ws_per_message_deflate=False) as site, connect(f"{site.url}/") as ws:
        assert window(ws) == []
        site.call(site.arrived[0].write, wire.pack("x" * 1000))
        assert ws.recv(timeout=20) == "x" * 1000


def test_shared_frames_and_ordinary_messages_mix(site):
    with connect(f"{site.url}/", max_size=2**24) as ws:
        for n in range(10):
            site.run(site.sends[0]({"type": "websocket.send", "text": f"{n}{WORDS}"}))
            site.wait(lambda: not site.arrived[0].paused)
            assert site.call(site.arrived[0].write, wire.pack(f"{WORDS}{n}"))
            site.wait(lambda: not site.arrived[0].paused)
            assert ws.recv(timeout=20) == f"{n}{WORDS}"
            assert ws.recv(timeout=20) == f"{WORDS}{n}"


def test_nothing_is_written_before_the_handshake(plain_site):
    plain_site.accept.clear()
    with connect_later(plain_site) as waiting:
        plain_site.wait(lambda: plain_site.arrived)
        assert not plain_site.call(plain_site.arrived[0].write, wire.pack("early"))
        plain_site.accept.set()
        ws = waiting()
        plain_site.wait(lambda: plain_site.arrived[0].is_open())
        assert plain_site.call(plain_site.arrived[0].write, wire.pack("in time"))
        assert ws.recv(timeout=20) == "in time"


@contextlib.contextmanager
def connect_later(site):
    found = []
    end = contextlib.ExitStack()
    thread = threading.Thread(target=lambda: found.append(end.enter_context(connect(f"{site.url}/"))))
    thread.start()

    def waiting():
        thread.join(20)
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
            return connection.write(wire.pack("late"))

        assert plain_site.call(close_and_write) is False
        with pytest.raises(ConnectionClosed) as closed:
            ws.recv(timeout=20)
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (code, "because")
        plain_site.wait(lambda: plain_site.ends == [code])


def test_nothing_is_written_to_a_client_that_left(site):
    with connect(f"{site.url}/"):
        pass
    site.wait(lambda: site.ends)
    assert not site.call(site.arrived[0].write, wire.pack("late"))
    site.call(site.arrived[0].close, wire.OVER)
    site.wait(lambda: site.arrived[0].disconnected)
    assert wire.EXTENSION not in site.arrived[0].scope["extensions"]


def test_a_message_above_the_limit_closes_only_its_connection(plain_site):
    with connect(f"{plain_site.url}/") as other, connect(f"{plain_site.url}/", compression=None) as ws:
        ws.send("x" * (wire.MAX_INCOMING + 1))
        with pytest.raises(ConnectionClosed) as closed:
            ws.recv(timeout=20)
        assert closed.value.rcvd.code == 1009
        plain_site.call(plain_site.arrived[0].write, wire.pack("hello"))
        assert other.recv(timeout=20) == "hello"


@pytest.mark.parametrize(
    "nonsense",
    [
        Frame(Opcode.TEXT, b"not masked").serialize(mask=False),
        b"\x83\x80\x00\x00\x00\x00",  # an opcode that does not exist
        b"\xc1\x85\x00\x00\x00\x00\xff\xff\xff\xff\xff",  # compressed, though not agreed
        Frame(Opcode.TEXT, b"\xff\xfe").serialize(mask=True),  # not UTF-8
    ],
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
        assert not plain_site.call(plain_site.arrived[1].write, wire.pack("late"))
        plain_site.call(plain_site.arrived[0].write, wire.pack("hello"))
        assert other.recv(timeout=20) == "hello"
        client.close()


def test_the_kernel_gives_up_a_silent_phone(site):
    with connect(f"{site.url}/"):
        connection = site.arrived[0]
        raw = connection.transport.get_extra_info("socket")
        assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == wire.DEAD_AFTER
        assert connection.ping_timer is None


def test_a_stalled_socket_delays_nobody_and_gets_the_newest_when_it_drains(site):
    site.drawn.pad = 300_000
    site.call(site.drawn.set, "now", 0)
    deaf = Deaf(site).handshake()
    with connect(f"{site.url}/hub", max_size=2**24) as ws:
        assert json.loads(ws.recv(timeout=20))["v"]
        for n in range(1, 40):
            site.call(site.drawn.set, "now", n)
            site.call(site.hub.signal, 7, ["now"])
            assert f">{n}:" in json.loads(ws.recv(timeout=20))["content"]
    stalled = site.arrived[0]
    assert stalled.paused
    assert stalled.behind
    received = []
    while not received or f">{39}:" not in received[-1]["content"]:
        received.append(deaf.message())
    assert len(received) < 30, "what it missed was not queued"
    site.wait(lambda: not stalled.behind)
    deaf.close()


def test_a_server_that_stops_says_come_back():
    with served() as site, connect(f"{site.url}/hub?alice") as ws:
        assert ws.recv(timeout=20)
        site.server.should_exit = True
        with pytest.raises(ConnectionClosed) as closed:
            ws.recv(timeout=20)
        assert closed.value.rcvd.code == wire.COME_BACK


# hub


class Truth:
    """What the database would say: values by region, a version; a region depends on the topic of its name."""

    def __init__(self):
        self.values, self.version, self.pad = {"now": 0, "tally": 0}, 1, 0
        self.draws, self.now_drawing, self.most = [], defaultdict(int), defaultdict(int)
        self.fails, self.slow, self.hold = set(), {}, None

    def set(self, region, value):
        self.values[region] = value
        self.version += 1

    async def draw(self, audience, topics):
        self.draws.append((audience, topics))
        self.now_drawing[audience] += 1
        self.most[audience] = max(self.most[audience], self.now_drawing[audience])
        try:
            version, values = self.version, dict(self.values)  # the snapshot
            if self.hold is not None:
                await self.hold.wait()
            await asyncio.sleep(self.slow.get(audience.workshop_id, 0))
            if audience in self.fails:
                raise ValueError("this cannot be drawn")
        finally:
            self.now_drawing[audience] -= 1
        names = values.keys() if topics is None else values.keys() & topics
        return Drawn(version, {name: self.html(name, values[name]) for name in names})

    def html(self, name, value):
        return f'<div id="{name}">{value}:{"x" * self.pad}</div>'


class Screen:
    """A connection that keeps what it was shown, and can be made slow or broken."""

    def __init__(self):
        self.behind, self.drained, self.open, self.full, self.broken = False, None, True, False, False
        self.frames, self.beats, self.shown, self.closed = [], [], {}, None

    def write(self, frame):
        if self.broken:
            raise OSError("broken")
        if self.full or not self.open:
            return False
        message = json.loads(frame)
        if "hb" in message:
            self.beats.append(message["hb"])
        else:
            found = re.findall(
                r'<hx-partial hx-target="#(\w+)" hx-swap="outerMorph">.*?>(\d+):', message["content"]
            )
            self.frames.append(dict(found))
            self.shown |= {name: int(value) for name, value in found}
        return True

    def close(self, code, reason=""):
        self.open, self.closed = False, (code, reason)

    def drain(self):
        self.full = False
        if self.behind and self.drained:
            self.drained(self)


def in_hub(scenario, **options):
    """Run scenario(hub, truth) with a started hub."""

    async def run():
        truth = Truth()
        hub = Hub(truth.draw, str, **({"tick": 0.02, "retry": (0.02, 0.1)} | options))
        hub.start()
        try:
            await scenario(hub, truth)
        finally:
            await hub.stop()

    asyncio.run(run())


async def join(hub, audience=PHONES, person=None):
    screen = Screen()
    hub.connect(screen, audience, person)
    await until(lambda: screen.frames)
    return screen


def test_a_connection_is_shown_everything():
    async def scenario(hub, truth):
        screen = await join(hub)
        assert screen.frames == [{"now": "0", "tally": "0"}]
        assert truth.draws == [(PHONES, None)]

    in_hub(scenario)


def test_concurrent_connects_share_one_drawing():
    async def scenario(hub, truth):
        screens = [Screen() for _ in range(50)]
        for screen in screens:
            hub.connect(screen, PHONES)
        await until(lambda: all(screen.frames for screen in screens))
        later = await join(hub)
        assert later.frames == screens[0].frames
        assert len(truth.draws) == 1

    in_hub(scenario)


def test_a_change_sends_only_the_regions_whose_bytes_changed():
    async def scenario(hub, truth):
        screen = await join(hub)
        truth.set("tally", 3)
        hub.signal(7, ["tally", "now"])
        await until(lambda: len(screen.frames) == 2)
        assert screen.frames[1] == {"tally": "3"}
        assert truth.draws[1] == (PHONES, frozenset({"tally", "now"}))
        hub.signal(7, ["tally"])
        await until(lambda: len(truth.draws) == 3)
        await asyncio.sleep(0.05)
        assert len(screen.frames) == 2

    in_hub(scenario)


def test_the_first_change_is_drawn_at_once_and_the_rest_of_the_tick_together():
    async def scenario(hub, truth):
        screen = await join(hub)
        for n in range(1, 101):
            truth.set("tally", n)
            hub.signal(7, ["tally"])
            await asyncio.sleep(0)
        await until(lambda: screen.shown["tally"] == 100)
        assert [frame["tally"] for frame in screen.frames[1:]][-1] == "100"
        assert len(truth.draws) == 3, "all regions, the first change, the other ninety-nine"
        assert truth.most[PHONES] == 1

    in_hub(scenario, tick=1)


def test_each_audience_is_drawn_once_and_only_where_somebody_watches():
    async def scenario(hub, truth):
        for audience in (PHONES, PHONES, PHONES_CY, PROJECTOR):
            await join(hub, audience)
        truth.draws.clear()
        truth.set("now", 1)
        hub.signal(7, ["now"])
        hub.signal(9, ["now"])
        await until(lambda: len(truth.draws) == 3)
        await asyncio.sleep(0.05)
        assert {audience for audience, _ in truth.draws} == {PHONES, PHONES_CY, PROJECTOR}
        assert len(truth.draws) == 3

    in_hub(scenario)


def test_the_cache_goes_with_the_last_connection():
    async def scenario(hub, truth):
        first, second = await join(hub), await join(hub)
        hub.disconnect(first)
        await join(hub)
        assert len(truth.draws) == 1
        for screen in list(hub.where):
            hub.disconnect(screen)
        hub.disconnect(second)
        await until(lambda: not hub.rooms)
        truth.set("now", 4)
        hub.signal(7, ["now"])
        assert (await join(hub)).shown["now"] == 4

    in_hub(scenario)


def test_a_signal_during_a_drawing_is_not_lost():
    async def scenario(hub, truth):
        truth.hold = asyncio.Event()
        first, second = Screen(), Screen()
        hub.connect(first, PHONES)
        await until(lambda: truth.draws)
        truth.set("now", 1)
        hub.signal(7, ["now"])
        hub.connect(second, PHONES)
        truth.hold.set()
        await until(lambda: first.shown.get("now") == second.shown.get("now") == 1)
        truth.hold.clear()
        truth.set("now", 2)
        hub.signal(7, ["now"])
        await until(lambda: len(truth.draws) == 3)
        truth.set("tally", 2)
        hub.signal(7, ["tally"])
        third = Screen()
        hub.connect(third, PHONES)
        assert third.shown == {"now": 1, "tally": 0}, "from the cache, and then with the others"
        truth.hold.set()
        await until(lambda: all(screen.shown == {"now": 2, "tally": 2} for screen in (first, second, third)))

    in_hub(scenario)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_everybody_ends_with_the_truth(seed):
    chance = random.Random(seed)

    async def scenario(hub, truth):
        screens = []

        async def step(n):
            truth.slow[7] = chance.choice([0, 0, 0.002])
            what = chance.random()
            if what < 0.3:
                truth.set(chance.choice(["now", "tally"]), n)
                hub.signal(7, ["now", "tally"] if chance.random() < 0.5 else None)
            elif what < 0.6:
                screens.append(Screen())
                hub.connect(screens[-1], chance.choice([PHONES, PROJECTOR]))
            elif what < 0.75 and screens:
                hub.disconnect(screens.pop(chance.randrange(len(screens))))
            elif what < 0.9 and screens:
                screen = chance.choice(screens)
                screen.drain() if screen.full else setattr(screen, "full", True)
            else:
                truth.fails ^= {PHONES}
            await asyncio.sleep(chance.choice([0, 0, 0.001, 0.003]))

        for n in range(1, 300):
            await step(n)
        truth.fails.clear()
        for screen in screens:
            screen.drain()
        await until(lambda: all(screen.shown == truth.values and not screen.behind for screen in screens))

    in_hub(scenario, tick=0.002)


def test_one_that_is_behind_gets_the_newest_when_it_drains():
    async def scenario(hub, truth):
        slow, fast = await join(hub), await join(hub)
        slow.full = True
        for n in range(1, 6):
            truth.set("now", n)
            hub.signal(7, ["now"])
            await until(lambda n=n: fast.shown["now"] == n)
        assert slow.behind
        slow.drain()
        assert slow.frames == [{"now": "0", "tally": "0"}, {"now": "5", "tally": "0"}]
        assert not slow.behind

    in_hub(scenario)


def test_a_broken_connection_keeps_nothing_from_the_others(caplog):
    async def scenario(hub, truth):
        broken, fine = await join(hub), await join(hub)
        broken.broken = True
        truth.set("now", 1)
        hub.signal(7, ["now"])
        await until(lambda: fine.shown["now"] == 1)
        await until(lambda: fine.beats)

    in_hub(scenario, heartbeat=0.02)
    assert "could not be written" in caplog.text


def test_a_drawing_that_fails_is_logged_and_tried_again(caplog):
    async def scenario(hub, truth):
        truth.fails.add(PHONES)
        first, other = Screen(), await join(hub, PROJECTOR)
        hub.connect(first, PHONES)
        truth.set("now", 1)
        hub.signal(7, ["now"])
        await until(lambda: other.shown["now"] == 1)
        assert first.frames == []
        truth.fails.clear()
        await until(lambda: first.shown == {"now": 1, "tally": 0})

    in_hub(scenario)
    assert "this cannot be drawn" in caplog.text


def test_a_slow_workshop_does_not_delay_another():
    async def scenario(hub, truth):
        await join(hub)
        other = await join(hub, ELSEWHERE)
        truth.slow[7] = 60
        hub.signal(7, ["now"])
        for n in range(1, 4):
            truth.set("now", n)
            hub.signal(8, ["now"])
            await until(lambda n=n: other.shown["now"] == n)

    in_hub(scenario)


def test_a_large_fan_out_lets_others_run_in_between():
    async def scenario(hub, truth):
        screens = [Screen() for _ in range(2000)]
        for screen in screens:
            hub.connect(screen, PHONES)
        await until(lambda: screens[-1].frames)
        turns = set()

        async def other():
            while screens[-1].shown["now"] == 0:
                turns.add(sum(screen.shown["now"] for screen in screens))
                await asyncio.sleep(0)

        truth.set("now", 1)
        hub.signal(7, ["now"])
        await other()
        assert len(turns) > 4, "seen while some had it and some had not"
        assert hub.statistics.deliveries == 4000

    in_hub(scenario)


def test_the_next_round_waits_as_long_as_the_last_one_took():
    async def scenario(hub, truth):
        screen = await join(hub)
        truth.slow[7] = 0.1
        truth.set("now", 1)
        hub.signal(7, ["now"])
        await until(lambda: screen.shown["now"] == 1)
        began = asyncio.get_running_loop().time()
        hub.signal(7, ["now"])
        await until(lambda: len(truth.draws) == 3)
        assert asyncio.get_running_loop().time() - began > 0.1

    in_hub(scenario, tick=0)


def test_the_heartbeat_carries_the_clock_to_all_who_are_not_behind():
    async def scenario(hub, truth):
        slow, fast = await join(hub), await join(hub, ELSEWHERE)
        slow.full = True
        before = list(slow.beats)
        await until(lambda: len(fast.beats) > 2)
        assert fast.beats == sorted(fast.beats)
        assert slow.beats == before
        assert not slow.behind, "a heartbeat missed is nothing to catch up"

    in_hub(scenario, heartbeat=0.01)


def test_signals_come_from_any_thread():
    async def scenario(hub, truth):
        screens = await join(hub), await join(hub, ELSEWHERE)
        truth.set("now", 1)
        await asyncio.to_thread(hub.signal_threadsafe, {7: {"now"}, 8: {"now"}})
        await until(lambda: all(screen.shown["now"] == 1 for screen in screens))
        truth.set("tally", 1)
        hub.signal_all()
        await until(lambda: all(screen.shown["tally"] == 1 for screen in screens))
        await hub.stop()
        hub.signal_threadsafe({7: {"now"}})

    in_hub(scenario)


def test_presence_is_gathered_and_counts_persons_not_screens():
    told, refreshed = [], []

    async def presence(workshop_id, came, went):
        if not told:
            told.append("failed")
            raise OSError
        told.append((workshop_id, came, went))

    async def refresh(workshop_id, persons):
        refreshed.append((workshop_id, persons))

    async def scenario(hub, truth):
        alice, alice_too = await join(hub, person="alice"), await join(hub, PHONES_CY, person="alice")
        await join(hub, person="bob")
        await join(hub, PROJECTOR)
        assert hub.persons(7) == {"alice", "bob"}
        await until(lambda: len(told) == 2)
        hub.disconnect(alice)
        hub.disconnect(alice_too)
        await join(hub, person="alice")  # a reload
        await join(hub, person="carol")
        await until(lambda: len(told) == 3)
        await until(lambda: (7, {"alice", "bob", "carol"}) in refreshed)
        for screen in list(hub.where):
            hub.disconnect(screen)
        await until(lambda: not hub.rooms)

    in_hub(scenario, presence=presence, refresh=refresh, gather=0.05, refresh_every=0.1)
    assert told == [
        "failed",
        (7, {"alice", "bob"}, set()),
        (7, {"carol"}, set()),
        (7, set(), {"alice", "bob", "carol"}),
    ]


def test_closing_a_person_and_a_workshop():
    async def scenario(hub, truth):
        alice, tablet = await join(hub, person="alice"), await join(hub, PHONES_CY, person="alice")
        bob, wall, far = (
            await join(hub, person="bob"),
            await join(hub, PROJECTOR),
            await join(hub, ELSEWHERE, "alice"),
        )
        hub.close(7, "alice", wire.MOVED, "elsewhere")
        assert [screen.closed for screen in (alice, tablet, bob, wall, far)] == [(4001, "elsewhere")] * 2 + [
            None
        ] * 3
        hub.close(7, None, wire.OVER, "over")
        assert bob.closed == wall.closed == (4000, "over")
        assert far.closed is None
        await hub.stop()
        assert far.closed[0] == wire.COME_BACK

    in_hub(scenario)


# bus


@pytest.fixture(scope="module")
def server():
    with cluster() as server:
        yield server


@pytest.fixture
def postgres(server):
    with database(server) as url:
        yield url


class Worker:
    """A bus and what it signalled."""

    def __init__(self, url, **options):
        self.signals, self.everything, self.current = [], 0, {}
        options = {"tick": 0.05, "check": 3600, "back_off": (0.01, 0.1)} | options
        self.bus = bus.Bus(url, self.signal, self.signal_all, self.versions, **options)

    def signal(self, workshop_id, topics):
        self.signals.append((workshop_id, topics and set(topics)))

    def signal_all(self):
        self.everything += 1

    async def versions(self):
        return self.current


def in_buses(url, scenario, **options):
    """Run scenario(here, there) with two workers on one database."""

    async def run():
        workers = Worker(url, **options), Worker(url, **options)
        for worker in workers:
            worker.bus.start()
        try:
            for worker in workers:
                await until(worker.bus.listening.is_set)
            await scenario(*workers)
        finally:
            for worker in workers:
                await worker.bus.stop()

    asyncio.run(run())


def test_an_announcement_reaches_the_others_and_not_oneself(postgres):
    async def scenario(here, there):
        await asyncio.to_thread(here.bus.announce, {7: {"votes"}, 8: {"notes", "agenda"}})
        await until(lambda: len(there.signals) == 2)
        assert sorted(there.signals) == [(7, {"votes"}), (8, {"notes", "agenda"})]
        there.bus.announce({9: {"votes"}})
        await until(lambda: here.signals)
        assert here.signals == [(9, {"votes"})]
        assert len(there.signals) == 2

    in_buses(postgres, scenario)


def test_a_burst_is_one_notification_a_tick(postgres):
    async def scenario(here, there):
        for n in range(100):
            here.bus.announce({7: {f"topic {n}"}})
            await asyncio.sleep(0)
        await until(lambda: len(set().union(*(topics for _, topics in there.signals))) == 100)
        assert len(there.signals) <= 3

    in_buses(postgres, scenario, tick=0.5)


def test_topics_too_many_to_name_are_anything(postgres):
    async def scenario(here, there):
        here.bus.announce({7: {f"{n:0>100}" for n in range(100)}})
        await until(lambda: there.signals)
        assert there.signals == [(7, None)]

    in_buses(postgres, scenario)


def test_what_is_not_ours_is_ignored(postgres):
    async def scenario(here, there):
        async with await psycopg.AsyncConnection.connect(postgres, autocommit=True) as stranger:
            for payload in ("hello", "[]", "{}", "7"):
                await stranger.execute("SELECT pg_notify(%s, %s)", (bus.CHANNEL, payload))
        here.bus.announce({7: {"votes"}})
        await until(lambda: there.signals)
        assert there.signals == [(7, {"votes"})]

    in_buses(postgres, scenario)


def test_the_link_is_asked_whether_it_is_alive_and_nothing_is_missed_meanwhile(postgres):
    async def scenario(here, there):
        for n in range(200):
            here.bus.announce({n: {"votes"}})
            await asyncio.sleep(0.002)
        await until(lambda: len({workshop_id for workshop_id, _ in there.signals}) == 200)
        assert there.everything == 1

    in_buses(postgres, scenario, silence=0.01, tick=0.001)


def test_after_a_drop_the_bus_listens_again_and_everything_is_signalled(postgres):
    async def scenario(here, there):
        assert here.everything == there.everything == 1
        async with await psycopg.AsyncConnection.connect(postgres, autocommit=True) as other:
            await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'plenary bus'"
            )
        here.bus.announce({7: {"votes"}})
        await until(lambda: here.everything > 1 and there.everything > 1)
        await until(here.bus.listening.is_set)
        await until(there.bus.listening.is_set)
        here.bus.announce({8: {"votes"}})
        await until(lambda: (8, {"votes"}) in there.signals)

    in_buses(postgres, scenario)


def test_a_version_that_moved_without_a_signal_is_signalled(postgres):
    async def scenario(here, there):
        there.current = {7: 1, 8: 1}
        await until(lambda: len(there.signals) == 2)  # the first look
        there.signals.clear()
        there.current = {7: 2, 8: 1}
        await until(lambda: there.signals)
        assert there.signals == [(7, None)]

    in_buses(postgres, scenario, check=0.05)


def test_versions_that_cannot_be_read_do_not_end_the_comparing(postgres, caplog):
    async def scenario(here, there):
        there.current = None
        await until(lambda: "could not be compared" in caplog.text)
        there.current = {7: 1}
        await until(lambda: there.signals == [(7, None)])

    in_buses(postgres, scenario, check=0.02)


def test_a_signal_lost_among_others_is_made_up_for():
    worker = Worker("")
    worker.bus._resignal({7: 1}, thorough=False)
    worker.signals.clear()
    worker.bus._mark({7: {"votes"}})
    worker.bus._resignal({7: 3}, thorough=False)
    assert worker.signals == []
    worker.bus._resignal({7: 3}, thorough=True)
    assert worker.signals == [(7, None)]
    worker.bus._resignal({7: 3}, thorough=True)
    assert len(worker.signals) == 1
