"""Connections and transactions, on SQLite or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

BUSY_TIMEOUT = 30.0
"""Seconds a SQLite writer waits for another one."""


class Database:
    """The product's own tables. `url` is as SQLAlchemy takes it; Heroku's `postgres://` is understood."""

    def __init__(self, url: str) -> None:
        self.url = make_url(normal_url(url))
        self.on_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url.render_as_string(hide_password=False)) if self.on_sqlite else _postgres(self)
        # BEGIN IMMEDIATE: with a deferred transaction two writers read the same row, and the second
        # overwrites what the first one wrote (measured: most updates of two processes were lost).
        self._writer = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")

    @property
    def file(self) -> Path:
        """Return the SQLite file."""
        return Path(self.url.database or "").absolute()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open one transaction that only reads."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open one transaction that is committed at the end, or leaves no trace if anything is raised."""
        with Session(self._writer) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def normal_url(url: str) -> str:
    """Return `url` with the driver we ship."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def engine_url(database: Database) -> str:
    """Return where the durable engine keeps its own tables.

    On SQLite in a file of its own, beside ours: in a shared file each slows the other, and emptying one
    would empty both. On PostgreSQL in the same database, in a schema of its own.
    """
    if database.on_sqlite:
        return f"sqlite:///{database.file.with_name(database.file.stem + '-engine.db')}"
    return database.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _sqlite(url: str) -> Engine:
    # The driver must not open transactions by itself, or it opens deferred ones.
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT, "isolation_level": None}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's own type
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))

    return engine


def _postgres(database: Database) -> Engine:
    return create_engine(database.url, pool_pre_ping=True, hide_parameters=True)
