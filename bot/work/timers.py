"""When things are looked at. APScheduler says when, and does nothing itself.

The only module that knows APScheduler. Its jobs live in memory and are the same at every start: what is due is
decided from our tables and the domain clock each time somebody looks.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot import logs, trace
from bot.errors import StorageUnavailable, VendorError

JUMP = 5.0
"""Seconds by which the system's clock must be off what has passed, to have been set, or the machine asleep."""


class Timers:
    """Calls functions every so often, each at most once at a time; a failure is logged and the next call comes."""

    def __init__(self) -> None:
        # Threads of its own for each: a slow call to a vendor must not hold up the look at what is due.
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(8)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )
        self._stopped = Event()
        self._trouble: dict[str, str] = {}
        self._log = logs.get(__name__)

    def every(self, seconds: float, function: Callable[[], object], name: str) -> None:
        """Call a function every `seconds`."""
        self._scheduler.add_job(self._guarded, "interval", [function, name], seconds=seconds, id=name)

    def wake(self, name: str) -> None:
        """Call a function now instead of at its next time."""
        if self._scheduler.running:
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def wake_all(self) -> None:
        """Call each function now."""
        for job in self._scheduler.get_jobs():
            self.wake(job.id)

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()
        Thread(target=self._watch_the_clock, name="clock", daemon=True).start()

    def stop(self) -> None:
        """Call nothing any more; what is being called ends by itself."""
        self._stopped.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _watch_the_clock(self) -> None:
        """Call everything when the clock was set: APScheduler would wait for a time that is far off now."""
        ahead = time.time() - time.monotonic()
        while not self._stopped.wait(1):
            before, ahead = ahead, time.time() - time.monotonic()
            if abs(ahead - before) > JUMP:
                self._log.warning("the clock was set", seconds=round(ahead - before))
                self.wake_all()

    def _guarded(self, function: Callable[[], object], name: str) -> None:
        with trace.following():
            try:
                function()
            except (StorageUnavailable, VendorError) as error:
                self._tell(name, type(error).__name__, str(error))
            except Exception:  # noqa: BLE001 - the next call must come whatever this one met
                self._log.exception("timer failed", timer=name)
            else:
                self._tell(name, "", "")

    def _tell(self, name: str, kind: str, words: str) -> None:
        """Log what begins or ends, not each second of it: an outage may take hours."""
        before, self._trouble[name] = self._trouble.get(name, ""), kind
        if kind and kind != before:
            self._log.warning("timer failed", timer=name, error=words)
        elif before and not kind:
            self._log.info("timer works again", timer=name)
