"""The real command in a process of its own, to be killed; its vendors run in the process of the tests."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import IO, Any, TypeVar

import requests

from bot.sandbox.company import Company
from tests.databases import Books

T = TypeVar("T")

API_TOKEN = "push-token-made-up"

SFSYNC = Path(sys.executable).with_name("sfsync")

STARTS_WITHIN = 40.0
"""Seconds after which a start has failed; this machine may be busy with other tests."""

ENDS_WITHIN = 60.0
"""Seconds after which what happens by itself has not happened."""


class Stuck(AssertionError):
    """Work that nobody ends."""


def until(condition: Callable[[], T], seconds: float = ENDS_WITHIN) -> T:
    """Wait for what happens by itself; answer what it came to."""
    end = monotonic() + seconds
    while not (value := condition()):
        if monotonic() > end:
            raise Stuck(f"did not happen within {seconds} s")
        sleep(0.005)
    return value


@dataclass
class Process:
    """One run of `sfsync`. Its log is what it wrote to standard error; `address` is where Slack reaches it."""

    command: "subprocess.Popen[bytes]"
    log: Path
    address: str = ""
    _files: list[IO[bytes]] = field(default_factory=list)

    def kill(self) -> None:
        """End it as a power cut does."""
        self.command.kill()
        self._over()

    def terminate(self) -> float:
        """Ask it to end; answer the seconds that took."""
        started = monotonic()
        self.command.send_signal(signal.SIGTERM)
        self._over()
        return monotonic() - started

    def ended(self) -> int:
        """Wait for its end; answer the exit code."""
        return self._over()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.command.poll() is None

    def said(self) -> list[dict[str, Any]]:
        """Return the lines of its log that are whole."""
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def _over(self) -> int:
        code = self.command.wait(ENDS_WITHIN)
        for file in self._files:
            file.close()
        return code


class Site:
    """Where a bot lives: a folder, its database, and the company it works for."""

    def __init__(self, folder: Path, database_url: str, company: Company, settings: Mapping[str, object]) -> None:
        self.folder, self.database_url, self.company = folder, database_url, company
        self.books = Books(database_url)
        self.engine_file = folder / "sfsync-engine.db"
        self._env = {
            "PATH": os.defpath,
            **{name.upper(): str(value) for name, value in company.settings().items()},
            "DATABASE_URL": database_url,
            "HOST": "127.0.0.1",
            "PORT": "0",
            "SFSYNC_API_TOKEN": API_TOKEN,
            **{name.upper(): str(value) for name, value in settings.items()},
        }
        self.started: list[Process] = []

    def launch(self, *words: str) -> Process:
        """Start `sfsync` with these words and return at once."""
        number = len(self.started)
        out, log = (self.folder / f"{number}-{words[0]}.{kind}" for kind in ("out", "log"))
        files: list[IO[bytes]] = [out.open("wb"), log.open("wb")]
        command = subprocess.Popen([SFSYNC, *words], cwd=self.folder, env=self._env, stdout=files[0], stderr=files[1])
        process = Process(command, log, _files=files)
        self.started.append(process)
        return process

    def run(self) -> Process:
        """Start `sfsync run` and wait until it is ready; Slack sends to the one that did so last."""
        return self.ready(self.launch("run"))

    def ready(self, process: Process) -> Process:
        """Wait until a `sfsync run` is ready."""

        def address() -> str:
            assert process.alive, process.log.read_text()
            ready = [line for line in process.said() if line["event"] == "ready"]
            return str(ready[0]["address"]) if ready else ""

        process.address = self.company.workspace.request_url = until(address, STARTS_WITHIN)
        return process

    def push(self, errors: Sequence[Mapping[str, str]]) -> None:
        """Bring errors in, as a program does, through the bot that runs."""
        door = self.company.workspace.request_url.replace("/slack/events", "/api/v1/errors")
        answer = requests.post(door, json=errors, headers={"Authorization": f"Bearer {API_TOKEN}"}, timeout=30)
        assert answer.json()["new"] == len(errors), answer.text

    def close(self) -> None:
        """End what still runs."""
        for process in self.started:
            process.kill()
        self.books.close()


@contextmanager
def site(folder: Path, database_url: str = "", **settings: object) -> Iterator[Site]:
    """Start the vendors, and end in the end whatever was started. The database is by default on SQLite in `folder`."""
    with Company(pace=0) as company:
        company.sync.run()
        place = Site(folder, database_url or f"sqlite:///{folder / 'sfsync.db'}", company, settings)
        try:
            yield place
        finally:
            place.close()
