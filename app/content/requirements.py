"""What may be required of a record of content; ValueError, naming file and key, where it does not hold."""

import re
from typing import Any

Record = dict[str, Any]
TEXTS = {
    "workshop": ("title", "remit", "source", "privacy"),
    "session": ("name",),
    "role": ("name",),
    "item": ("method", "title", "instruction", "guide"),
    "vote": ("question",),
    "option": ("label",),
    "wall": ("prompt",),
    "card": ("title", "text"),
    "fact": ("label", "text"),
}
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def require_keys(records: list[Record], where: str, key: str) -> None:
    """Every record has a key, and no two the same; at least one record is there."""
    keys = [str(record.get("key", "")) for record in records]
    require(bool(keys) and all(keys), where, key, "are none, or one has no key")
    doubled = sorted({each for each in keys if keys.count(each) > 1})
    require(not doubled, where, key, f"have the same key twice: {doubled}")


def require_texts(shape: str, record: Record, where: str) -> None:
    """The texts of this shape (see TEXTS): English filled in, Welsh there if empty."""
    for text in TEXTS[shape]:
        english, welsh = record.get(f"{text}_en"), record.get(f"{text}_cy")
        require(isinstance(english, str) and bool(english.strip()), where, f"{text}_en", "is missing")
        require(isinstance(welsh, str), where, f"{text}_cy", "is missing")


def require_choice(record: Record, key: str, known: set[str], where: str) -> None:
    """`key` has one of the known values."""
    require(record.get(key) in known, where, key, f"is {record.get(key)!r}, not one of {sorted(known)}")


def require_clock(record: Record, key: str, where: str) -> None:
    """`key` is a time of day, HH:MM."""
    require(bool(CLOCK.fullmatch(str(record.get(key)))), where, key, f"is {record.get(key)!r}, not HH:MM")


def require(holds: bool, where: str, key: str, what: str) -> None:
    """Raise ValueError, naming file and key, unless it holds."""
    if not holds:
        raise ValueError(f"{where}: {key} {what}")
