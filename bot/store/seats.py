"""Who works on a PostgreSQL database: each process has a numbered seat, kept by an advisory lock of its session.

PostgreSQL frees the lock when the process is gone, however it went. DBOS itself never takes over what a dead
process was doing; here the others notice that a seat's lock is free, and one of them has its work resumed. Since
a restart of the server frees all locks at once, a lock must be free in several looks in a row; a verdict that is
wrong even so repeats the call in flight at the worst, because the rows decide (`bot.store.jobs`).
"""

import os
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.errors import StorageUnavailable
from bot.storage import Storage
from bot.store.database import Database, reached

CHECKS = 5
"""Looks in a row, one a second, that must find a seat's lock free before its process is taken for dead."""

MOST = 1000
"""Seats. More processes than that share no database."""

_LOCKS = 0x5F5B
"""Our number among PostgreSQL's advisory locks for seats; the second number is the seat's."""

_HELD = text(
    "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = :locks AND objsubid = 2 AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)

_OURS = text(
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = :locks AND objid = :seat AND objsubid = 2"
    " AND granted AND pid = pg_backend_pid()"
)


class Seats:
    """This process' seat, and a look at the others'. For one thread at a time."""

    alone = False

    def __init__(self, database: Database, storage: Storage, clock: Clock) -> None:
        self._database, self._storage, self._clock = database, storage, clock
        self._connection: Connection | None = None
        self._number = 0
        self._free: Counter[int] = Counter()
        self._misses = 0

    @property
    def executor(self) -> str:
        """The name of this process in the engine; another process has it only after our work was taken over."""
        return name(self._number)

    def take(self) -> bool:
        """Sit down on the first seat that is free and whose work is done. Raises StorageUnavailable."""
        with self._talking() as connection:
            for number in range(1, MOST):
                if self._lock(connection, number):
                    with self._storage.read() as tx:
                        left = any(one.id == number for one in tx.executors.working())
                    if not left:
                        self._number = number
                        with self._storage.write() as tx:
                            tx.executors.begin(number, socket.gethostname(), os.getpid(), self._clock.now())
                        return True
                    self._unlock(connection, number)
        raise StorageUnavailable("all seats are taken")

    def holder(self) -> str:
        """Return "": there is a seat for everybody."""
        return ""

    def keep(self) -> bool:
        """Make sure that the seat is still ours; False where another process has had it for several looks.

        Raises StorageUnavailable while the server is away.
        """
        if self._holds():
            return True
        # All locks went with the server or the network; everybody needs a moment to take theirs again.
        self._drop()
        self._free.clear()
        with self._talking() as connection:
            if self._lock(connection, self._number):
                self._misses = 0
                return True
        self._misses += 1
        return self._misses < CHECKS

    def say_alive(self, slack: Mapping[str, Any]) -> None:
        """Write down that this process lives, and how it hears from Slack."""
        with self._storage.write() as tx:
            tx.executors.seen(self._number, slack, self._clock.now())

    def take_over(self, resume: Callable[[str], int]) -> list[str]:
        """Have the work of dead processes resumed; `resume` gets an executor's name. Answer their names."""
        with self._storage.read() as tx:
            others = {one.id for one in tx.executors.working()} - {self._number}
        taken: list[str] = []
        with self._talking() as connection:
            held = set(connection.execute(_HELD, {"locks": _LOCKS}).scalars())
            self._free = Counter({number: self._free[number] + 1 for number in others - held})
            for number in [number for number, looks in self._free.items() if looks >= CHECKS]:
                with self._locked(connection, number) as ours:
                    if ours:
                        resume(name(number))
                        with self._storage.write() as tx:
                            tx.executors.end(number, self._clock.now())
                        taken.append(name(number))
        return taken

    def leave(self, *, clean: bool) -> None:
        """Get up. Where work was left unfinished (not `clean`), the others take it over as that of a dead process."""
        if clean:
            with self._storage.write() as tx:
                tx.executors.end(self._number, self._clock.now())
        self._drop()

    def _holds(self) -> bool:
        if self._connection is None:
            return False
        # The lock itself is asked for: a session that broke may have been replaced by one without it.
        with suppress(StorageUnavailable), self._talking() as connection:
            ours = connection.execute(_OURS, {"locks": _LOCKS, "seat": self._number})
            return ours.first() is not None
        return False

    @contextmanager
    def _talking(self) -> Iterator[Connection]:
        """Talk to the server. A session that breaks is given up, and what it locked with it: `keep` locks it anew.

        Raises StorageUnavailable.
        """
        try:
            with reached():
                if self._connection is None:
                    connection = self._database.engine.connect()
                    self._connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                yield self._connection
        except (StorageUnavailable, SQLAlchemyError):
            self._drop()
            raise

    def _drop(self) -> None:
        """Close the session, and with it what it locked; it must not go back to the pool."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    @contextmanager
    def _locked(self, connection: Connection, number: int) -> Iterator[bool]:
        if not self._lock(connection, number):
            yield False
            return
        try:
            yield True
        finally:
            self._unlock(connection, number)

    def _lock(self, connection: Connection, number: int) -> bool:
        query = text("SELECT pg_try_advisory_lock(:locks, :seat)")
        return bool(connection.execute(query, {"locks": _LOCKS, "seat": number}).scalar_one())

    def _unlock(self, connection: Connection, number: int) -> None:
        query = text("SELECT pg_advisory_unlock(:locks, :seat)")
        connection.execute(query, {"locks": _LOCKS, "seat": number})


def name(number: int) -> str:
    """Return the name in the engine of whoever has a seat."""
    return f"sfsync-{number}"
