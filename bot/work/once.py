"""Timers fire in every process; what they are for is done by the one that comes first."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.storage import Storage

LEASE = timedelta(seconds=60)
"""How long whoever began may take; after that it is taken for dead, and another process begins."""

BEGUN, DONE = "begun", "done"


def once(storage: Storage, clock: Clock, name: str, every: timedelta, function: Callable[[], object]) -> None:
    """Call a function unless some process has done so within `every`, or is at it. What it raises is passed on."""
    note = f"timer {name}"
    with storage.write() as tx:
        now = clock.now()
        if _covered(tx.notes.get(note), now, every):
            return
        tx.notes.set(note, f"{BEGUN} {now.isoformat()}", now)
    state = ""
    try:
        function()
        state = f"{DONE} {now.isoformat()}"
    finally:
        with storage.write() as tx:
            tx.notes.set(note, state, clock.now())


def _covered(note: str, now: datetime, every: timedelta) -> bool:
    state, _, at = note.partition(" ")
    if not at:
        return False
    # Timers of two processes are not in step, and none is exact.
    lasts = LEASE if state == BEGUN else every * 0.9
    return timedelta() <= now - datetime.fromisoformat(at) < lasts
