"""Starts Plenary: reads the arguments, prepares the database, prints how to join, serves."""

import argparse
import contextlib
import os
import resource
import secrets
import signal
import socket
import sys
import time

import uvicorn
from pydantic import ValidationError
from uvicorn.supervisors import Multiprocess

from app import start
from app.settings import Settings, settings
from app.storage.engines import AlreadyServed

OPTIONS = ("host", "port", "database", "workers", "public_url")


class Problem(Exception):
    """Why Plenary cannot start, and what to do."""


def main() -> None:
    """`python -m app`; see --help. Ends with a sentence where it cannot start."""
    began = time.perf_counter()
    options = arguments()
    os.umask(0o077)  # names, ballots and notes are for nobody else on this machine
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn passes it on when it has shut down
    try:
        into_environment(options)
        check(settings())
        with start.holding_database(settings()):
            day = start.prepare(settings(), options.next_day)
            print(start.welcome(settings(), day), flush=True)
            serve(settings(), began)
    except Problem as problem:
        sys.exit(f"Plenary did not start. {problem}")
    except AlreadyServed as served:
        sys.exit(
            f"Plenary did not start. Another Plenary (process {served.pid}) already serves this database."
            " Stop it first, or choose another database with --database."
        )
    except start.Unusable as unusable:
        sys.exit(f"Plenary did not start. {unusable}")
    except ValidationError as invalid:
        wrong = invalid.errors()[0]
        name = f"PLENARY_{wrong['loc'][0]}".upper()
        sys.exit(f"Plenary did not start. {name} cannot be {wrong['input']!r}: {wrong['msg'].lower()}.")
    except (EOFError, KeyboardInterrupt):  # at the question about the next day
        sys.exit("\nPlenary did not start.")


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


def into_environment(options: argparse.Namespace) -> None:
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


def check(chosen: Settings) -> None:
    """Refuse early what cannot work, and let ten thousand phones have a file each."""
    if chosen.workers > 1 and chosen.is_sqlite:
        raise Problem(
            "Several workers need Postgres: SQLite lets one process at a time write, and each worker would be"
            " one. Use --workers 1, or --database postgresql://…"
        )
    if chosen.workers < 1:
        raise Problem(f"--workers must be 1 or more, not {chosen.workers}.")
    if not (chosen.public_url.startswith(("http://", "https://"))):
        raise Problem(f"--public-url must begin with http:// or https://, not {chosen.public_url!r}.")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen.host, chosen.port))
        except OverflowError:
            raise Problem(f"--port must be between 1 and 65535, not {chosen.port}.") from None
        except socket.gaierror:
            raise Problem(f"--host must be an address of this machine, not {chosen.host!r}.") from None
        except OSError as error:
            raise Problem(
                f"Port {chosen.port} on {chosen.host} cannot be used ({error.strerror})."
                f" Stop what uses it, or choose another: --port {chosen.port + 1}"
            ) from None


class Server(uvicorn.Server):
    """Says when it listens."""

    began = 0.0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        ready(self.began)


def serve(chosen: Settings, began: float) -> None:
    """Serve until stopped; sockets are told to come back."""
    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        host=chosen.host,
        port=chosen.port,
        workers=chosen.workers,
        ws="app.live.wire:Protocol",
        ws_max_size=64 * 1024,
        access_log=chosen.access_log,
        log_level="info" if chosen.access_log else "warning",
        timeout_graceful_shutdown=5,
        forwarded_allow_ips=chosen.forwarded_allow_ips,
        server_header=False,
        backlog=4096,
    )
    if chosen.workers > 1:
        several(config, began)
        return
    server = Server(config)
    server.began = began
    with contextlib.suppress(KeyboardInterrupt):
        server.run()


def several(config: uvicorn.Config, began: float) -> None:
    """Serve with several processes on one port."""
    shared = config.bind_socket()
    ready(began)
    Multiprocess(config, sockets=[shared]).run()


def ready(began: float) -> None:
    """The last line of a start."""
    print(
        f"Ready after {time.perf_counter() - began:.1f} s. Ctrl-C stops it; everything is kept.\n", flush=True
    )


if __name__ == "__main__":
    main()
