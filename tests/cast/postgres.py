"""A throw-away PostgreSQL: cluster() runs a server of its own, database() makes an empty database in it.

`python -m tests.cast.postgres COMMAND…` runs the command with PLENARY_DATABASE naming such a database.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

# The server lasts as long as the pipe this reads from, so that it goes away even when the tests are killed.
# $1: the directory of PostgreSQL's programs; $2: the cluster's own.
SUPERVISOR = r"""
PATH="$1:$PATH"
cd "$2" || exit
trap 'pg_ctl stop -D data -m immediate -s 2>/dev/null; rm -rf "$2"' EXIT
{
  initdb -D data -U postgres -A trust -E UTF8 --locale C.UTF-8 --no-sync --no-instructions &&
  pg_ctl start -D data -l log -w -s -o "-k $2 -c listen_addresses= -c max_connections=200 \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
} >log 2>&1 || { cat log; exit; }
echo started
read -r _
"""


@dataclass(frozen=True)
class Cluster:
    """A running server, reached by the unix socket in `directory` only."""

    directory: Path

    def url(self, name: str) -> str:
        """The address of a database, as psycopg and SQLAlchemy both understand it."""
        return f"postgresql://postgres@/{name}?host={self.directory}"


@contextmanager
def cluster() -> Iterator[Cluster]:
    """An empty cluster, started in about a second, for as long as the block lasts.

    Raises RuntimeError, with the server's own words, when it does not start.
    """
    # Not TMPDIR: a socket's path may have 107 bytes, and the user postgres must get there.
    directory = Path(tempfile.mkdtemp(prefix="plenary-", dir="/tmp"))
    command = ["sh", "-c", SUPERVISOR, "sh", str(_programs()), str(directory)]
    if os.geteuid() == 0:  # as root PostgreSQL refuses to run
        shutil.chown(directory, "postgres")
        command = ["runuser", "-u", "postgres", "--", *command]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as supervisor:
        said = supervisor.stdout.readline()
        if said != "started\n":
            raise RuntimeError(f"PostgreSQL did not start:\n{said}{supervisor.stdout.read()}")
        yield Cluster(directory)


@contextmanager
def database(cluster: Cluster) -> Iterator[str]:
    """The URL of an empty database, made in about 50 ms and dropped afterwards whoever is still connected."""
    name = f"plenary_{uuid.uuid4().hex}"
    _administer(cluster, f"CREATE DATABASE {name}")
    try:
        yield cluster.url(name)
    finally:
        _administer(cluster, f"DROP DATABASE {name} WITH (FORCE)")


def _programs() -> Path:
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda program: int(program.parts[-3]), default=None)
    if newest is None:
        raise RuntimeError("There is no PostgreSQL here: apt-get install postgresql-15")
    return newest.parent


def _administer(cluster: Cluster, statement: str) -> None:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(statement)


def main() -> int:
    with cluster() as server, database(server) as url:
        return subprocess.call(sys.argv[1:], env=os.environ | {"PLENARY_DATABASE": url})


if __name__ == "__main__":
    sys.exit(main())
