"""What became of each kill: told by the tests, gathered in the process that started them, and shown as a table.

A test's `Kill` travels to that process as a property of its report, so that nothing is lost with xdist.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from subprocess import TimeoutExpired
from time import monotonic

import pytest

from tests.reliability.processes import Stuck
from tests.reliability.seeds import Fall

PROPERTY = "kill"

Note = Callable[[str, object], None]
"""Puts a property on a test's report: pytest's `record_property`."""

NOT_YET = "did not fall"

ENOUGH = 0.8
"""The part of the kills that must fall between the first and the last call."""


class Lost(AssertionError):
    """Something that was promised did not happen."""


class Doubled(AssertionError):
    """Something happened twice that was not in flight at the kill."""


def insist(kind: type[AssertionError], found: object, expected: object) -> None:
    """Raise `kind` where something is not as expected."""
    if found != expected:
        raise kind(f"{found!r} instead of {expected!r}")


@dataclass
class Kill:
    """One kill of a process, or one restart of the server in its place.

    `moment` is the seconds from the begin of the work to it; `step` tells where it fell, and `between` whether
    that was between the first and the last call to a vendor (of an import: the first and the last chunk
    recorded), both from what the vendors and the tables show. `result` is what was found in the end.
    """

    setup: str
    kind: str
    seed: int
    moment: float = 0.0
    step: str = NOT_YET
    between: bool = False
    result: str = ""
    lost: bool = False
    doubled: bool = False
    stuck: bool = False
    other: bool = False
    took: float = 0.0

    @property
    def fell(self) -> bool:
        """Whether the test came that far."""
        return self.step != NOT_YET

    @property
    def line(self) -> str:
        """Return it as a row for people."""
        return f"{self.setup:<18} {self.kind:<7} {self.seed:>9}  {self.moment:6.3f} s  {self.step:<66}  {self.result}"


@contextmanager
def told(note: Note, setup: str, kind: str, fall: Fall) -> Iterator[Kill]:
    """Yield the record of a kill and hand it to pytest, however the test ends."""
    kill, began = Kill(setup, kind, fall.seed), monotonic()
    try:
        yield kill
    except BaseException as error:
        kill.lost, kill.doubled = isinstance(error, Lost), isinstance(error, Doubled)
        kill.stuck = kill.fell and isinstance(error, Stuck | TimeoutExpired)
        kill.other = not (kill.lost or kill.doubled or kill.stuck)
        kill.result = f"{type(error).__name__}: {error}".partition("\n")[0][:300]
        raise
    finally:
        kill.took = round(monotonic() - began, 1)
        note(PROPERTY, asdict(kill))


@dataclass(eq=False)
class Gathering:
    """A pytest plugin: gathers the kills of a run, and shows them at its end. `folder` gets them as JSON lines."""

    folder: Path | None
    soaking: bool
    kills: list[Kill] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call":
            return
        for name, value in report.user_properties:
            if name == PROPERTY and isinstance(value, dict):
                self.kills.append(Kill(**value))
                if self.folder:
                    self.folder.mkdir(parents=True, exist_ok=True)
                    with (self.folder / "kills.jsonl").open("a") as file:
                        file.write(json.dumps(value) + "\n")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.soaking and not session.exitstatus and any(row.aimed_badly for row in rows(self.kills)):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.kills:
            terminalreporter.section("kills: where each fell, and what became of it")
            for kill in sorted(self.kills, key=lambda one: (one.setup, one.kind, one.seed)):
                terminalreporter.write_line(kill.line)
            terminalreporter.section("kills")
            for line in table(self.kills):
                terminalreporter.write_line(line)


@dataclass(frozen=True)
class Row:
    """The kills of one kind of work in one setup."""

    setup: str
    kind: str
    kills: Sequence[Kill]

    def number(self, what: str) -> int:
        return sum(bool(getattr(kill, what)) for kill in self.kills)

    @property
    def aimed_badly(self) -> bool:
        """Whether too few fell where it hurts."""
        return self.number("between") < ENOUGH * len(self.kills)

    @property
    def seeds(self) -> str:
        """Return the seeds, those that follow each other as a range."""
        found: list[list[int]] = []
        for seed in sorted(kill.seed for kill in self.kills):
            if found and seed == found[-1][-1] + 1:
                found[-1].append(seed)
            else:
                found.append([seed])
        return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in found)


def rows(kills: Sequence[Kill]) -> list[Row]:
    """Return the kills by setup and kind, in the order in which they came first."""
    found: dict[tuple[str, str], list[Kill]] = {}
    for kill in kills:
        found.setdefault((kill.setup, kill.kind), []).append(kill)
    return [Row(setup, kind, group) for (setup, kind), group in sorted(found.items())]


def table(kills: Sequence[Kill]) -> list[str]:
    """Return the lines of a table in Markdown."""
    columns = ("between", "lost", "doubled", "stuck", "other")
    head = ("setup", "kind", "kills", "between first and last call", *columns[1:4], "other failures", "seeds")
    lines = ["| " + " | ".join(head) + " |", "|---|---|" + "---:|" * 6 + "---|"]
    for row in rows(kills):
        cells = [row.setup, row.kind, len(row.kills), *(row.number(name) for name in columns), row.seeds]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    total = Row("all", "", kills)
    cells = ["all", "", len(kills), *(total.number(name) for name in columns), ""]
    return [*lines, "| " + " | ".join(map(str, cells)) + " |"]
