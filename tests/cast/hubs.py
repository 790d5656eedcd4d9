"""A hub that draws a truth, and screens connected to it that can be slow or broken."""

import asyncio
import json
import re

from app.live.hub import Hub
from tests.cast.audiences import PHONES, Truth
from tests.cast.patience import until


class Screen:
    """A connection that keeps what it was shown, and can be made slow or broken."""

    def __init__(self):
        self.drained, self.open, self.full, self.broken = None, True, False, False
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
                r'<hx-partial hx-target="#(\w+)" hx-swap="outerMorph">.*?>(\d+):', message.get("content", "")
            )
            self.frames.append(dict(found))
            self.shown |= {name: int(value) for name, value in found}
        return True

    def close(self, code, reason=""):
        self.open, self.closed = False, (code, reason)

    def drain(self):
        self.full = False
        if self.drained:
            self.drained(self)


def write_each(screens, frame):
    return [screen for screen in screens if screen.broken or not screen.write(frame)]


def is_behind(hub, screen):
    return screen in hub.where[screen].behind


def in_hub(scenario, **options):
    """Run scenario(hub, truth) with a started hub."""

    async def run():
        truth = Truth()
        hub = Hub(truth.draw, str, write_each, **({"tick": 0.02, "retry": (0.02, 0.1)} | options))
        hub.start()
        try:
            await scenario(hub, truth)
        finally:
            await hub.stop()

    asyncio.run(run())


async def join(hub, audience=PHONES, person=None, version=None):
    screen = Screen()
    hub.connect(screen, audience, person, version)
    await until(lambda: screen.frames)
    return screen
