"""Slack in, over a WebSocket that we open: the same listeners as over HTTP, and no address of our own.

A connection is replaced before Slack ends it, and the old one is listened to until it ends. What breaks is opened
anew, at once at first, then ever later up to a minute. Nothing of that stops the service or its start.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Condition, Thread
from time import monotonic
from typing import Any

from slack_bolt import App

from bot import logs
from bot.clock import Clock
from bot.envelopes import Envelopes
from bot.errors import VendorError
from bot.storage import ALIVE_WITHIN, Storage
from bot.wire.slack_socket import Connector, Link

MODE = "socket"

STEADY = 10.0
"""Seconds a connection must have held for the next one to be opened without a pause."""

LONGEST_PAUSE = 60.0
"""Seconds between two attempts, unless Slack asks for more."""

PATIENCE = 3.0
"""Seconds Slack waits for an acknowledgement; for so long a connection that nobody else ends stays open."""

WARNED = 30.0
"""Seconds after which a connection is closed that Slack has warned of; it says about ten."""

WARNING = "warning"

LOOK_AGAIN = timedelta(minutes=1)
LATEST_LOOK = timedelta(hours=1)
"""Slack tells how many connections there are with a new one only, and counts dead ones for a while: one too many is
looked at again before anybody is told, and then ever later until it is gone."""


@dataclass(frozen=True, slots=True)
class SocketState:
    """How we hear from Slack: `since` is None while we do not, and `trouble` tells why; "" where all is well.

    `connections` are those Slack counted when the newest was opened, `known` those of sfsync's own processes.
    """

    since: datetime | None
    connections: int
    known: int
    reconnects: int
    trouble: str

    def as_json(self, now: datetime) -> dict[str, Any]:
        """Return it as `/readyz` shows it and the `executor` table keeps it."""
        return {
            "mode": MODE,
            "connected_since": self.since.isoformat() if self.since else None,
            "age_seconds": int((now - self.since).total_seconds()) if self.since else None,
            "connections": self.connections,
            "known": self.known,
            "reconnects": self.reconnects,
            "trouble": self.trouble,
        }


class SocketDoor:
    """Keeps one connection open and lets Bolt answer what comes by it.

    `expected` answers how many processes of this installation are known to be connected, this one included.
    """

    def __init__(self, bolt: App, connector: Connector, clock: Clock, expected: Callable[[], int] = lambda: 1) -> None:
        self._connector, self._clock, self._expected = connector, clock, expected
        self._changed = Condition()
        self._links: list[tuple[Link, datetime]] = []
        self._closing = self._renew = False
        self._opened = 0
        self._trouble = "not connected yet"
        self._known = 1
        self._surplus: datetime | None = None
        self._look_at: datetime | None = None
        self._strangers = ""
        self._envelopes = Envelopes(bolt, self._all_links)
        self._keeper = Thread(target=self._keep, name="Slack connections", daemon=True)
        self._log = logs.get(__name__)

    @property
    def state(self) -> SocketState:
        """How things are now."""
        with self._changed:
            live = [(link, since) for link, since in self._links if link.live]
            link, since = live[-1] if live else (None, None)
            return SocketState(
                since=since,
                connections=link.connections if link else 0,
                known=self._known,
                reconnects=max(0, self._opened - 1),
                trouble=self._trouble or (self._strangers if live else "connecting"),
            )

    def age(self) -> float | None:
        """Return how many seconds the connection has lasted; None while there is none."""
        since = self.state.since
        return (self._clock.now() - since).total_seconds() if since else None

    def open(self) -> None:
        """Begin to connect; returns at once."""
        self._keeper.start()

    def reconnect(self) -> None:
        """Replace the connection if the token was rotated since, at once where there is none."""
        with self._changed:
            self._renew = self._connector.rotated
            self._changed.notify_all()

    def close(self) -> None:
        """Take nothing more, acknowledge what is being answered, hang up. Returns within about five seconds."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._envelopes.stop(PATIENCE)
        end = monotonic() + 2.0
        for link in self._all_links():
            link.end_in(0)
        if self._keeper.ident:
            self._keeper.join(max(0.0, end - monotonic()))
        for link in self._all_links():
            link.join(max(0.0, end - monotonic()))

    def _keep(self) -> None:
        failures, asked = 0, 0.0
        while not self._closing:
            started = monotonic()
            try:
                link, asked = self._connected(), 0.0
            except VendorError as error:
                link, asked = None, error.retry_after or 0.0
                self._tell(str(error))
            except Exception as error:  # noqa: BLE001 - no threads, no certificates: the next attempt must come
                link, asked = None, 0.0
                self._tell(type(error).__name__)
            if link:
                self._take_into_use(link)
                planned = self._watch(link)
                if monotonic() - started >= STEADY:
                    failures = 0
                    continue
                failures = 0 if planned else failures
            failures += 1
            self._pause(failures, asked)

    def _connected(self) -> Link | None:
        """Open a connection and wait for Slack's greeting. Raises VendorError."""
        with self._changed:
            self._renew = False
        link = self._connector.open(self._envelopes.take, self._changed)
        with self._changed:
            # Both ends of this are bounded by the link's own time-outs.
            self._changed.wait_for(lambda: link.connections or link.over or self._closing)
            if not link.connections and not link.over:
                link.end_in(0)
        if not link.live:
            self._tell(link.trouble or "the connection broke")
            return None
        return link

    def _take_into_use(self, link: Link) -> None:
        now = self._clock.now()
        with self._changed:
            for old, _ in self._links:
                old.end_in(WARNED if old.told else PATIENCE)
            self._links = [*((old, since) for old, since in self._links if not old.over), (link, now)]
            self._opened += 1
            self._trouble = ""
        self._log.info("connected to Slack", connections=link.connections)
        self._count(link, now)

    def _watch(self, link: Link) -> bool:
        """Return once another connection is wanted: whether nothing went wrong with this one."""

        def wanted() -> bool:
            again = self._look_at is not None and self._clock.now() >= self._look_at
            return self._closing or self._renew or link.over or bool(link.told) or again

        with self._changed:
            while not self._changed.wait_for(wanted, timeout=1.0):
                pass
            ended, told = link.over, link.told
        if told in {WARNING, "refresh_requested"} or not (told or ended):
            return True
        self._tell(f"Slack refused the connection ({told})" if told else link.trouble or "the connection broke")
        return False

    def _pause(self, failures: int, asked: float) -> None:
        spread = random.uniform(0.75, 1.25)  # noqa: S311 - so that not all processes knock at the same moment
        seconds = max(asked, min(LONGEST_PAUSE, 2.0 ** min(failures - 1, 10)) * spread)
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._renew, seconds)

    def _all_links(self) -> list[Link]:
        with self._changed:
            return [link for link, _ in self._links]

    def _tell(self, trouble: str) -> None:
        with self._changed:
            known, self._trouble = self._trouble, trouble
        if trouble != known and not self._closing:
            self._log.warning("no good connection to Slack", trouble=trouble, next="sfsync doctor tells what mends it")

    def _count(self, link: Link, now: datetime) -> None:
        """Compare what Slack counts with what is ours; see `LOOK_AGAIN`."""
        try:
            known = self._expected()
        except Exception:  # noqa: BLE001 - the database may be away: then nobody can tell
            known = link.connections
        with self._changed:
            # Those of ours that are being replaced are counted, too, until Slack itself ends them.
            ours = sum(each.live and each.told in {"", WARNING} for each, _ in self._links)
            strangers = link.connections - (ours - 1) - known
            self._known = known
            if strangers <= 0:
                self._surplus, self._look_at, self._strangers = None, None, ""
                return
            self._surplus = self._surplus or now
            lasts = now - self._surplus
            self._look_at = now + min(max(lasts, LOOK_AGAIN), LATEST_LOOK)
            told_before = bool(self._strangers)
            if lasts >= LOOK_AGAIN:
                self._strangers = (
                    f"{strangers} more connection{'s' * (strangers > 1)} of this app than known sfsync processes: "
                    "another instance takes part of what Slack sends"
                )
        if self._strangers and not told_before:
            self._log.warning("another instance takes part of what Slack sends", strangers=strangers, known=known)


def connected(storage: Storage, clock: Clock) -> int:
    """Return how many processes of this installation said lately that they hear over Socket Mode; at least this one."""
    lately = clock.now() - ALIVE_WITHIN
    with storage.read() as tx:
        working = tx.executors.working()
    return max(1, len([one for one in working if one.slack.get("mode") == MODE and one.seen_at > lately]))
