"""What the tests of hub, wire and bus share: audiences, a truth that is drawn, and words."""

import asyncio
import random
from collections import defaultdict

from app.live.view import Audience, Drawing

PHONES = Audience(7, "phone", "en")
PHONES_CY = Audience(7, "phone", "cy")
PROJECTOR = Audience(7, "projector", "en", 1)
ELSEWHERE = Audience(8, "phone", "en")

# Words that come again, many times, further back than 12 bits of window reach.
WORDS = " ".join(random.Random(1).choice("abcdefgh") * 9 + str(n % 1500) for n in range(6000))


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
        return Drawing(version, {name: self.html(name, values[name]) for name in names})

    def html(self, name, value):
        return f'<div id="{name}">{value}:{"x" * self.pad}</div>'
