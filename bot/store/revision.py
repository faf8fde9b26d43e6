"""One value in the database that is another one after each change of what the cards show.

It moves in the very transaction that changes errors or ends a run, in whichever process that is. Who remembers
the figures of one revision knows by a look at this row that they still hold. No value ever comes back, not even
when a backup does.
"""

import secrets
from contextlib import closing
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Connection, event, select
from sqlmodel import Session

from bot.errors import StorageUnavailable
from bot.store.database import Database, reached
from bot.store.tables import Note, core

NOTE = "revision of the cards"

_note = core(Note)


def move(session: Session, now: datetime) -> None:
    """Note, within the caller's transaction, that the cards show something else from its commit on."""
    session.merge(Note(name=NOTE, value=secrets.token_hex(8), at=now))


class RevisionWatch:
    """Reads the revision, thousands of times a second, over a connection of its own that ends with the engine."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._query = str(
            select(_note.c.value)
            .where(_note.c.name == NOTE)
            .compile(database.engine, compile_kwargs={"literal_binds": True})
        )
        driver = database.engine.dialect.loaded_dbapi
        self._away = driver.OperationalError, driver.InterfaceError
        self._connection: Connection | None = None
        self._lock = Lock()
        event.listen(database.engine, "engine_disposed", lambda _engine: self._drop())

    def read(self) -> str:
        """Return the revision of the newest committed state, "" before the first. Raises StorageUnavailable."""
        with self._lock:
            if self._connection is not None:
                try:
                    return self._read(self._connection)
                except self._away:
                    # The server was started anew meanwhile, or has ended our session.
                    self._drop()
            with reached():
                connection = self._connection = self._connected()
            try:
                return self._read(connection)
            except self._away as error:
                self._drop()
                raise StorageUnavailable(type(error).__name__) from error

    def _connected(self) -> Connection:
        connection = self._database.engine.connect()
        if not self._database.on_sqlite:
            # Each look sees the newest state, in one trip to the server.
            _driver(connection).autocommit = True
        return connection

    def _read(self, connection: Connection) -> str:
        # Past SQLAlchemy: its part in so small a query is ten times that of SQLite.
        with closing(_driver(connection).cursor()) as cursor:
            cursor.execute(self._query)
            found = cursor.fetchall()
        return str(found[0][0]) if found else ""

    def _drop(self) -> None:
        """Close the connection; it must not go back to the pool."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def _driver(connection: Connection) -> Any:  # noqa: ANN401 - the driver's own type
    return connection.connection.dbapi_connection
