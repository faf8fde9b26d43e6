"""The databases every test may ask for (those on PostgreSQL run where a server can be started), and the last words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import Databases, OnPostgres, OnSqlite
from tests.postgres import NoPostgres, PostgresServer
from tests.reliability.kills import Gathering


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills-to", type=Path, help="folder that gets kills.jsonl: what became of each kill")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return  # what a worker of xdist finds out reaches the process that started it
    soaking = config.getoption("markexpr") == "soak"
    config.pluginmanager.register(Gathering(config.getoption("kills_to"), soaking=soaking))


BOTH = ("sqlite", "postgresql")

NO_CONTRACT = "without contract"
"""Under this name a test reports a vendor's call that no published contract can judge."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the calls without a contract; what workers of xdist report arrives here, too."""
    reports = terminalreporter.getreports("passed")
    told = [str(what) for report in reports for name, what in report.user_properties if name == NO_CONTRACT]
    if told:
        terminalreporter.section(f"{len(told)} calls to vendors have no published contract")
        for line in told:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for all tests of this worker; skips where none can be started."""
    try:
        server = PostgresServer()
    except NoPostgres as reason:
        pytest.skip(f"PostgreSQL: {reason}")
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(scope="module", params=BOTH)
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Databases for a module of tests, which run on both kinds."""
    with databases_on(request.param, request) as found:
        yield found


@pytest.fixture
def database_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A database for one test, its tables up to date."""
    url = databases.migrated(tmp_path)
    yield url
    databases.drop(url)


@contextmanager
def databases_on(kind: str, request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Yield databases of one kind; those on the server are dropped in the end."""
    if kind == "sqlite":
        yield OnSqlite()
        return
    made = OnPostgres(request.getfixturevalue("postgres"))
    try:
        yield made
    finally:
        made.drop_all()
