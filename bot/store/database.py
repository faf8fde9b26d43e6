"""Connections and transactions, on SQLite or PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from bot.errors import StorageUnavailable
from bot.files import private
from bot.storage import PATIENCE

_WRITER_LOCK = 0x5F5A
"""Our number among PostgreSQL's advisory locks for whoever writes."""

_LONGEST_PAUSE = 60_000
"""Milliseconds between two statements of one transaction that writes."""

_KEEPALIVE = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""The server notices within half a minute that our machine is gone, and frees the locks it had."""

_CONNECTING = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""Likewise we notice that the server is gone; the system would wait for it for a quarter of an hour, and longer."""


class Database:
    """The product's own tables. `url` is as SQLAlchemy takes it; Heroku's `postgres://` is understood."""

    def __init__(self, url: str) -> None:
        self.url = make_url(normal_url(url))
        self.on_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url.render_as_string(hide_password=False)) if self.on_sqlite else _postgres(self)
        self._writing = Lock()
        one_moment = {} if self.on_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reader = self.engine.execution_options(**one_moment)

    @property
    def file(self) -> Path:
        """Return the SQLite file."""
        return Path(self.url.database or "").absolute()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open one transaction that only reads, all of it as of one moment. Raises StorageUnavailable."""
        with reached(), Session(self._reader) as session:
            yield session

    @contextmanager
    def write(self, patience: float = PATIENCE) -> Iterator[Session]:
        """Open one transaction that is committed at the end, or leaves no trace if anything is raised.

        One at a time, among all processes: the second of two that read a row and change it would undo what the
        first one did (measured: most updates of two processes were lost). Nobody writes for long. Raises
        StorageUnavailable where the others are not done within `patience` seconds.
        """
        end = monotonic() + patience
        with self._turn(patience), reached(), Session(self.engine) as session, session.begin():
            session.connection(execution_options={"alone_within": max(0.0, end - monotonic())})
            yield session

    @contextmanager
    def _turn(self, patience: float) -> Iterator[None]:
        """Let the writers of this process wait for each other here.

        On SQLite they would look again ever less often, and whoever came first might be served last. PostgreSQL
        keeps a queue itself.
        """
        if not self.on_sqlite:
            yield
            return
        if not self._writing.acquire(timeout=patience):
            raise StorageUnavailable("others are writing")
        try:
            yield
        finally:
            self._writing.release()

    def scrub(self) -> bool:
        """Leave nothing of deleted rows in our files; False where others keep SQLite from that at the moment.

        SQLite writes its file anew and empties what was written ahead. PostgreSQL frees the space of the rows; its
        own log and backups are the server's. Raises StorageUnavailable.
        """
        if not self.on_sqlite:
            with reached(), self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM")
            return True
        end = monotonic() + PATIENCE
        with closing(sqlite3.connect(self.file, timeout=PATIENCE, isolation_level=None)) as connection:
            try:
                # The index of words keeps those of deleted rows until its parts are merged.
                connection.execute("INSERT INTO error_words (error_words) VALUES ('optimize')")
                connection.execute("VACUUM")
                while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    if monotonic() > end:
                        return False
                    sleep(0.1)
            except sqlite3.OperationalError:
                return False
        return True

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
    patient = {name: str(value) for name, value in _CONNECTING.items()}
    url = database.url.set(drivername="postgresql", query={**patient, **database.url.query})
    return url.render_as_string(hide_password=False)


@contextmanager
def reached() -> Iterator[None]:
    """Raise StorageUnavailable for what a driver raises because the database is away, full or busy."""
    try:
        yield
    except PoolTimeoutError as error:
        raise StorageUnavailable("no connection is free") from error
    except (OperationalError, InterfaceError) as error:
        if str(error.orig).startswith("no such"):
            raise  # a table or column that SQLite misses: a bug of ours
        raise StorageUnavailable(_first_line(error)) from error


def _first_line(error: DBAPIError) -> str:
    """Return what the driver says; further lines may hold the values of a row."""
    return str(error.orig).strip().partition("\n")[0]


def _sqlite(url: str) -> Engine:
    # The driver must not open transactions by itself, or it opens deferred ones.
    engine = create_engine(url, connect_args={"timeout": PATIENCE, "isolation_level": None}, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def create(_dialect: object, _record: object, arguments: list[Any], _options: object) -> None:
        private(Path(arguments[0]))

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's own type
        connection.execute("PRAGMA journal_mode = WAL")
        # What is committed outlives a power cut: the engine must never know of a step whose rows are lost.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        patience = connection.get_execution_options().get("alone_within")
        if patience is None:
            connection.exec_driver_sql("BEGIN")
        else:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(patience * 1000)}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgres(database: Database) -> Engine:
    engine = create_engine(
        database.url,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": _KEEPALIVE, **_CONNECTING},
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        patience = connection.get_execution_options().get("alone_within")
        if patience is not None:
            # What SQLite's BEGIN IMMEDIATE does; the lock ends with the transaction. A process that froze
            # while it had the lock must not keep all others from writing for ever.
            connection.exec_driver_sql(
                f"SET LOCAL idle_in_transaction_session_timeout = {_LONGEST_PAUSE};"
                f"SET LOCAL lock_timeout = {int(patience * 1000)};"
                f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})"
            )

    return engine
