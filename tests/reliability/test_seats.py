"""Places of processes on one PostgreSQL database, whose sessions break at any moment."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from bot.clock import SystemClock
from bot.errors import StorageUnavailable
from bot.store.database import Database
from bot.store.seats import Seats
from bot.store.storage import SqlStorage
from tests.postgres import PostgresServer


@pytest.fixture
def url(postgres: PostgresServer) -> Iterator[str]:
    with postgres.database() as made:
        yield made


def test_a_session_that_breaks_while_others_are_looked_at_costs_nobody_the_seat(
    url: str, postgres: PostgresServer
) -> None:
    with closing(Database(url)) as database, closing(Database(url)) as elsewhere:
        ours = Seats(database, SqlStorage(database), SystemClock())
        others = Seats(elsewhere, SqlStorage(elsewhere), SystemClock())
        assert ours.take()
        assert others.take()
        postgres.terminate_sessions(url)
        with pytest.raises(StorageUnavailable):
            ours.take_over(lambda _executor: 0)
        assert ours.keep()
        assert others.keep()
        for _ in range(10):
            assert ours.take_over(lambda _executor: 0) == []
            assert others.take_over(lambda _executor: 0) == []
        assert {ours.executor, others.executor} == {"sfsync-1", "sfsync-2"}
        ours.leave(clean=True)
        others.leave(clean=True)
