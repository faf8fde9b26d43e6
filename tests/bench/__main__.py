"""`make bench`: what we cost beside what the libraries cost alone, measured in one run on this machine.

Nothing is asserted. Both sides of a line alternate, round by round; the figures are medians.
"""

import os
import platform
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from tests.bench.acks import compare_acks
from tests.bench.measuring import Compared, compare, p99, seconds, span
from tests.bench.tables import compare_export, compare_import
from tests.reliability.processes import SFSYNC


def main() -> None:
    """Measure and print."""
    out = Console(width=110)
    table = Table(title=f"Medians on {platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}")
    for title in ("ours", "", "beside", "", "ratio"):
        table.add_column(title, justify="right" if title in {"", "ratio"} else "left")
    with TemporaryDirectory() as one, TemporaryDirectory() as two, TemporaryDirectory() as three:
        table.add_row(*compare_help(21).row())
        table.add_row(*compare_import(Path(one), 5).row())
        table.add_row(*compare_export(Path(two), 7).row())
        acks = compare_acks(Path(three), 15)
    table.add_row(*Compared("an ack, median of all", "bare Bolt listener", acks.ours, acks.other).row())
    ours, other = p99(acks.ours), p99(acks.other)
    table.add_row("an ack, p99 of all", span(ours), "bare Bolt listener", span(other), f"{ours / other:.2f}")
    table.add_row(*acks.compared.row())
    out.print(table)
    out.print(f"Memory of `sfsync run`: {acks.idle} MB when ready, {acks.peak} MB at its peak.")
    out.print(f"Answers measured: {len(acks.ours)} of each; slowest of ours {span(max(acks.ours))}.")
    out.print(f"Half of our answers came within {span(median(acks.ours))}.")


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
