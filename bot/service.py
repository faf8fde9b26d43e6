"""`sfsync run` as one object: the parts, started and stopped in the right order."""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from time import monotonic
from typing import Any

from flask import Flask

from bot import logs
from bot.clock import Clock
from bot.errors import NotAuthenticated, PersonError, StorageUnavailable, VendorError
from bot.live import OF_VENDORS, Live
from bot.ports import HubSpot, Salesforce, Slack, SlackIdentity
from bot.server import Server, serve
from bot.socket_mode import SocketDoor
from bot.storage import SAID_EVERY, Storage
from bot.usecases import digests, ingest, people, reminders, retention, salesforce_log, slack_stop, usage
from bot.usecases.board import Board
from bot.usecases.people import Directory
from bot.web import LARGEST_BODY
from bot.work.dispatch import Dispatcher
from bot.work.engine import FORGOTTEN_AT_ONCE, Engine
from bot.work.lock import IMPORT
from bot.work.once import once
from bot.work.seat import Seat
from bot.work.timers import Timers

HTTP_THREADS = 24
"""Requests answered at once; 20 people typing at the same moment must not wait for each other."""

STALLED = 30.0
"""Seconds without a look for due work after which something is wrong; it happens every second."""

WORKFLOWS_KEPT = timedelta(days=7)
"""How long the engine remembers what ended."""

IMPORT_PATIENCE = 3600.0
"""Seconds a start waits for an import from the command line, which has the only seat on SQLite for a while."""

SETTINGS_EVERY = 2.0
"""Seconds between two looks at the `.env` file."""

STOP_PATIENCE = 5.0
"""Seconds that running steps get to end; the engine finishes the rest after the next start."""


class Identity:
    """Who the bot token belongs to, as far as Slack has told: `known` is None until it has."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self.known: SlackIdentity | None = None
        self.trouble = "Slack has not been asked yet"

    def ask(self) -> None:
        """Ask Slack. Raises VendorError, and keeps what went wrong."""
        try:
            self.known, self.trouble = self._slack.identity(), ""
        except VendorError as error:
            self.trouble = str(error)
            raise


@dataclass
class Service:
    """Everything that runs in one process; on PostgreSQL others may share its work.

    `displaced` tells that another process has taken this one's seat, and that it must end.
    """

    storage: Storage
    clock: Clock
    slack: Slack
    hubspot: HubSpot
    salesforce: Salesforce
    identity: Identity
    engine: Engine
    dispatcher: Dispatcher
    timers: Timers
    seat: Seat
    live: Live
    board: Board
    directory: Directory
    groups: Callable[[], tuple[str, ...]]
    remember_account: Callable[[], None]
    web: Flask = field(init=False)
    door: SocketDoor | None = field(default=None, init=False)
    displaced: bool = field(default=False, init=False)
    _stop: Event = field(init=False)
    _server: Server | None = field(default=None, init=False)
    _closing: bool = field(default=False, init=False)
    _looked: float = field(default=0.0, init=False)

    def start(self, stop: Event) -> None:
        """Begin to work. `stop` is set where this process must end by itself, and watched while it waits.

        Raises PersonError where another process works on the same SQLite file.
        """
        self._stop = stop
        self._sit_down()
        self.engine.start(self.seat.executor)
        self._looked = monotonic()
        self.dispatcher.find_lost(at_start=self.seat.alone)
        every = self.timers.every
        every(1, self._look, "look")
        every(1, self._keep_seat, "seat")
        every(SAID_EVERY.total_seconds(), lambda: self.seat.say_alive(self.hearing()), "say alive")
        every(10, self.board.renew, "cards")
        every(10, self.dispatcher.find_lost, "find lost jobs")
        every(60, self._ask_slack, "Slack connection")
        self._once(3600, lambda: usage.sample(self.storage, self.clock, self.salesforce), "sample usage")
        if self.live.settings.salesforce_log:
            self._once(salesforce_log.EVERY, lambda: salesforce_log.arm(self.storage, self.clock), "Salesforce log")
        self._once(3600, self.remember_account, "HubSpot account")
        self._once(
            600,
            self._refresh_groups,
            f"user groups {' '.join(self.groups())}".strip(),
        )
        self._once(3600, lambda: people.forget_claims(self.storage, self.clock), "forget claims")
        self._once(3600, lambda: ingest.forget_old(self.storage, self.clock), "forget imports and pushes")
        kept = timedelta(days=self.live.settings.sfsync_keep_resolved_days)
        self._once(3600, lambda: retention.forget_old(self.storage, self.clock, kept), "forget what was resolved")
        old = timedelta(days=self.live.settings.sfsync_export_max_age)
        self._once(60, lambda: reminders.plan_due(self.storage, self.clock, old), "old exports")
        self._once(3600, self.dispatcher.forget_given_up, "forget what was given up")
        self._once(3600, self._forget_workflows, "forget workflows")
        self.live.changed = self._settings_changed
        every(SETTINGS_EVERY, self.live.look, "settings")
        self.timers.start()
        self.timers.wake_all()
        if self.door:
            self.door.open()

    def serve(self, host: str, port: int) -> int:
        """Take HTTP requests until `stop`; answer the port."""
        try:
            self._server = serve(
                self.web, port, host=host, threads=HTTP_THREADS, max_request_body_size=2 * LARGEST_BODY
            )
        except OSError as error:
            raise PersonError(
                "Port %(port)s of %(host)s cannot be used: %(why)s.",
                "Set PORT to a free one.",
                port=str(port),
                host=host,
                why=error.strerror or error,
            ) from error
        return self._server.port

    def stop(self) -> None:
        """End in order: intake, then timers and steps, which get the same few seconds, then the rest."""
        if self.door:
            self.door.close()
        if self._server:
            self._closing = True
            self._server.close()
        end = monotonic() + STOP_PATIENCE
        timers = Thread(target=self.timers.stop, name="end of timers", daemon=True)
        timers.start()
        clean = self.engine.stop(STOP_PATIENCE)
        timers.join(max(0.0, end - monotonic()))
        with suppress(StorageUnavailable):
            # Where another process has our seat, what is written of it is about that one.
            self.seat.leave(clean=clean and not self.displaced)

    def wake(self) -> None:
        """Look at what is due now."""
        self.timers.wake("look")

    def ready(self) -> dict[str, str]:
        """Tell of each part whether it can work."""
        parts = {"database": "ok", "engine": "ok", "slack": "ok"}
        try:
            with self.storage.read() as tx:
                stopped = slack_stop.stopped(tx)
            if stopped:
                parts["slack"] = str(stopped)
        except Exception as error:  # noqa: BLE001 - whatever a driver raises, we are not ready
            parts["database"] = type(error).__name__
        if monotonic() - self._looked > STALLED:
            parts["engine"] = "nobody has looked for due work lately"
        if self.identity.trouble and parts["slack"] == "ok":
            parts["slack"] = self.identity.trouble
        if self.door and not self.door.state.since and parts["slack"] == "ok":
            parts["slack"] = self.door.state.trouble
        return parts

    def hearing(self) -> dict[str, Any]:
        """Tell how this process hears from Slack."""
        return self.door.state.as_json(self.clock.now()) if self.door else {"mode": "http"}

    def _sit_down(self) -> None:
        end = monotonic() + IMPORT_PATIENCE
        told = False
        while not self.seat.take():
            if self.seat.holder() != IMPORT or monotonic() > end:
                raise PersonError(
                    "Another sfsync works on this database already.",
                    "Stop it first, or use PostgreSQL, which any number can share.",
                )
            if not told:
                logs.get(__name__).info("waiting for an import to end")
                told = True
            if self._stop.wait(0.2):
                raise PersonError("Stopped while waiting for an import to end.")

    def _keep_seat(self) -> None:
        if not self.seat.keep():
            logs.get(__name__).error("displaced: another process has this one's seat", executor=self.seat.executor)
            self.displaced = True
            self._stop.set()
            return
        for executor in self.seat.take_over(self.engine.resume):
            logs.get(__name__).warning("took over the work of a process that is gone", executor=executor)

    def _forget_workflows(self) -> None:
        """Leave the engine what it may still be asked about. Its times are the system's, not the domain's."""
        while self.engine.forget(datetime.now(UTC) - WORKFLOWS_KEPT) == FORGOTTEN_AT_ONCE:
            logs.get(__name__).debug("forgot workflows")

    def _ask_slack(self) -> None:
        """Ask Slack who we are: that it answers is whether it takes anything from us."""
        try:
            self.identity.ask()
        except NotAuthenticated as error:
            slack_stop.refused(self.storage, self.clock, error)
            raise
        if slack_stop.accepted(self.storage, self.clock):
            logs.get(__name__).info("Slack accepts our token again")
            self.wake()

    def _refresh_groups(self) -> None:
        self.directory.refresh_groups(self.slack, self.groups())

    def _settings_changed(self, names: Collection[str]) -> None:
        """Have done at once what waited for another token or login."""
        with self.storage.write() as tx:
            for vendor, its in OF_VENDORS.items():
                if its & set(names):
                    tx.jobs.hurry(vendor, self.clock.now())
        if self.door and "slack_app_token" in names:
            self.door.reconnect()
        if "slack_bot_token" in names:
            self.timers.wake("Slack connection")
        self.wake()
        if {"sfsync_admins", "sfsync_operators"} & set(names):
            self._refresh_groups()

    def _once(self, seconds: int, function: Callable[[], object], name: str) -> None:
        """Have something done every so often by one of the processes."""
        every = timedelta(seconds=seconds)
        self.timers.every(seconds, lambda: once(self.storage, self.clock, name, every, function), name)

    def _look(self) -> None:
        with self.storage.read() as tx:
            stopped = slack_stop.stopped(tx)
        try:
            if not stopped:
                digests.plan_due(self.storage, self.clock)
        finally:
            # One subscription that cannot be planned keeps nothing else from being done.
            while self.dispatcher.look(without={"messages", "uploads"} if stopped else ()):
                logs.get(__name__).debug("handed over")
        self._looked = monotonic()
