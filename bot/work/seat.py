"""A process' place among those that work on a database: the only one on SQLite, one of many on PostgreSQL."""

import os
import socket
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from bot.clock import Clock
from bot.storage import Storage
from bot.work.lock import RUN, WorkerLock


class Seat(Protocol):
    """See `bot.store.seats` for the one on PostgreSQL. `alone` is whether nobody else can have one."""

    alone: bool

    @property
    def executor(self) -> str:
        """Return the name of this process in the engine."""
        ...

    def take(self) -> bool:
        """Sit down; False where there is one seat and another process has it."""
        ...

    def holder(self) -> str:
        """Return what the one seat is taken for; see `bot.work.lock`."""
        ...

    def keep(self) -> bool:
        """Make sure that it is still ours, once a second; False where it is not and we have to go."""
        ...

    def say_alive(self, slack: Mapping[str, Any]) -> None:
        """Write down that this process lives, and how it hears from Slack."""
        ...

    def take_over(self, resume: Callable[[str], int]) -> list[str]:
        """Have the work of dead processes resumed, and answer their names."""
        ...

    def leave(self, *, clean: bool) -> None:
        """Get up; `clean` is whether nothing of ours was left unfinished."""
        ...


class OnlySeat:
    """The one seat of a SQLite database. What its last holder left is found by the next, which has its name."""

    alone = True
    executor = "sqlite"
    _NUMBER = 1

    def __init__(self, lock: WorkerLock, storage: Storage, clock: Clock, role: str = RUN) -> None:
        self._lock, self._storage, self._clock, self._role = lock, storage, clock, role

    def take(self) -> bool:
        """See `Seat`."""
        if not self._lock.acquire(self._role):
            return False
        with self._storage.write() as tx:
            tx.executors.begin(self._NUMBER, socket.gethostname(), os.getpid(), self._clock.now())
        return True

    def holder(self) -> str:
        """See `Seat`."""
        return self._lock.holder()

    def keep(self) -> bool:
        """See `Seat`: the system keeps the lock."""
        return True

    def say_alive(self, slack: Mapping[str, Any]) -> None:
        """See `Seat`."""
        with self._storage.write() as tx:
            tx.executors.seen(self._NUMBER, slack, self._clock.now())

    def take_over(self, resume: Callable[[str], int]) -> list[str]:
        """See `Seat`: there are no others."""
        del resume
        return []

    def leave(self, *, clean: bool) -> None:
        """See `Seat`."""
        del clean
        with self._storage.write() as tx:
            tx.executors.end(self._NUMBER, self._clock.now())
        self._lock.release()
