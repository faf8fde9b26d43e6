"""Files that hold people's data."""

import os
from contextlib import suppress
from pathlib import Path


def private(file: Path) -> None:
    """Create a file for its owner alone, unless there is one. SQLite's other files take after the database."""
    # What cannot be created is told by whoever opens it next, in better words.
    with suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
