"""Codes people type and tokens they never see: how they are made, read and stored (as hashes only)."""

import hashlib
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L: a code is read aloud and typed on a phone
WORKSHOP_LENGTH = 6
PERSONAL_LENGTH = 12  # 59 bits
RECEIPT_LENGTH = 8


def workshop_code() -> str:
    """A new event code of six characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(WORKSHOP_LENGTH))


def personal_code() -> str:
    """A new personal code of twelve characters, shown in groups of four."""
    return "".join(secrets.choice(ALPHABET) for _ in range(PERSONAL_LENGTH))


def receipt() -> str:
    """A new receipt of a ballot, eight characters (39 bits): enough to find one's own line in a list."""
    return "".join(secrets.choice(ALPHABET) for _ in range(RECEIPT_LENGTH))


def token() -> str:
    """A secret of 192 bits for links and browsers."""
    return secrets.token_urlsafe(24)


def grouped(code: str) -> str:
    """The code as it is shown: K7QF-W3MX-9TRD."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalised(text: str) -> str:
    """What was meant by a typed code: capitals, without spaces and dashes; O, I and L have no
    place in the alphabet and stay as they are, so that a wrong code is never a lucky one."""
    return "".join(text.split()).replace("-", "").upper()


def is_workshop_code(text: str) -> bool:
    """Whether this could be an event code."""
    return len(text) == WORKSHOP_LENGTH and all(letter in ALPHABET for letter in text)


def hashed(secret: str) -> str:
    """What the database has of a secret. Plain SHA-256 is enough: secrets are random, not chosen."""
    return hashlib.sha256(secret.encode()).hexdigest()
