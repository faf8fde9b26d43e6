"""A bot at work for each module; what a test switched on is switched off after it."""

from collections.abc import Iterator

import pytest

from tests.bot_at_work import BotAtWork, bot_at_work


@pytest.fixture(scope="module")
def shared_bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotAtWork]:
    with bot_at_work(tmp_path_factory.mktemp("bot")) as started:
        started.company.world.clock = started.clock.now
        started.import_errors()
        yield started


@pytest.fixture
def bot(shared_bot: BotAtWork) -> Iterator[BotAtWork]:
    yield shared_bot
    shared_bot.company.faults.clear()
    shared_bot.company.workspace.faults.clear()
    shared_bot.company.workspace.stacks.clear()
