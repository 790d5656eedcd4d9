"""`scripts/rehearse`: reads the arguments, rehearses, and says whether all that was acknowledged is there."""

import argparse
import asyncio
import contextlib
import resource
import signal
import sys
from collections.abc import Callable

from scripts.rehearsal.day import NotRehearsed, Rehearsed, copied, rehearse
from scripts.rehearsal.report import Progress, account, problems
from scripts.rehearsal.served import Served, Unserved, server


def main() -> int:
    """0 when all is well, 1 when not, 130 when interrupted; the copy is gone in each case, unless kept."""
    options = arguments()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    for number in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl-C, so that the copy goes and our server with it
        signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)  # two connections for each phone
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        with server(options) as where:
            return asyncio.run(run(where, options))
    except (NotRehearsed, Unserved) as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130


async def run(where: Served, options: argparse.Namespace) -> int:
    """Rehearse on a copy and report."""
    async with copied(where, options.speed, options.keep) as copy:
        about = f"{options.phones} phones, {options.speed} times as fast"
        print(f"Rehearsing {where.code} as {copy['code']}: {about}.", flush=True)
        day = await rehearse(where.url, copy, options, Progress())
        print(account(day), flush=True)
    if options.keep:
        print(f"The copy {copy['code']} is kept. Its console, once, at the server’s address: {day.console}")
    return verdict(day)


def verdict(day: Rehearsed) -> int:
    """Print what is wrong, or that nothing is."""
    wrong = list(problems(day))
    for sentence in wrong:
        print(f"  {sentence}")
    print("Not in order." if wrong else "In order: everything acknowledged is stored, once.")
    return 1 if wrong else 0


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/rehearse",
        description="Rehearses the day with simulated people on a copy of the workshop and deletes the copy.",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--database", help="SQLite file or postgresql:// address (data/plenary.db)")
    where.add_argument("--url", help="a server elsewhere; its operator's token in PLENARY_OPERATOR_TOKEN")
    parser.add_argument("--code", help="the workshop to rehearse (the newest)")
    parser.add_argument("--phones", type=number(1, 5000), default=60, help="simulated participants (60)")
    parser.add_argument("--speed", type=number(1, 600), default=60, help="times as fast as planned (60)")
    parser.add_argument("--keep", action="store_true", help="keep the copy, to look at")
    options = parser.parse_args()
    if options.url and not options.code:
        parser.error("--url needs --code")
    return options


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number between two others."""

    def read(text: str) -> int:
        if not (text.isdecimal() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text} is not a whole number from {least} to {most}")
        return int(text)

    return read


if __name__ == "__main__":
    sys.exit(main())
