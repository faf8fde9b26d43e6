"""The real `sfsync` command, in a process of its own, in a folder of the test."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.settings import Settings

REPOSITORY = Path(__file__).parents[1]
COMMAND = (sys.executable, "-m", "bot")
TIMEOUT = 60.0


@dataclass(frozen=True)
class Said:
    """What a command answered. Text is UTF-8, its line ends as they were written."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON
        """The one document on standard output."""
        return json.loads(self.out)


@dataclass
class Sfsync:
    """Runs `sfsync` with no settings but the database, and those a test gives, by their environment variable.

    The database is on SQLite in `folder` unless `DATABASE_URL` is given.
    """

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settings = {"DATABASE_URL": f"sqlite:///{self.folder / 'sfsync.db'}"} | self.settings

    @property
    def database_url(self) -> str:
        return self.settings["DATABASE_URL"]

    @property
    def environment(self) -> Mapping[str, str]:
        ours = {name.upper() for name in Settings.model_fields}
        kept = {name: value for name, value in os.environ.items() if name.upper() not in ours}
        return kept | {"PYTHONPATH": str(REPOSITORY), "NO_COLOR": "1", "COLUMNS": "200"} | self.settings

    def __call__(self, *arguments: str | Path, stdin: bytes = b"") -> Said:
        """Run a command to its end."""
        done = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env=self.environment,
            timeout=TIMEOUT,
            check=False,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def good(self, *arguments: str | Path, stdin: bytes = b"") -> Said:
        """Run a command that must succeed."""
        said = self(*arguments, stdin=stdin)
        assert said.code == 0, said
        return said

    def start(self, *arguments: str | Path) -> "subprocess.Popen[str]":
        """Start a command and go on; whoever starts it ends it."""
        return subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env=self.environment,
        )

    def file(self, name: str, content: str | bytes) -> Path:
        """Put a file into the folder."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path
