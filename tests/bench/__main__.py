"""`make bench`: what we cost beside what the libraries cost alone, measured in one run on this machine.

Nothing is asserted: each line says what the goal is, and whether it is met. Both sides alternate, round by round.
"""

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from tests.bench.acks import AT_ONCE, ERRORS, Acks, compare_acks
from tests.bench.measuring import Compared, compare, p99, seconds, span
from tests.bench.tables import compare_export, compare_import
from tests.postgres import NoPostgres, PostgresServer
from tests.reliability.processes import SFSYNC

T = TypeVar("T")

ACK_GOAL, HELP_GOAL = 1.5, 2.5
"""Times what the other side takes."""

MEMORY_GOAL = 200
"""MB."""

ROUNDS = 250


def main() -> None:
    """Measure and print."""
    out = Console(width=120)
    machine = f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
    table = Table(title=f"On {machine}; medians, but for p99")
    for title in ("ours", "", "beside", "", "ratio", "goal"):
        table.add_column(title, justify="left" if title in {"ours", "beside", "goal"} else "right")
    table.add_row(*_line(compare_help(21), HELP_GOAL))
    table.add_row(*_line(_in_folder(lambda folder: compare_import(folder, 5))))
    table.add_row(*_line(_in_folder(lambda folder: compare_export(folder, 7))))
    memory = Table(title="Memory of `sfsync run`")
    for title in ("database", "ready", f"peak, {AT_ONCE} at once", "goal"):
        memory.add_column(title, justify="left" if title in {"database", "goal"} else "right")
    for name, database in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        try:
            with database() as (folder, url):
                acks = compare_acks(folder, url, ROUNDS)
        except NoPostgres as reason:
            out.print(f"{name}: not measured, {reason}.")
            continue
        for line in _ack_lines(name, acks):
            table.add_row(*line)
        memory.add_row(name, f"{acks.idle} MB", f"{acks.peak} MB", _verdict(acks.peak, MEMORY_GOAL, " MB"))
    out.print(table)
    out.print(memory)
    out.print(
        f"An ack is that of `/sfsync errors` over {ERRORS:,} errors, {AT_ONCE} commands at once over connections that"
        f" stay open, {ROUNDS} rounds. The bare Bolt listener checks the same signature on as many threads of the same"
        " server, and says a fixed text. Both, and who asks, share this machine."
    )


def _ack_lines(name: str, acks: Acks) -> Iterator[tuple[str, ...]]:
    for what, of in (("median", median), ("p99", p99), ("slowest", max)):
        ours, other = of(acks.ours), of(acks.other)
        goal = _verdict(ours / other, ACK_GOAL) if what != "slowest" else ""
        yield f"ack on {name}, {what}", span(ours), "bare Bolt listener", span(other), f"{ours / other:.2f}", goal


def _line(compared: Compared, goal: float = 0.0) -> tuple[str, ...]:
    return *compared.row(), _verdict(compared.ratio, goal) if goal else ""


def _verdict(value: float, goal: float, unit: str = "") -> str:
    return f"{goal:g}{unit}: {'met' if value <= goal else 'MISSED'}"


def _in_folder(measure: Callable[[Path], T]) -> T:
    with TemporaryDirectory() as folder:
        return measure(Path(folder))


@contextmanager
def _sqlite() -> Iterator[tuple[Path, str]]:
    with TemporaryDirectory() as folder:
        yield Path(folder), f"sqlite:///{Path(folder) / 'sfsync.db'}"


@contextmanager
def _postgres() -> Iterator[tuple[Path, str]]:
    """Start a server that waits for the disk, as production does. Raises NoPostgres where none can be started."""
    server = PostgresServer(durable=True)
    try:
        with TemporaryDirectory() as folder, server.database() as url:
            yield Path(folder), url
    finally:
        server.close()


def compare_help(rounds: int) -> Compared:
    """Measure `sfsync --help` against Python that only imports Typer, as whole processes."""

    def process(*command: str | Path) -> float:
        return seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))

    return compare(
        "sfsync --help",
        lambda: process(SFSYNC, "--help"),
        "import typer",
        lambda: process(sys.executable, "-c", "import typer"),
        rounds,
    )


if __name__ == "__main__":
    main()
