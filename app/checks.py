"""What must hold before Plenary starts, each with a sentence for whoever started it where it does not."""

import contextlib
import resource
import socket

from app.settings import Settings


class Problem(Exception):
    """Why Plenary cannot start, and what to do."""


def refuse_what_cannot_work(chosen: Settings) -> None:
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
