"""The two databases that sfsync runs on, as tests get them, and what stands in them, read past our code."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Protocol

from sqlalchemy import NullPool, create_engine, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from tests.postgres import PostgresServer

BACK_WITHIN = 30.0
"""Seconds that a server which restarts is waited for."""


class Databases(Protocol):
    """Where databases come from. Each is known by its URL; `folder` is one of the test's own."""

    def empty(self, folder: Path) -> str:
        """Make one without any table."""
        ...

    def migrated(self, folder: Path) -> str:
        """Make one that a command can use at once."""
        ...

    def copy(self, url: str, folder: Path) -> str:
        """Make one with what another holds, that of the engine too. Nobody may work on that one."""
        ...

    def drop(self, url: str) -> None:
        """Remove one that is no longer used."""
        ...


class OnSqlite:
    """Databases in files: the one in a folder is always `sfsync.db`."""

    def empty(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'sfsync.db'}"

    # A command brings a file up to date by itself.
    migrated = empty

    def copy(self, url: str, folder: Path) -> str:
        file = sqlite_file(url)
        for each in (file, file.with_name("sfsync-engine.db")):
            if each.exists():
                with closing(sqlite3.connect(each)) as source, closing(sqlite3.connect(folder / each.name)) as copy:
                    source.backup(copy)
        return self.empty(folder)

    def drop(self, url: str) -> None:
        """Do nothing: files go with their folder."""


class OnPostgres:
    """Databases on a server."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._made: set[str] = set()

    def empty(self, _folder: Path) -> str:
        return self._keep(self._server.create("template1"))

    def migrated(self, _folder: Path) -> str:
        return self._keep(self._server.create())

    def copy(self, url: str, _folder: Path) -> str:
        return self._keep(self._server.create(url))

    def drop(self, url: str) -> None:
        self._server.drop(url)
        self._made.remove(url)

    def drop_all(self) -> None:
        """Remove every database that was made here."""
        for url in list(self._made):
            self.drop(url)

    def _keep(self, url: str) -> str:
        self._made.add(url)
        return url


class Books:
    """What is in a database, read past all of our code, while others write.

    Queries are SQL that both databases understand, with `:name` for values. JSON and times come as the driver
    gives them, which differs.
    """

    def __init__(self, url: str) -> None:
        self._file = sqlite_file(url) if url.startswith("sqlite:") else None
        self._migrated = False
        if self._file:
            self._engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": 30})
        else:
            # Who asks every few milliseconds must not make the server start a process each time.
            driver = make_url(url).set(drivername="postgresql+psycopg")
            self._engine = create_engine(driver, isolation_level="AUTOCOMMIT", pool_size=1, pool_pre_ping=True)

    def rows(self, query: str, **values: object) -> list[dict[str, Any]]:
        """Return the rows of a query; none while the tables are not there yet."""
        end = monotonic() + BACK_WITHIN
        while True:
            try:
                return self._rows(query, values)
            except OperationalError:
                # A server that restarts; a file's troubles last.
                if self._file or monotonic() > end:
                    raise
                sleep(0.05)

    def number(self, query: str, **values: object) -> int:
        """Return the one number a query answers; 0 while the tables are not there yet."""
        found = self.rows(query, **values)
        return int(next(iter(found[0].values())) or 0) if found else 0

    def change(self, statement: str, **values: object) -> None:
        """Put something into the tables that our code would not."""
        with self._engine.begin() as connection:
            connection.execute(text(statement), values)

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all rows of all tables of ours."""
        with self._engine.connect() as connection:
            return {
                name: sorted((tuple(row) for row in connection.execute(text(f'SELECT * FROM "{name}"'))), key=repr)
                for name in inspect(connection).get_table_names()
            }

    def jobs_left(self) -> int:
        """Count promises that are not kept yet."""
        return self.number("SELECT count(*) FROM job WHERE NOT done OR running IS NOT NULL")

    def close(self) -> None:
        """Give the connection back."""
        self._engine.dispose()

    def _rows(self, query: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
        if self._file and not self._file.exists():
            self._migrated = False
            return []
        with self._engine.connect() as connection:
            self._migrated = self._migrated or inspect(connection).has_table("alembic_version")
            if not self._migrated:
                return []
            return [dict(row) for row in connection.execute(text(query), values).mappings()]


@contextmanager
def books(url: str) -> Iterator[Books]:
    """Open the books for as long as they are read."""
    opened = Books(url)
    try:
        yield opened
    finally:
        opened.close()


def sqlite_file(url: str) -> Path:
    """Return the file of an SQLite URL."""
    return Path(url.removeprefix("sqlite:///"))
