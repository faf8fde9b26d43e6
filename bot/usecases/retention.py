"""How long things are kept. Each hour what is older goes, in small transactions that hold nobody up."""

from datetime import timedelta

from bot.clock import Clock
from bot.storage import Storage

AT_ONCE = 500
"""Rows that are removed in one transaction."""

KEPT = {
    # The engine has forgotten their workflows after a week, so that a first attempt may be one again.
    "jobs": timedelta(days=30),
    "people": timedelta(days=30),
    # A channel has one digest for each date.
    "deliveries": timedelta(days=90),
    # Which files of ours are in Slack: `sfsync erase` looks into them.
    "exports": timedelta(days=400),
    "uploads": timedelta(days=30),
    "audit": timedelta(days=400),
}


def forget_old(storage: Storage, clock: Clock, resolved: timedelta) -> None:
    """Remove errors that were resolved, and resyncs that ended, longer ago than `resolved`, and what KEPT names."""
    now = clock.now()
    # Resyncs first: they refer to errors.
    for what, kept in {"resyncs": resolved, "resolved": resolved, **KEPT}.items():
        removed = AT_ONCE
        while removed == AT_ONCE:
            with storage.write() as tx:
                removed = getattr(tx.retention, what)(now - kept, AT_ONCE)
