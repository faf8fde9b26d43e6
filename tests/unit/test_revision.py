"""The revision of the cards: another one after each change, in whichever process, and none without."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from bot.model.sync import ReportedError, Source, Status
from bot.storage import Transaction
from bot.store.database import Database
from bot.store.migrate import migrate
from bot.store.storage import SqlStorage
from bot.usecases.ingest import understand
from tests.postgres import PostgresServer

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
ERROR = understand(ReportedError("contact", "101", code="STRING_TOO_LONG", message="too long"))

CHANGES: dict[str, Callable[[Transaction, int, int], object]] = {
    "recorded": lambda tx, run, _: tx.errors.record([ERROR], run, NOW),
    "taken in hand": lambda tx, _, error: tx.errors.resyncing([error], NOW),
    "moved": lambda tx, _, error: tx.errors.set_status([error], Status.OPEN, NOW),
    "resolved": lambda tx, run, _: tx.errors.resolve_unseen(Source.PUSH, None, run, NOW),
    "heard": lambda tx, run, _: tx.runs.finish(run, resolved=0, now=NOW),
}


@pytest.fixture
def storage(database_url: str) -> Iterator[SqlStorage]:
    database = Database(database_url)
    migrate(database)
    yield SqlStorage(database)
    database.close()


@pytest.fixture
def other(database_url: str, storage: SqlStorage) -> Iterator[SqlStorage]:
    """What another process has: connections of its own."""
    del storage
    database = Database(database_url)
    yield SqlStorage(database)
    database.close()


def test_each_change_of_the_cards_moves_it_for_everybody(storage: SqlStorage, other: SqlStorage) -> None:
    with storage.write() as tx:
        run = tx.runs.start(Source.PUSH, "push", complete=False, now=NOW)
        [error] = tx.errors.record([ERROR], run, NOW).new
    seen = [other.revision()]
    for name, change in CHANGES.items():
        with storage.write() as tx:
            change(tx, run, error)
            # What is not committed is nobody's business.
            assert other.revision() == seen[-1], name
        seen.append(other.revision())
        assert storage.revision() == seen[-1], name
    assert len(set(seen)) == len(seen)


def test_a_change_that_is_rolled_back_does_not_move_it(storage: SqlStorage) -> None:
    def fail() -> None:
        with storage.write() as tx:
            tx.errors.record([ERROR], 1, NOW)
            raise ZeroDivisionError

    before = storage.revision()
    with pytest.raises(ZeroDivisionError):
        fail()
    assert storage.revision() == before


def test_what_the_cards_do_not_show_does_not_move_it(storage: SqlStorage) -> None:
    with storage.write() as tx:
        tx.errors.record([ERROR], 1, NOW)
    before = storage.revision()
    with storage.write() as tx:
        tx.notes.set("a", "b", NOW)
        tx.people.claim("c", NOW)
    assert storage.revision() == before


def test_many_threads_may_ask(storage: SqlStorage) -> None:
    with storage.write() as tx:
        tx.errors.record([ERROR], 1, NOW)
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(lambda _: storage.revision(), range(200)))) == 1


def test_it_is_read_again_after_the_server_has_ended_the_session(postgres: PostgresServer) -> None:
    with postgres.database() as url:
        database = Database(url)
        try:
            storage = SqlStorage(database)
            with storage.write() as tx:
                tx.errors.record([ERROR], 1, NOW)
            before = storage.revision()
            assert postgres.terminate_sessions(url) > 0
            assert storage.revision() == before != ""
        finally:
            database.close()
