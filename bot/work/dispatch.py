"""From the list of what is due to the engine, and back.

Rows in `job` decide what is done; the engine does it. Every attempt at a job is one workflow with an id of its
own, so that an attempt is handed over once, and one that failed can be followed by another. A workflow whose
attempt the row does not name (any more) does nothing.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Protocol

import structlog

from bot import logs, trace
from bot.clock import Clock
from bot.errors import (
    Gone,
    NotAuthenticated,
    NotAuthorized,
    RateLimited,
    Rejected,
    StorageUnavailable,
    Unavailable,
    VendorError,
)
from bot.storage import Job, Storage, Transaction
from bot.work.engine import Engine

AT_ONCE = 100
"""Jobs handed over in one look."""

LOST_AFTER = timedelta(seconds=10)
"""How long ago a job was taken before we ask whether the engine knows it: handing it over takes milliseconds, unless
the process dies in between."""

LONG_WAIT = 60.0
"""Seconds to the next attempt from which on those who wait for a job want to know; see `Kind`."""

LONGEST_WAIT = 900.0
"""Seconds from a failed attempt to the next at the most."""

FIRST_PAUSE, DOUBTFUL_PAUSE = 1.0, 60.0
"""Seconds from a job's first failure to the next attempt, doubled after each; more where the failed call may have
posted a message, which would be there twice."""

GIVEN_UP_SHOWN = timedelta(days=7)
"""How long it is told that a job was given up."""

BUG_ATTEMPTS = 5
"""Attempts after which a job whose failure will not pass is given up, and shown by `doctor`."""

Step = Callable[..., Any]
"""Runs a function as a step: `step(name, function, *arguments)` returns what it returns, which must be JSON."""


class Flow(Protocol):
    """What a kind of job does: steps about one subject."""

    def __call__(self, step: Step, subject: int) -> None:
        """Do it."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: the queue it waits in, and what it does.

    `held_up(tx, now, subject, error)`, if given, is told, in the transaction that keeps it, of a failure after which
    a job waits for long, and `given_up(tx, subject)` of the last one.
    """

    queue: str
    flow: Flow
    held_up: Callable[[Transaction, datetime, int, str], None] | None = None
    given_up: Callable[[Transaction, int], None] | None = None


class Dispatcher:
    """Hands due jobs of the given kinds to the engine."""

    def __init__(self, storage: Storage, clock: Clock, engine: Engine, kinds: Mapping[str, Kind]) -> None:
        self._storage, self._clock, self._engine, self._kinds = storage, clock, engine, kinds
        self._log = logs.get(__name__)
        # A job between being taken and being handed over looks lost.
        self._handing_over = Lock()
        # Attempts of which this process could not write down how they began or ended, by workflow id.
        self._untold: dict[str, Job] = {}
        for name, kind in kinds.items():
            engine.register(name, kind.queue, self._workflow(name, kind.flow))

    def look(self, *, without: Collection[str] = ()) -> int:
        """Hand over what is due, but nothing `without` whose queues it may be; answer how many jobs that were."""
        self._release_untold()
        kinds = [name for name, kind in self._kinds.items() if kind.queue not in without]
        with self._storage.read() as tx:
            jobs = tx.jobs.due(self._clock.now(), kinds, AT_ONCE)
        for job in jobs:
            with self._handing_over:
                self._hand_over(job)
        return len(jobs)

    def find_lost(self, *, at_start: bool = False) -> None:
        """Make jobs due again whose attempt ended without a word, say because the engine's file was deleted.

        `at_start` is for a process that works alone: what the engine does not know then is lost, however new.
        """
        moment = None if at_start else self._clock.now() - LOST_AFTER
        with self._handing_over:
            with self._storage.read() as tx:
                jobs = tx.jobs.running_since(moment)
            for job in jobs:
                if job.kind in self._kinds:
                    self._release_lost(job)

    def forget_given_up(self) -> None:
        """Say no more of jobs that were given up long ago."""
        with self._storage.write() as tx:
            tx.jobs.forget_given_up(self._clock.now() - GIVEN_UP_SHOWN)

    def _hand_over(self, job: Job) -> None:
        with self._storage.write() as tx:
            if not tx.jobs.take(job, self._clock.now()):
                return
        self._untold[job.workflow_id] = job
        self._engine.enqueue(job.kind, job.workflow_id, job.id, job.attempt, job.subject, job.request)
        # The engine may know this id from a database that was deleted without its own.
        self._release_lost(job)
        self._untold.pop(job.workflow_id, None)

    def _release_untold(self) -> None:
        """Do at once for what an outage of the database cut off here what `find_lost` would do a little later."""
        for job in list(self._untold.values()):
            with self._handing_over:
                if self._release_lost(job):
                    self._untold.pop(job.workflow_id, None)

    def _release_lost(self, job: Job) -> bool:
        """Make a job due again, as another attempt, unless the engine still has this one; tell whether it has not."""
        if self._engine.lives(job.workflow_id):
            return False
        with self._storage.write() as tx:
            # One that has just ended is no longer this attempt's, and stays as it is.
            lost = tx.jobs.runs(job.id, job.attempt)
            tx.jobs.release(job)
        if lost:
            self._log.warning("job lost, due again", kind=job.kind, subject=job.subject)
        return True

    def _workflow(self, name: str, flow: Flow) -> Callable[..., None]:
        # What version 0.1 handed over has no request.
        def workflow(job: int, attempt: int, subject: int, request: str = "") -> None:
            with trace.following(request), structlog.contextvars.bound_contextvars(job=f"{name}:{subject}:{attempt}"):
                try:
                    self._work(name, flow, job, attempt, subject)
                except Exception:
                    cut_off = Job(job, name, subject, attempt, request)
                    self._untold[cut_off.workflow_id] = cut_off
                    raise

        return workflow

    def _work(self, name: str, flow: Flow, job: int, attempt: int, subject: int) -> None:
        if not self._engine.step("begin", self._runs, job, attempt):
            return

        def step(label: str, function: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401 - JSON
            return _opened(self._engine.step(label, _sealed, function, *arguments))

        try:
            flow(step, subject)
        except _StepFailed as failed:
            self._engine.step("fail", self._fail, job, attempt, name, subject, failed.report)
        else:
            self._engine.step("finish", self._finish, job, attempt)

    def _runs(self, job: int, attempt: int) -> bool:
        with self._storage.read() as tx:
            return tx.jobs.runs(job, attempt)

    def _finish(self, job: int, attempt: int) -> None:
        with self._storage.write() as tx:
            tx.jobs.finish(job, attempt)

    def _fail(self, job: int, attempt: int, name: str, subject: int, report: dict[str, Any]) -> None:
        with self._storage.write() as tx:
            failures = tx.jobs.failures(job)
            given_up = report["lasts"] and failures + 1 >= BUG_ATTEMPTS
            # However long a vendor wants to be left alone: somebody may have mended it, and others wait in line.
            # A step that an older version kept has no pause.
            pause = report.get("pause", FIRST_PAUSE) * 2 ** min(failures, 10)
            seconds = min(report["retry_after"] or pause, LONGEST_WAIT)
            now, kind = self._clock.now(), self._kinds[name]
            if tx.jobs.runs(job, attempt):
                if given_up and kind.given_up:
                    kind.given_up(tx, subject)
                elif kind.held_up and not given_up and seconds >= LONG_WAIT:
                    kind.held_up(tx, now, subject, report["error"])
            tx.jobs.fail(job, attempt, None if given_up else now + timedelta(seconds=seconds), report["error"])
        self._log.warning("job failed", kind=name, error=report["error"], given_up=given_up)


class _StepFailed(Exception):
    """A step raised; `report` is what is known of it, as JSON."""

    def __init__(self, report: dict[str, Any]) -> None:
        self.report = report
        super().__init__(report["error"])


def _sealed(function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    """Run a step and answer its value or what it raised, both as JSON: the engine must keep either."""
    try:
        return {"value": function(*arguments)}
    except VendorError as error:
        known = (NotAuthenticated, NotAuthorized, RateLimited)
        wait = error.retry_after or (60.0 if isinstance(error, known) else None)
        # What Slack rejects, or says is gone, stays so; what the others refuse may be mended in their settings.
        lasts = isinstance(error, Rejected | Gone) and error.vendor == "Slack"
        doubtful = isinstance(error, Unavailable) and error.vendor == "Slack" and error.code == "timeout"
        return _failed(str(error), lasts=lasts, retry_after=wait, pause=DOUBTFUL_PAUSE if doubtful else FIRST_PAUSE)
    except StorageUnavailable as error:
        return _failed(str(error))
    except Exception as error:  # noqa: BLE001 - the job's row must hear of everything
        logs.get(__name__).exception("step failed", step=getattr(function, "__name__", ""))
        # The name alone: a message may hold record data, and this one is kept and shown.
        return _failed(type(error).__name__, lasts=True)


def _failed(
    error: str, *, lasts: bool = False, retry_after: float | None = None, pause: float = FIRST_PAUSE
) -> dict[str, Any]:
    """Return what is known of a failure; `lasts` where trying again will not help for long."""
    return {"failed": {"error": error, "lasts": lasts, "retry_after": retry_after, "pause": pause}}


def _opened(sealed: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON values
    if "failed" in sealed:
        raise _StepFailed(sealed["failed"])
    return sealed["value"]
