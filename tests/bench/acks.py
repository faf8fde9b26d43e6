"""What people wait for: the acknowledgement of `/sfsync errors`, and what the process takes meanwhile."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import requests
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.slack.state import ADA, REVOPS, SIGNING_SECRET, TEAM
from tests.bench.measuring import Compared, compare
from tests.bench.tables import ROWS, filled, make_file
from tests.reliability.processes import Process, site

AT_ONCE = 20

_numbers = count(1)


@dataclass(frozen=True)
class Acks:
    """Times of each answer, and memory of the process in MB, -1 where this system does not tell."""

    compared: Compared
    ours: list[float]
    other: list[float]
    idle: int
    peak: int


def compare_acks(folder: Path, rounds: int) -> Acks:
    """Send 20 commands at once to `sfsync run` over 20,000 errors, and to a listener that only acknowledges."""
    filled(folder, make_file(folder)).close()
    ours: list[float] = []
    other: list[float] = []
    with site(folder) as at, _bare() as bare, ThreadPoolExecutor(AT_ONCE) as people:
        process = at.run()
        idle = memory(process, "VmRSS")

        def ask(address: str, times: list[float]) -> float:
            taken = list(people.map(lambda _: _answer(address), range(AT_ONCE)))
            times += taken
            return max(taken)

        compared = compare(
            f"last of {AT_ONCE} acks, {ROWS:,} errors",
            lambda: ask(at.company.workspace.request_url, ours),
            "bare Bolt listener",
            lambda: ask(bare, other),
            rounds,
        )
        peak = memory(process, "VmHWM")
    return Acks(compared, ours[AT_ONCE:], other[AT_ONCE:], idle, peak)


def memory(process: Process, what: str) -> int:
    """Return a line of Linux' status of a process, in MB."""
    status = Path(f"/proc/{process.command.pid}/status")
    if not status.exists():
        return -1
    line = next(line for line in status.read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) // 1024


def _answer(address: str) -> float:
    form = {
        "command": "/sfsync",
        "text": "errors",
        "user_id": ADA,
        "channel_id": REVOPS,
        "team_id": TEAM,
        "trigger_id": f"bench.{next(_numbers)}",
        "response_url": "http://127.0.0.1/unused",
    }
    body, now = urlencode(form), str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=now, body=body)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": signature or "",
    }
    started = time.perf_counter()
    answer = requests.post(address, data=body, headers=headers, timeout=30)
    taken = time.perf_counter() - started
    if answer.status_code != 200 or "text" not in answer.json():
        raise AssertionError(f"{answer.status_code}: {answer.text[:200]}")
    return taken


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
