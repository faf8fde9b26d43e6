"""What `/metrics` shows: what this process counted, and what the database holds at the moment of the scrape.

No label holds record data or names a person. All processes on one database show the same figures of it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future
from datetime import timedelta
from threading import Thread
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot import __version__
from bot.clock import Clock
from bot.model.catalog import CATEGORIES
from bot.storage import ALIVE_WITHIN, Figures, Storage

T = TypeVar("T")

LATE_AFTER = timedelta(minutes=5)
"""How long after its time a digest is late."""

PATIENCE = 3.0
"""Seconds a scrape waits for the database; Prometheus itself gives up after ten."""


class Metrics:
    """What a process counts while it works, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        # The client's own notion of an Info would be called sfsync_build_info, too.
        Gauge("sfsync_build_info", "The version that runs", ["version"], registry=self.registry).labels(
            __version__
        ).set(1)
        self._requests = Counter(
            "sfsync_requests",
            "Commands, actions, views, events and pushes, by what became of them: ok, mistake, failed",
            ["entry", "name", "outcome"],
            registry=self.registry,
        )
        self._request_seconds = Histogram(
            "sfsync_request_seconds",
            "How long they took; Slack waits three seconds",
            ["entry"],
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30),
            registry=self.registry,
        )
        self._vendor_calls = Histogram(
            "sfsync_vendor_call_seconds",
            "Calls to vendors, by what became of them: ok, or the kind of error",
            ["vendor", "operation", "outcome"],
            registry=self.registry,
        )
        self._http = Counter(
            "sfsync_http_requests", "HTTP requests by path and status", ["path", "status"], registry=self.registry
        )

    def request(self, entry: str, name: str, outcome: str, seconds: float) -> None:
        """Count a request (`bot.trace.Observe`)."""
        self._requests.labels(entry, name, outcome).inc()
        self._request_seconds.labels(entry).observe(seconds)

    def vendor_call(self, vendor: str, operation: str, outcome: str, seconds: float) -> None:
        """Count a call to a vendor (`bot.wire.http.Observe`)."""
        self._vendor_calls.labels(vendor, operation, outcome).observe(seconds)

    def http_request(self, path: str, status: int) -> None:
        """Count what was answered over HTTP."""
        self._http.labels(path, status).inc()

    def show_stored(self, storage: Storage, clock: Clock, kinds: Collection[str]) -> None:
        """Have each scrape read what the database holds; `kinds` are those of jobs, which are shown at 0, too."""
        self.registry.register(_Stored(storage, clock, kinds))

    def show_connection(self, age: Callable[[], float | None]) -> None:
        """Have each scrape ask how many seconds old the connection to Slack is; None where there is none."""
        self.registry.register(_Connection(age))


class _Connection(Collector):
    def __init__(self, age: Callable[[], float | None]) -> None:
        self._age = age

    def collect(self) -> Iterator[Metric]:
        if (age := self._age()) is not None:
            yield _gauge("slack_connection_age_seconds", "Age of the Socket Mode connection", age)

    def describe(self) -> Iterator[Metric]:
        """Tell nothing: a registry would otherwise collect to find out."""
        return iter(())


class _Stored(Collector):
    """The figures of the database. Without one it says so, and the scrape goes on with what the process knows."""

    def __init__(self, storage: Storage, clock: Clock, kinds: Collection[str]) -> None:
        self._storage, self._clock, self._kinds = storage, clock, kinds
        self._reading: Future[Figures] | None = None

    def collect(self) -> Iterator[Metric]:
        figures = self._figures()
        yield _gauge("database_up", "Whether the database could be read", float(figures is not None))
        if figures is not None:
            yield from self._shown(figures)

    def describe(self) -> Iterator[Metric]:
        """Tell nothing: a registry would otherwise collect to find out."""
        return iter(())

    def _figures(self) -> Figures | None:
        """Read, in a thread: a server that does not answer must hold up neither the scrape nor the next one."""
        if self._reading is None or self._reading.done():
            self._reading = _begun(self._read)
        try:
            return self._reading.result(PATIENCE)
        except Exception:  # noqa: BLE001 - whatever a driver raises, there are no figures
            return None

    def _read(self) -> Figures:
        now = self._clock.now()
        with self._storage.read() as tx:
            return tx.figures.read(now, late_before=now - LATE_AFTER, alive_since=now - ALIVE_WITHIN)

    def _shown(self, figures: Figures) -> Iterator[Metric]:
        by_kind = dict.fromkeys(self._kinds, 0)
        by_category = dict.fromkeys(CATEGORIES, 0)
        yield _gauges("jobs_due", "Jobs whose time has come and which wait", "kind", by_kind | dict(figures.due))
        yield _gauges("jobs_running", "Jobs that the engine has", "kind", by_kind | dict(figures.running))
        oldest = (self._clock.now() - figures.oldest_due).total_seconds() if figures.oldest_due else 0.0
        yield _gauge("jobs_oldest_due_age_seconds", "How long the oldest of the due jobs has waited", max(0.0, oldest))
        yield _gauge("jobs_given_up", "Jobs given up; `sfsync doctor` names them", figures.given_up)
        yield _gauges("errors_open", "Open errors", "category", by_category | dict(figures.open_errors))
        yield _gauge("deliveries_due", "Digests whose time has come and which are not posted", figures.deliveries_due)
        late = f"Digests due for more than {LATE_AFTER.seconds // 60} minutes"
        yield _gauge("deliveries_late", late, figures.deliveries_late)
        yield _gauge("subscriptions_paused", "Channels whose digest is paused", figures.paused)
        yield _gauge("executors_alive", "Processes that work on this database", figures.executors)


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"sfsync_{name}", what, value=value)


def _gauges(name: str, what: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(f"sfsync_{name}", what, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _begun(function: Callable[[], T]) -> "Future[T]":
    """Call a function in a thread that keeps no process alive."""
    future: Future[T] = Future()

    def call() -> None:
        try:
            future.set_result(function())
        except BaseException as error:  # noqa: BLE001 - whoever waits hears of it
            future.set_exception(error)

    Thread(target=call, name="figures", daemon=True).start()
    return future
