"""A screen of the room: a websocket that keeps what it was sent last, and waits for what should come."""

import json
import re
import threading
from collections.abc import Callable
from contextlib import ExitStack
from html import unescape

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.cast.patience import PATIENCE


class Screen:
    """A websocket of one face: keeps the newest HTML of each region, as the page would."""

    def __init__(self, base_url: str, path: str, cookies: dict[str, str]) -> None:
        self.regions: dict[str, str] = {}
        self.closed: int | None = None
        self.frames: list[str] = []
        self.beats: list[int] = []  # of the server's clock, which come whatever else does
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.stack = ExitStack()
        self.socket = self.stack.enter_context(
            connect(
                base_url.replace("http", "ws") + path,
                additional_headers={"Cookie": header} if header else None,
                origin=base_url,  # type: ignore[arg-type]
                max_size=None,
            )
        )
        self.changed = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            for frame in self.socket:
                with self.changed:
                    self._take(str(frame))
                    self.changed.notify_all()
        except ConnectionClosed:
            pass
        with self.changed:
            self.closed = self.socket.close_code
            self.changed.notify_all()

    def _take(self, frame: str) -> None:
        message = json.loads(frame)
        if "hb" in message:
            self.beats.append(message["hb"])
            return
        self.frames.append(frame)
        for name, html in re.findall(
            r'<hx-partial hx-target="#(\w+)" hx-swap="outerMorph">(.*?)</hx-partial>',
            message.get("content", ""),
            re.S,
        ):
            self.regions[name] = html

    def text(self, region: str) -> str:
        """What a person reads in a region."""
        html = self.regions.get(region, "")
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())

    def wait(self, wanted: Callable[["Screen"], bool], why: str = "") -> "Screen":
        """Wait until `wanted(screen)`; fails with what the screen shows instead."""
        with self.changed:
            if not self.changed.wait_for(lambda: wanted(self), PATIENCE):
                shown = {name: self.text(name)[:300] for name in self.regions}
                pytest.fail(f"{why or 'it'} did not appear; the screen shows {shown}, closed {self.closed}")
        return self

    def shows(self, region: str, words: str) -> "Screen":
        """Wait until a region contains these words."""
        return self.wait(lambda screen: words in screen.text(region), f"{words!r} in {region}")

    def hides(self, region: str, words: str) -> "Screen":
        """Wait until a region no longer contains these words (and has been drawn at all)."""
        return self.wait(
            lambda screen: region in screen.regions and words not in screen.text(region),
            f"no {words!r} in {region}",
        )

    def ends(self) -> int:
        """Wait until the server closes this socket; returns the close code."""
        self.wait(lambda screen: screen.closed is not None, "a close")
        assert self.closed is not None
        return self.closed

    def close(self) -> None:
        self.stack.close()
