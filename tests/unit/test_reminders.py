"""When channels are reminded of an old export file."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.local import Local, local
from bot.model.digest import Frequency, Subscription
from bot.model.sync import Source
from bot.settings import Needs, load
from bot.storage import Transaction
from bot.usecases import reminders

WEEK = timedelta(days=7)
START = datetime(2026, 11, 1, 8, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def at(tmp_path: Path, clock: Clock) -> Iterator[Local]:
    with local(load(Needs.DATABASE, {"database_url": f"sqlite:///{tmp_path / 'sfsync.db'}"}), clock) as opened:
        with opened.storage.write() as tx:
            tx.subscriptions.save(
                Subscription(0, "C0REVOPS01", Frequency.DAILY, "09:00", "UTC", "en", "U1", START, START)
            )
        yield opened


def import_now(tx: Transaction, now: datetime) -> None:
    run = tx.runs.start(Source.HUBSPOT_EXPORT, "errors.csv", complete=True, now=now)
    tx.runs.ready(run, rows=0, rejections=(), rejected=0, scope=frozenset())
    tx.runs.finish(run, resolved=0, now=now)


def promised(at: Local, clock: Clock) -> int:
    """Look for reminders as a timer does; answer how many are due, and see to it that none is."""
    reminders.plan_due(at.storage, clock, WEEK)
    with at.storage.write() as tx:
        due = tx.jobs.due(clock.now(), [reminders.WORKFLOW], 10)
        for job in due:
            assert tx.jobs.take(job, clock.now())
            tx.jobs.finish(job.id, job.attempt)
    return len(due)


def test_a_channel_is_reminded_once_each_time_the_age_has_passed_and_not_of_a_newer_file(
    at: Local, clock: Clock
) -> None:
    assert promised(at, clock) == 0  # there never was an export
    with at.storage.write() as tx:
        import_now(tx, clock.now())
    for days, expected in ((6.9, 0), (0.2, 1), (0.1, 0), (6, 0), (1, 1), (0.1, 0)):
        clock.at += timedelta(days=days)
        assert promised(at, clock) == expected, clock.at
    with at.storage.write() as tx:
        import_now(tx, clock.now())
    assert promised(at, clock) == 0
    reminders.plan_due(at.storage, clock, timedelta())
    clock.at += WEEK
    assert promised(at, clock) == 1
