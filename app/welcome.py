"""What the terminal shows at a start: how to join, and the links for those who run the day."""

from collections.abc import Iterator

import segno

from app.settings import Settings
from app.start import ServedWorkshop


def welcome(settings: Settings, served: ServedWorkshop) -> str:
    """What the terminal shows: how to join, and the links for those who run the day."""
    join = f"{settings.public_url}/{served.code}"
    lines = [
        "",
        f"  {served.title}, {served.day}",
        "",
        f"  Join:       {join}     code {served.code}",
        _qr(join),
        *(f"  {label:<11} {settings.public_url}/enter/{token}" for label, token in _labelled(served.links)),
        "",
        "  The console's link signs one browser in, once. More links: on the console, under Links.",
    ]
    return "\n".join(lines)


def _labelled(tokens: dict[str, str]) -> Iterator[tuple[str, str]]:
    names = {"lead": "Console:", "projector": "Projector:"}
    for label, token in tokens.items():
        yield names.get(label, f"{label.capitalize()}:"), token


def _qr(address: str) -> str:
    code = segno.make(address, error="m")
    rows = [[False, *row, False] for row in code.matrix_iter(border=1)]
    rows += [[False] * len(rows[0])] * (len(rows) % 2)
    halves = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    return "\n".join(
        "    " + "".join(halves[bool(top), bool(below)] for top, below in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
