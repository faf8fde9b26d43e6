"""A bot at work for each module of scenarios, in each way it can be set up; what a test switched on is switched off."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.bot_at_work import BotAtWork, bot_at_work
from tests.conftest import databases_on
from tests.databases import Databases

WAYS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "sqlite-http": ("sqlite", {}),
    "postgresql-socket": ("postgresql", {"socket_mode": True}),
}
"""How a bot can be set up: the database, and what else is given to it.

Each database and each door once: which door a request came through is forgotten before anything is stored.
"""


@dataclass(frozen=True)
class Way:
    """One of the ways, ready for a module of scenarios."""

    databases: Databases
    folder: Path
    given: Mapping[str, Any]

    def bot(self, **settings: Any) -> AbstractContextManager[BotAtWork]:  # noqa: ANN401 - whatever a setting holds
        """Start a bot this way."""
        return bot_at_work(self.folder, self.databases.migrated(self.folder), **self.given, **settings)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what talks to a bot in each way, and what is about the HTTP door itself in the one that has it."""
    if "way" in metafunc.fixturenames:
        over_http = metafunc.definition.get_closest_marker("http_only")
        assert over_http is None or over_http.kwargs["reason"]
        ways = [name for name in WAYS if not over_http or name.endswith("-http")]
        metafunc.parametrize("way", ways, indirect=True, scope="module")


@pytest.fixture(scope="module")
def way(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    database, given = WAYS[request.param]
    with databases_on(database, request) as databases:
        yield Way(databases, tmp_path_factory.mktemp("bot"), given)


@pytest.fixture(scope="module")
def shared_bot(way: Way) -> Iterator[BotAtWork]:
    with way.bot() as started:
        # One time for all: HubSpot's export and the bot must agree on what was before and after.
        started.company.world.clock = started.clock.now
        started.import_errors()
        yield started


@pytest.fixture
def bot(shared_bot: BotAtWork) -> Iterator[BotAtWork]:
    yield shared_bot
    shared_bot.company.faults.clear()
    shared_bot.company.workspace.faults.clear()
