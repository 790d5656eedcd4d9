"""Starts Plenary: reads the arguments, prepares the database, prints how to join, serves."""

import contextlib
import os
import signal
import socket
import sys
import time

import uvicorn
from pydantic import ValidationError
from uvicorn.supervisors import Multiprocess

from app import start
from app.checks import Problem, refuse_what_cannot_work
from app.command_line import arguments, put_into_environment
from app.settings import Settings, settings
from app.storage.engines import AlreadyServed
from app.welcome import welcome


def main() -> None:
    """`python -m app`; see --help. Ends with a sentence where it cannot start."""
    began = time.perf_counter()
    options = arguments()
    os.umask(0o077)  # names, ballots and notes are for nobody else on this machine
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn passes it on when it has shut down
    try:
        put_into_environment(options)
        refuse_what_cannot_work(settings())
        with start.holding_database(settings()):
            served = start.prepare(settings(), options.next_day)
            print(welcome(settings(), served), flush=True)
            serve(settings(), began)
    except Problem as problem:
        sys.exit(f"Plenary did not start. {problem}")
    except AlreadyServed as other:
        sys.exit(
            f"Plenary did not start. Another Plenary (process {other.pid}) already serves this database."
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


class Server(uvicorn.Server):
    """Says when it listens."""

    began = 0.0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _say_ready(self.began)


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
        _serve_with_several(config, began)
        return
    server = Server(config)
    server.began = began
    with contextlib.suppress(KeyboardInterrupt):
        server.run()


def _serve_with_several(config: uvicorn.Config, began: float) -> None:
    """Serve with several processes on one port."""
    shared = config.bind_socket()
    _say_ready(began)
    Multiprocess(config, sockets=[shared]).run()


def _say_ready(began: float) -> None:
    """The last line of a start."""
    print(
        f"Ready after {time.perf_counter() - began:.1f} s. Ctrl-C stops it; everything is kept.\n", flush=True
    )


if __name__ == "__main__":
    main()
