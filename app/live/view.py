"""What an audience sees: its connections, the newest drawing of its regions, and who is still to see it."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody who sees the same: a kind of screen, a language, perhaps a channel (a table, a projector)."""

    workshop_id: int
    screen: str
    language: str
    channel: int | None = None


class Drawing(NamedTuple):
    """Regions by name as of a version of the workshop: HTML with one root element whose id is the name.

    An audience always has the same names; a drawing of some topics has some of them.
    """

    version: int
    regions: Mapping[str, str]


class Connection(Protocol):
    """What the hub needs of a socket; wire.py has the real one."""

    drained: Callable[[Any], None] | None

    def write(self, frame: Any) -> bool: ...
    def close(self, code: int, reason: str = "") -> None: ...


def envelope_of(drawn: Drawing) -> dict[str, Any]:
    """The message a screen understands: each region replaces the element of its name."""
    content = "".join(
        f'<hx-partial hx-target="#{name}" hx-swap="outerMorph">{html}</hx-partial>'
        for name, html in drawn.regions.items()
    )
    return {"v": drawn.version, "content": content}


def envelope(drawn: Drawing, crowd: int) -> str:
    """The same as text for the wire, with how many screens get it."""
    return json.dumps({**envelope_of(drawn), "crowd": crowd}, ensure_ascii=False)


class View:
    """What one audience sees. Drawings of a view never overlap, so the newest drawing is the last one."""

    def __init__(self, audience: Audience, pack: Callable[[str], Any]) -> None:
        self.audience, self.pack = audience, pack
        self.connections: dict[Connection, str | None] = {}
        self.behind: dict[Connection, int | None] = {}  # who waits, and the version their page was drawn at
        self.version = 0
        self.regions: dict[str, str] = {}
        self.drawn = False
        self.everything: Any = None
        self.nothing_new: Any = None
        self.due: set[str] = set()
        self.due_all = True
        self.failures = 0
        self.drawing = asyncio.Lock()

    def mark_due(self, topics: Iterable[str] | None) -> None:
        if topics is None:
            self.due_all = True
        else:
            self.due.update(topics)

    def is_due(self) -> bool:
        return self.due_all or bool(self.due)

    def take_due(self) -> frozenset[str] | None:
        topics = None if self.due_all or not self.drawn else frozenset(self.due)
        self.due, self.due_all = set(), False
        return topics

    def update(self, drawn: Drawing) -> Any:
        """Keep a drawing; the frame of what is new in it, or None."""
        new = {name: html for name, html in drawn.regions.items() if self.regions.get(name) != html}
        self.version, self.drawn, self.failures, self.nothing_new = drawn.version, True, 0, None
        if not new:
            return None
        self.regions.update(new)
        self.everything = None
        return self.pack(envelope(Drawing(drawn.version, new), len(self.connections)))

    def catch_up(self, connection: Connection) -> bool:
        """Write everything to a connection that is behind, or no more than that it is not, where its page was
        drawn at this version. False when that was not possible (yet)."""
        if not self.drawn:
            return False
        frame = self._nothing_new() if self.behind[connection] == self.version else self._everything()
        if connection.write(frame):
            del self.behind[connection]
            return True
        return False

    def _everything(self) -> Any:
        if self.everything is None:
            self.everything = self.pack(envelope(Drawing(self.version, self.regions), len(self.connections)))
        return self.everything

    def _nothing_new(self) -> Any:
        if self.nothing_new is None:
            self.nothing_new = self.pack(json.dumps({"v": self.version}))
        return self.nothing_new
