"""One worker at a time on a SQLite database.

Two engines on one file take each other's work and leave some of it pending for ever (measured). The lock is a
file that nothing else opens: the system frees it with the process, also after `kill -9`.
"""

import fcntl
from pathlib import Path
from typing import IO

RUN, IMPORT = "run", "import"
"""What holds the lock: for as long as it pleases, or for a moment."""


class WorkerLock:
    """The right to launch the engine on a SQLite file."""

    def __init__(self, database_file: Path) -> None:
        self._path = database_file.with_name(database_file.name + ".worker-lock")
        self._held: IO[str] | None = None

    def acquire(self, role: str = "") -> bool:
        """Take the lock, and write down what for; False where another process has it."""
        if self._held:
            return True
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        file.truncate(0)
        file.write(role)
        file.flush()
        self._held = file
        return True

    def holder(self) -> str:
        """Return what the lock was last taken for."""
        return self._path.read_text() if self._path.exists() else ""

    def release(self) -> None:
        """Give the lock back."""
        if self._held:
            self._held.close()
            self._held = None
