"""What people type, made fit to store: no control characters, neither empty nor too long."""

import unicodedata

from app.errors import Refused

# Invisible characters that turn the reading direction of what follows on a shared screen.
DIRECTION = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def clean(text: str, lines: bool = False) -> str:
    """`text` normalised (NFC), without control characters, trimmed; newlines only with `lines`."""
    text = unicodedata.normalize("NFC", text).translate(DIRECTION)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = " ".join(text.split())
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def required(text: str, limit: int, lines: bool = False) -> str:
    """`clean(text)`, Refused("text_empty") when nothing is left, Refused("text_too_long")
    for more than `limit` characters."""
    text = optional(text, limit, lines)
    if not text:
        raise Refused("text_empty")
    return text


def optional(text: str, limit: int, lines: bool = False) -> str:
    """`clean(text)`, Refused("text_too_long") for more than `limit` characters."""
    text = clean(text, lines)
    if len(text) > limit:
        raise Refused("text_too_long", limit=limit, length=len(text))
    return text
