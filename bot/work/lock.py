"""One worker at a time on a SQLite database.

Two engines on one file take each other's work and leave some of it pending for ever (measured). The lock is a
file that nothing else opens: the system frees it with the process, also after `kill -9`.
"""

import fcntl
from pathlib import Path
from typing import IO


class WorkerLock:
    """The right to launch the engine on a SQLite file."""

    def __init__(self, database_file: Path) -> None:
        self._path = database_file.with_name(database_file.name + ".worker-lock")
        self._held: IO[str] | None = None

    def acquire(self) -> bool:
        """Take the lock; False where another process has it."""
        file = self._path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._held = file
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._held:
            self._held.close()
            self._held = None
