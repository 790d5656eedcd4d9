"""The command line: what may be said, and how it reaches the settings of every worker."""

import argparse
import contextlib
import os
import secrets
import socket

from app.settings import settings

OPTIONS = ("host", "port", "database", "workers", "public_url")


def arguments() -> argparse.Namespace:
    """The command line; what is left out comes from PLENARY_… in the environment or has a default."""
    parser = argparse.ArgumentParser(prog="scripts/run", description="Runs a Plenary workshop in this room.")
    parser.add_argument("--host", help="address to listen on (0.0.0.0: every one of this machine)")
    parser.add_argument("--port", type=int, help="port to listen on (8000)")
    parser.add_argument("--database", help="SQLite file or postgresql:// address (data/plenary.db)")
    parser.add_argument("--workers", type=int, help="server processes; more than one needs Postgres (1)")
    parser.add_argument(
        "--public-url", help="address people reach, for QR codes and links, also behind a proxy"
    )
    day = parser.add_mutually_exclusive_group()
    for name, words in (
        ("again", "when the last workshop is of an earlier day: run its design again, today"),
        ("new", "when the last workshop is of an earlier day: make a new one from the template"),
        ("keep", "when the last workshop is of an earlier day: serve it as it is"),
    ):
        day.add_argument(f"--{name}", dest="next_day", action="store_const", const=name, help=words)
    return parser.parse_args()


def put_into_environment(options: argparse.Namespace) -> None:
    """Put what was said into the environment, where workers find it too."""
    for name in OPTIONS:
        if getattr(options, name) is not None:
            os.environ[f"PLENARY_{name.upper()}"] = str(getattr(options, name))
    os.environ.setdefault("PLENARY_OPERATOR_TOKEN", secrets.token_urlsafe(24))
    if not settings().public_url:
        os.environ["PLENARY_PUBLIC_URL"] = f"http://{lan_address(settings().host)}:{settings().port}"
    settings.cache_clear()


def lan_address(host: str) -> str:
    """The address by which others on this network reach us; no packet is sent to find out."""
    if host not in ("0.0.0.0", "::", ""):
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])
    return "localhost"
