"""What a crash may leave in the tables, and what is made of it: no process is killed here."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SystemClock
from bot.model.sync import Source
from bot.storage import Job
from bot.store.database import Database
from bot.store.migrate import make_current
from bot.store.storage import SqlStorage
from bot.usecases import ingest

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def storage(database_url: str) -> Iterator[SqlStorage]:
    database = Database(database_url)
    make_current(database)
    yield SqlStorage(database)
    database.close()


def due(storage: SqlStorage, now: datetime = NOW) -> list[tuple[str, int]]:
    with storage.read() as tx:
        return [(job.kind, job.subject) for job in tx.jobs.due(now, ["report", "deliver"], 10)]


def take(storage: SqlStorage, now: datetime = NOW) -> Job:
    with storage.write() as tx:
        job = tx.jobs.due(now, ["report", "deliver"], 10)[0]
        assert tx.jobs.take(job, now)
    return job


@pytest.mark.parametrize("ending", ["finish", "fail"])
def test_attempt_whose_end_is_told_again_after_a_crash_leaves_the_next_attempt_running(
    storage: SqlStorage, ending: str
) -> None:
    def end(job: Job) -> None:
        with storage.write() as tx:
            if ending == "finish":
                tx.jobs.finish(job.id, job.attempt)
            else:
                tx.jobs.fail(job.id, job.attempt, NOW, "Slack: Unavailable")

    with storage.write() as tx:
        tx.jobs.arm("report", 1, NOW)
    first = take(storage)
    with storage.write() as tx:
        tx.jobs.arm("report", 1, NOW)
    end(first)
    second = take(storage)
    end(first)
    with storage.read() as tx:
        assert tx.jobs.runs(second.id, second.attempt)
    assert due(storage) == []


def test_job_armed_again_before_its_attempt_was_handed_over_is_not_handed_over_twice(storage: SqlStorage) -> None:
    with storage.write() as tx:
        tx.jobs.arm("report", 1, NOW)
        [seen] = tx.jobs.due(NOW, ["report"], 10)
        tx.jobs.arm("report", 1, NOW)
        assert not tx.jobs.take(seen, NOW)
    assert take(storage).attempt == seen.attempt + 1


def test_lost_job_is_due_again_in_its_old_place(storage: SqlStorage) -> None:
    with storage.write() as tx:
        tx.jobs.arm("report", 1, NOW)
        tx.jobs.arm("report", 2, NOW + timedelta(seconds=1))
    lost = take(storage)
    with storage.write() as tx:
        tx.jobs.release(lost)
    assert due(storage, NOW + timedelta(minutes=1)) == [("report", 1), ("report", 2)]


def test_first_message_of_a_channel_that_failed_is_not_overtaken_by_a_later_one(storage: SqlStorage) -> None:
    with storage.write() as tx:
        tx.jobs.arm("report", 1, NOW, lane="C1")
        tx.jobs.arm("deliver", 1, NOW, lane="C1")
        tx.jobs.arm("report", 2, NOW, lane="C2")
    job = take(storage)
    assert due(storage) == [("report", 2)]
    with storage.write() as tx:
        tx.jobs.fail(job.id, job.attempt, NOW + timedelta(seconds=8), "Slack: Unavailable")
    assert due(storage, NOW + timedelta(seconds=7)) == [("report", 2)]
    take(storage, NOW + timedelta(seconds=8))
    with storage.write() as tx:
        tx.jobs.leave_lane("report", 1)
    assert ("deliver", 1) in due(storage)


def test_what_a_killed_import_had_read_is_forgotten_after_a_day(storage: SqlStorage) -> None:
    clock = SystemClock()
    with storage.write() as tx:
        for age in (timedelta(hours=25), timedelta(hours=23)):
            run = tx.runs.start(Source.HUBSPOT_EXPORT, "errors.csv", complete=True, now=clock.now() - age)
            tx.runs.add_chunk(run, 0, [])
    ingest.read_in(storage, clock, [], "next.csv", complete=False)
    with storage.read() as tx:
        assert [tx.runs.chunks(run) for run in (1, 2)] == [[], [0]]
        assert tx.runs.get(2).state == "reading"
