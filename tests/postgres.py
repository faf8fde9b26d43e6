"""A PostgreSQL server of the tests' own: started once for each worker, gone when the worker is."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Literal

import psycopg

from bot.store.database import Database
from bot.store.migrate import migrate

TIMEOUT = 60.0
"""Seconds after which a program of PostgreSQL's has failed; this machine may be busy with other tests."""

MAINTENANCE = "postgres"
"""The database each server has: databases are made and dropped from there."""

TEMPLATE = "sfsync_template"

StopMode = Literal["fast", "immediate"]

# Ends the server and removes its files once standard input is closed: by us, or by the end of our process,
# whatever ended it.
_GUARD = 'cat >/dev/null; "$1" stop -w -t 30 -m immediate -D "$2/data" >/dev/null 2>&1; rm -rf "$2"'


def programs() -> Path | None:
    """Return the folder of `initdb`, `pg_ctl` and `postgres`, the newest there is; None without any."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((each.parent for each in versions), key=lambda folder: float(folder.parent.name), default=None)


class NoPostgres(Exception):
    """No server can be started here; the message is the reason."""


class PostgresServer:
    """A server on 127.0.0.1 that trusts everybody on this machine, and the databases in it.

    `durable` waits for the disk as production does; what is killed here is never the machine, so nothing that
    was committed is lost without it. Its clock shows another zone than UTC, as servers in offices do.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._bin = programs()
        if self._bin is None:
            raise NoPostgres("no initdb: neither on PATH nor below /usr/lib/postgresql")
        # initdb refuses root. Its files may not be below a folder that only root can enter.
        self._as: Mapping[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []}
        if os.geteuid():
            self._as = {}
        self.folder = Path(tempfile.mkdtemp(prefix="sfsync-pg-"))
        if self._as:
            try:
                shutil.chown(self.folder, "postgres", "postgres")
            except LookupError as error:
                self.folder.rmdir()
                raise NoPostgres("initdb refuses root, and there is no user postgres") from error
        self._guard = subprocess.Popen(
            ["sh", "-c", _GUARD, "sh", self._bin / "pg_ctl", self.folder],
            stdin=subprocess.PIPE,
            cwd=self.folder,
            start_new_session=True,
            **self._as,
        )
        self._numbers = count(1)
        self._options: Mapping[str, object] = {
            "fsync": "on" if durable else "off",
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "max_connections": 200,
            "timezone": "America/New_York",
        }
        self.port = 0
        try:
            self._run(
                "initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"
            )
            self.start()
            self._make_template()
        except BaseException:
            self.close()
            raise

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def url(self, name: str) -> str:
        """Return the URL of a database, as `DATABASE_URL` takes it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def create(self, template: str = TEMPLATE) -> str:
        """Make a database like another one, by its URL or name, to which nobody is connected; answer its URL."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {_name(template)}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._execute(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")

    @contextmanager
    def database(self, template: str = TEMPLATE) -> Iterator[str]:
        """Make a database for as long as it is used; yield its URL."""
        url = self.create(template)
        try:
            yield url
        finally:
            self.drop(url)

    def terminate_sessions(self, url: str) -> int:
        """End every connection to a database, as an administrator does; answer how many there were."""
        query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
        with closing(psycopg.connect(self.url(MAINTENANCE), autocommit=True)) as connection:
            found = connection.execute(query, [_name(url)]).fetchone()
        return int(found[0]) if found else 0

    def start(self) -> None:
        """Start it: on the port it had, at first on one that is free. Another program may take that meanwhile."""
        for attempts_left in (2, 1, 0):
            port = self.port or _free_port()
            options = " ".join(f"-c {name}={value}" for name, value in {"port": port, **self._options}.items())
            try:
                self._run(
                    "pg_ctl", "start", "-w", "-t", "30", "-D", self._data, "-l", self.folder / "log", "-o", options
                )
            except AssertionError:
                if self.port or not attempts_left:
                    raise
            else:
                self.port = port
                return

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop it: `fast` rolls back what runs, `immediate` is a crash of the server."""
        self._run("pg_ctl", "stop", "-w", "-t", "30", "-D", self._data, "-m", mode)

    def restart(self, mode: StopMode = "fast") -> None:
        """Stop it and start it again."""
        self.stop(mode)
        self.start()

    def close(self) -> None:
        """End it, and remove everything."""
        self._guard.communicate(timeout=TIMEOUT)

    def _make_template(self) -> None:
        self._execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template1")
        database = Database(self.url(TEMPLATE))
        try:
            migrate(database)
        finally:
            database.close()

    def _execute(self, statement: str) -> None:
        with closing(psycopg.connect(self.url(MAINTENANCE), autocommit=True)) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: object) -> None:
        """Run one of PostgreSQL's programs. What it starts may outlive it, so its output goes to a file."""
        assert self._bin
        said = self.folder / "said"
        with said.open("wb") as out:
            done = subprocess.run(
                [self._bin / program, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,
                timeout=TIMEOUT,
                check=False,
                **self._as,
            )
        assert done.returncode == 0, f"{program}: {said.read_text(errors='replace')}"


def _name(database: str) -> str:
    """Return the name in a database's URL; a name stays as it is."""
    return database.rpartition("/")[2]


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
