"""The ways to set up a bot that is struck in the middle of its work, and who goes on with that."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import time
from typing import Any

import pytest

from tests.postgres import PostgresServer, StopMode
from tests.reliability.processes import Process, Site, site
from tests.reliability.seeds import Fall


@dataclass(frozen=True)
class Setup:
    """How many processes work, and what strikes: `kill -9` of the one at work, or the server's restart.

    After a kill the dead process is started again, unless there is another: that one has to end the work.
    """

    name: str
    on_postgres: bool
    processes: int = 1
    restarts: bool = False
    server: PostgresServer | None = None

    @contextmanager
    def site(self, folder: Path, **settings: Any) -> Iterator[Site]:  # noqa: ANN401 - whatever a setting holds
        """Start the vendors; yield where the processes live, none of which is started yet."""
        if self.server is None:
            with site(folder, **settings) as at:
                yield at
            return
        with self.server.database() as url, site(folder, url, **settings) as at:
            yield at

    def run(self, at: Site, *, but: int = 0) -> None:
        """Start the processes, `but` those that the work brings along; it is the server's restart that needs one."""
        for _ in range(self.processes - (0 if self.restarts else but)):
            at.run()

    def strike(self, at: Site, fall: Fall, kind: str) -> float:
        """Let it happen; answer the seconds since the epoch when it did."""
        if self.restarts:
            assert self.server
            self.server.stop(self.mode(fall))
            moment = time()
            self.server.start()
            return moment
        victim = self.at_work(at, fall, kind)
        moment = time()
        victim.kill()
        return moment

    def recover(self, at: Site) -> None:
        """Start again what was killed where nobody is left; what met a restart must still live."""
        if not any(process.alive for process in at.started):
            assert not self.restarts, at.started[0].log.read_text()
            at.run()

    def mode(self, fall: Fall) -> StopMode:
        """Return how the server stops; seeds take turns."""
        return "immediate" if fall.seed % 2 else "fast"

    def at_work(self, at: Site, fall: Fall, kind: str) -> Process:
        """Return the process that the engine's tables name for the work, of several the one a seed chooses."""
        alive = [process for process in at.started if process.alive]
        if self.on_postgres and len(alive) > 1:
            working = {
                row["pid"]
                for row in at.books.rows(
                    "SELECT e.pid FROM dbos.workflow_status w JOIN executor e ON w.executor_id = 'sfsync-' || e.id"
                    " WHERE w.status = 'PENDING' AND w.name = :kind",
                    kind=kind,
                )
            }
            alive = [process for process in alive if process.command.pid in working] or alive
        return alive[fall.one_of(len(alive)) - 1]


ALL: Mapping[str, Setup] = {
    each.name: each
    for each in (
        Setup("sqlite", on_postgres=False),
        Setup("postgresql", on_postgres=True),
        Setup("postgresql-two", on_postgres=True, processes=2),
        Setup("postgresql-restart", on_postgres=True, restarts=True),
    )
}

RESTARTING = {name: setup.restarts for name, setup in ALL.items()}


def prepared(name: str, request: pytest.FixtureRequest) -> Setup:
    """Return a setup with its server; skips where none can be started."""
    setup = ALL[name]
    return replace(setup, server=request.getfixturevalue("postgres")) if setup.on_postgres else setup
