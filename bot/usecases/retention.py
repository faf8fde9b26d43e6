"""How long things are kept. Each hour what is older goes, in small transactions that hold nobody up."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.storage import Retention, Storage

AT_ONCE = 500
"""Rows that are removed in one transaction."""

JOBS = timedelta(days=30)
"""The engine has forgotten their workflows after a week, so that a first attempt may be one again."""

PEOPLE = timedelta(days=30)

DELIVERIES = timedelta(days=90)
"""A channel has one digest for each date."""

EXPORTS = timedelta(days=400)
"""Which files of ours are in Slack: `sfsync erase` looks into them."""

UPLOADS = timedelta(days=30)

AUDIT = timedelta(days=400)

Forget = Callable[[Retention, datetime, int], int]
"""Removes so many rows that are older than a moment; answers how many there were."""


def forget_old(storage: Storage, clock: Clock, resolved: timedelta) -> None:
    """Remove errors that were resolved, and resyncs that ended, longer ago than `resolved`, and what else is old."""
    now = clock.now()
    # Resyncs first: they refer to errors.
    _forget(storage, now - resolved, lambda kept, *which: kept.resyncs(*which))
    _forget(storage, now - resolved, lambda kept, *which: kept.resolved(*which))
    _forget(storage, now - JOBS, lambda kept, *which: kept.jobs(*which))
    _forget(storage, now - PEOPLE, lambda kept, *which: kept.people(*which))
    _forget(storage, now - DELIVERIES, lambda kept, *which: kept.deliveries(*which))
    _forget(storage, now - EXPORTS, lambda kept, *which: kept.exports(*which))
    _forget(storage, now - UPLOADS, lambda kept, *which: kept.uploads(*which))
    _forget(storage, now - AUDIT, lambda kept, *which: kept.audit(*which))


def _forget(storage: Storage, before: datetime, some: Forget) -> None:
    removed = AT_ONCE
    while removed == AT_ONCE:
        with storage.write() as tx:
            removed = some(tx.retention, before, AT_ONCE)
