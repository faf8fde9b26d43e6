"""A log that is read page by page, and a process that dies between any two of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import RateLimited
from bot.model.log_object import LogEntry, LogPage, log_object
from bot.model.sync import Rejection, ReportedError, Selection, Source, Status
from bot.store import migrate
from bot.store.database import Database
from bot.store.storage import SqlStorage
from bot.usecases.salesforce_log import LOOK_BACK, OVERLAP, take_in

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
LOG = log_object("Sync_Error__c", {})
MINUTE = timedelta(minutes=1)


class Clock:
    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqlStorage]:
    database = Database(f"sqlite:///{tmp_path / 'sfsync.db'}")
    migrate.migrate(database)
    yield SqlStorage(database)
    database.close()


class Log:
    """A log of so many rows, each a minute older than the one behind it, in pages of `size`; answered `at` a time."""

    def __init__(self, rows: int, size: int, at: datetime | None = None) -> None:
        self.size, self.at = size, at
        self.entries = [entry(str(number), NOW - (rows - number) * MINUTE) for number in range(rows)]
        self.asked: list[datetime] = []

    def read(self, since: datetime, more: str) -> LogPage:
        first = int(more or 0)
        if not more:
            self.asked.append(since)
            self.found = [each for each in self.entries if each.changed_at >= since]
        end = first + self.size
        return LogPage(self.found[first:end], str(end) if end < len(self.found) else "", self.at)


def entry(number: str, at: datetime, **more: bool) -> LogEntry:
    error = ReportedError("contact", number, code="A_CODE", source=Source.SALESFORCE_LOG, first_seen=at, seen_at=at)
    return LogEntry(at, at, error, **more)


def all_of(storage: SqlStorage, log: Log, now: datetime = NOW) -> None:
    more = take_in(storage, Clock(now), LOG, log.read, "")
    while more:
        more = take_in(storage, Clock(now), LOG, log.read, more)


def told(storage: SqlStorage) -> dict[str, int]:
    with storage.read() as tx:
        return {each.hubspot_id: each.occurrences for each in tx.errors.find(Selection(), 1000, (Status.OPEN,))}


def test_each_page_stays_recorded_and_a_new_attempt_goes_on_behind_it(storage: SqlStorage) -> None:
    log = Log(rows=100, size=30)
    second = take_in(storage, Clock(), LOG, log.read, "")
    third = take_in(storage, Clock(), LOG, log.read, second)
    take_in(storage, Clock(), LOG, log.read, second)  # a step that is repeated
    assert (third.split()[0], len(told(storage))) == ("60", 60)
    all_of(storage, log)  # and an attempt that knows no page of the one before
    assert told(storage) == {str(number): 1 for number in range(100)}
    assert log.asked == [NOW - LOOK_BACK - OVERLAP, NOW - 41 * MINUTE - OVERLAP]


def test_what_was_read_is_looked_at_once_more_and_no_longer(storage: SqlStorage) -> None:
    log = Log(rows=30, size=20, at=NOW - MINUTE)
    log.entries = [entry(str(number), NOW - MINUTE) for number in range(30)]
    for log.at in (NOW, NOW + OVERLAP, NOW + 2 * OVERLAP):
        all_of(storage, log, log.at)
    assert log.asked[1:] == [NOW - OVERLAP, NOW]
    assert log.found == []
    assert told(storage) == {str(number): 1 for number in range(30)}


def test_a_look_that_was_broken_off_was_none(storage: SqlStorage) -> None:
    log = Log(rows=100, size=30, at=NOW)
    take_in(storage, Clock(), LOG, log.read, "")
    all_of(storage, log)
    assert log.asked[1:] == [NOW - 71 * MINUTE - OVERLAP]
    all_of(storage, log)
    assert log.asked[2:] == [NOW - OVERLAP]


def test_their_clock_is_believed_as_far_as_ours_has_come(storage: SqlStorage) -> None:
    log = Log(rows=0, size=30, at=NOW + timedelta(days=1))
    for _ in range(2):
        all_of(storage, log)
    assert log.asked == [NOW - LOOK_BACK - OVERLAP, NOW - OVERLAP]


def test_a_row_that_shows_late_is_found(storage: SqlStorage) -> None:
    log = Log(rows=20, size=100)
    late = log.entries.pop(15)
    all_of(storage, log)
    log.entries.insert(15, late)
    all_of(storage, log)
    assert told(storage) == {str(number): 1 for number in range(20)}


def test_a_clock_of_theirs_that_is_ahead_of_ours_counts_nothing_twice(storage: SqlStorage) -> None:
    log = Log(rows=1, size=100)
    log.entries = [entry("1", NOW + 3 * MINUTE)]
    for _ in range(3):
        all_of(storage, log)
    assert told(storage) == {"1": 1}


def test_what_is_resolved_is_not_opened_by_old_news(storage: SqlStorage) -> None:
    log = Log(rows=3, size=100)
    all_of(storage, log)
    with storage.write() as tx:
        tx.errors.set_status([1, 2, 3], Status.RESOLVED, NOW)
    all_of(storage, log)
    assert told(storage) == {}
    log.entries.append(entry("0", NOW))
    all_of(storage, log)
    assert told(storage) == {"0": 2}


@pytest.mark.parametrize("size", [1, 100])
def test_rows_about_one_error_count_alike_on_one_page_and_on_several(storage: SqlStorage, size: int) -> None:
    log = Log(rows=0, size=size)
    log.entries = [entry("1", NOW - minutes * MINUTE) for minutes in (9, 8, 8, 7)]
    all_of(storage, log)
    assert told(storage) == {"1": 3}  # two tell of one failure
    log.entries += [entry("1", NOW - minutes * MINUTE) for minutes in (6, 5)]
    all_of(storage, log)
    assert told(storage) == {"1": 5}
    with storage.read() as tx:
        (error,) = tx.errors.find(Selection(), 2)
    assert (error.first_seen, error.last_seen) == (NOW - 9 * MINUTE, NOW - 5 * MINUTE)


def test_another_object_or_other_fields_are_read_from_the_beginning(storage: SqlStorage) -> None:
    log = Log(rows=3, size=100)
    all_of(storage, log)
    take_in(storage, Clock(), log_object("LogEntry__c", {}), log.read, "")
    take_in(storage, Clock(), log_object("LogEntry__c", {}, "Mine__c = true"), log.read, "")
    assert log.asked == [NOW - LOOK_BACK - OVERLAP] * 3
    assert told(storage) == dict.fromkeys("012", 1)


def test_rejected_rows_are_told_once(storage: SqlStorage) -> None:
    log = Log(rows=3, size=100)
    log.entries.append(LogEntry(NOW, NOW, Rejection(3, "names no record")))
    for _ in range(2):
        all_of(storage, log)
    with storage.read() as tx:
        assert [tx.runs.get(run).rejected for run in (1, 2)] == [1, 0]
        assert tx.runs.get(1).rejections == [{"place": 3, "reason": "names no record", "file": ""}]


def test_trouble_moves_nothing(storage: SqlStorage) -> None:
    def refused(_since: datetime, _more: str) -> LogPage:
        raise RateLimited("Salesforce", "REQUEST_LIMIT_EXCEEDED")

    assert take_in(storage, Clock(), LOG, refused, "") == ""
    with storage.read() as tx:
        assert tx.runs.latest() == {}
    all_of(storage, log := Log(rows=3, size=100))
    assert log.asked == [NOW - LOOK_BACK - OVERLAP]
