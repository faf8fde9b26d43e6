"""Commands that need no vendor: the database, opened and brought up to date, and an engine for imports alone."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.clock import Clock, SystemClock
from bot.errors import PersonError, StorageUnavailable
from bot.model.links import Links, lightning_host
from bot.settings import Settings
from bot.storage import SAID_EVERY, Run, Storage
from bot.store.database import Database, engine_url
from bot.store.migrate import make_current
from bot.store.seats import Seats
from bot.store.storage import SqlStorage
from bot.usecases import ingest
from bot.work.lock import IMPORT, WorkerLock
from bot.work.seat import OnlySeat, Seat

if TYPE_CHECKING:
    from bot.work.dispatch import Dispatcher
    from bot.work.engine import Engine

OUTAGE = 60.0
"""Seconds without the database after which a command gives up following what it began."""

PORTAL_NOTE, UI_DOMAIN_NOTE = "hubspot_portal_id", "hubspot_ui_domain"


@dataclass(frozen=True, slots=True)
class Local:
    """What a command needs that only reads and writes our own tables."""

    settings: Settings
    database: Database
    storage: Storage
    clock: Clock

    def seat(self, role: str) -> Seat:
        """Return the place this process has among those that work on the database, once it takes it."""
        if self.database.on_sqlite:
            return OnlySeat(WorkerLock(self.database.file), self.storage, self.clock, role)
        return Seats(self.database, self.storage, self.clock)

    @property
    def links(self) -> Links:
        """Return where the pages of both systems are, as far as settings or an earlier look at HubSpot tell."""
        with self.storage.read() as tx:
            portal = self.settings.hubspot_portal_id or tx.notes.get(PORTAL_NOTE)
            ui_domain = self.settings.hubspot_ui_domain or tx.notes.get(UI_DOMAIN_NOTE)
        return Links(portal, ui_domain or Links().ui_domain, lightning_host(self.settings.salesforce_domain))


@contextmanager
def local(settings: Settings, clock: Clock | None = None) -> Iterator[Local]:
    """Open the database, brought up to date where it is our own file."""
    database = Database(settings.database_url)
    try:
        make_current(database)
        yield Local(settings, database, SqlStorage(database), clock or SystemClock())
    finally:
        database.close()


def work_import(at: Local, run: int, tell: Callable[[Run, int], None]) -> Run:
    """Have a run recorded and follow it to its end; `tell` hears of its progress and the chunks left.

    On SQLite a running `sfsync run` does the work; where there is none, this process does, and nothing else.
    On PostgreSQL this process lends a hand. A database that goes away for a while is waited for: what was begun is
    recorded either way. Raises PersonError, and StorageUnavailable after `OUTAGE`.
    """
    ingest.start(at.storage, at.clock, run)
    reached = time.monotonic()
    with _import_worker(at) as look:
        while True:
            try:
                state = ingest.result(at.storage, run)
                tell(state, len(ingest.remaining(at.storage, run)))
                if state.state == "done":
                    return state
                if ingest.given_up(at.storage, run):
                    raise PersonError(
                        "What was read could not be recorded.", "The trace is in the log; report it as a bug, please."
                    )
                look()
                reached = time.monotonic()
            except StorageUnavailable:
                if time.monotonic() - reached > OUTAGE:
                    raise
            time.sleep(0.05)


@contextmanager
def _import_worker(at: Local) -> Iterator[Callable[[], None]]:
    """Yield a function that hands due imports to an engine of this process, once it has a seat."""
    seat = at.seat(IMPORT)
    seated, worker, looked, told = False, None, 0.0, 0.0

    def look() -> None:
        nonlocal seated, worker, looked, told
        seated = seated or seat.take()
        if not seated:
            return
        engine, dispatcher = worker = worker or _begin(at, seat)
        dispatcher.look()
        if time.monotonic() - looked > 1:
            looked = time.monotonic()
            if not seat.keep():
                raise PersonError("Another process has taken this one's place.", "Import again.")
            seat.take_over(engine.resume)
        if time.monotonic() - told > SAID_EVERY.total_seconds():
            told = time.monotonic()
            seat.say_alive({})

    try:
        yield look
    finally:
        if seated:
            clean = worker is None or worker[0].stop(patience=5)
            with suppress(StorageUnavailable):
                seat.leave(clean=clean)


def _begin(at: Local, seat: Seat) -> tuple["Engine", "Dispatcher"]:
    """Start an engine for imports. Raises StorageUnavailable."""
    from bot.work.dispatch import Dispatcher  # noqa: PLC0415 - the engine takes a second to import
    from bot.work.engine import Engine  # noqa: PLC0415 - likewise
    from bot.work.workflows import IMPORTS, import_kind  # noqa: PLC0415 - likewise

    engine = Engine(engine_url(at.database), IMPORTS)
    dispatcher = Dispatcher(at.storage, at.clock, engine, {ingest.WORKFLOW: import_kind(at.storage, at.clock)})
    engine.start(seat.executor)
    try:
        dispatcher.find_lost(at_start=seat.alone)
    except StorageUnavailable:
        engine.stop(patience=0)
        raise
    return engine, dispatcher
