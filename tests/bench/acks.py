"""What people wait for: the acknowledgement of `/sfsync errors`, and what the process takes meanwhile."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.slack.state import SIGNING_SECRET
from bot.store.database import Database
from tests.bench.crowd import crowd
from tests.bench.tables import fill
from tests.reliability.processes import Process, site

AT_ONCE = 20
ERRORS = 100_000

SETTLING = 3.0
"""Seconds after which a process that has just become ready does what it does all day."""

PAUSE = 0.02
"""Seconds between two rounds, so that neither side starts with what the other has left to do."""


@dataclass(frozen=True)
class Acks:
    """Seconds of each answer, and memory of the process in MB, -1 where this system does not tell."""

    ours: list[float]
    other: list[float]
    idle: int
    peak: int


def compare_acks(folder: Path, database_url: str, rounds: int) -> Acks:
    """Send 20 commands at once to `sfsync run` over 100,000 errors, and to a listener that only acknowledges.

    Both are sent the same requests in the same way, in turn, first one and then the other at the front.
    """
    database = Database(database_url)
    fill(database, ERRORS)
    database.close()
    with site(folder, database_url) as at:
        process = at.run()
        with (
            _bare() as address,
            crowd(at.company.workspace.request_url, AT_ONCE) as ours,
            crowd(address, AT_ONCE) as other,
        ):
            time.sleep(SETTLING)
            idle = memory(process, "VmRSS")
            taken: dict[bool, list[float]] = {True: [], False: []}
            for number in range(-2, rounds):
                for us in (True, False) if number % 2 else (False, True):
                    waited = (ours if us else other).ask()
                    if number >= 0:
                        taken[us] += waited
                    time.sleep(PAUSE)
            return Acks(taken[True], taken[False], idle, memory(process, "VmHWM"))


def memory(process: Process, what: str) -> int:
    """Return a line of Linux' status of a process, in MB."""
    status = Path(f"/proc/{process.command.pid}/status")
    if not status.exists():
        return -1
    line = next(line for line in status.read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) // 1024


@contextmanager
def _bare() -> Iterator[str]:
    """Serve the bare listener in a process of its own; yield its address."""
    command = [sys.executable, "-m", "tests.bench.bare_bolt"]
    environment = {"SLACK_SIGNING_SECRET": SIGNING_SECRET}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            port = process.stdout.readline().strip() if process.stdout else ""
            yield f"http://127.0.0.1:{port}/slack/events"
        finally:
            process.kill()
