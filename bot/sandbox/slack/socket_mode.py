"""Slack's end of Socket Mode: the WebSocket connections of the app, and what is sent over them.

Wire format: docs.slack.dev/apis/events-api/using-socket-mode. `Sockets.deliver` is a `Transport`, and takes the
place of `over_http` in a workspace whose app has Socket Mode turned on.
"""

from __future__ import annotations

import json
import secrets
import socket
import threading
import time
import uuid
from collections import deque
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve

from bot.sandbox.slack.content import SlackError
from bot.sandbox.slack.state import APP, CALLS_KEPT
from bot.sandbox.slack.transport import PATIENCE, Answer, Delivery

if TYPE_CHECKING:
    from websockets.http11 import Request, Response
    from websockets.sync.server import ServerConnection

Json = dict[str, Any]

HOST = "127.0.0.1"
TICKET_LIFE = 30.0
MOST_CONNECTIONS = 10
WARNING = 10.0
"""Seconds from the warning to the end of a connection."""


class Link:
    """One connection of the app. `acks` are the envelopes it acknowledged last, by id, with their payloads."""

    def __init__(self, connection: ServerConnection) -> None:
        self.socket = connection
        self.acks: dict[str, Json | None] = {}
        self.closed = False
        self.dead = False

    def send(self, message: Json | str) -> None:
        """Send JSON, or text that is none; over a dead line it goes nowhere."""
        if not self.dead:
            self.socket.send(message if isinstance(message, str) else json.dumps(message))

    def cut(self) -> None:
        """End without a goodbye, as when a machine on the way restarts."""
        self.socket.socket.shutdown(socket.SHUT_RDWR)

    def die(self) -> None:
        """Go silent in both directions, as a line does when a laptop sleeps: no byte comes or goes, nobody closes."""
        self.dead = True
        # Nothing that arrives is looked at, pings among it.
        self.socket.protocol_mutex.acquire()

    def revive(self) -> None:
        """Let bytes pass again."""
        if self.dead:
            self.dead = False
            self.socket.protocol_mutex.release()


class Sockets:
    """The connections of one app, on a port of their own.

    A payload goes to one of them, in turns; Slack says not to rely on any pattern, so a test may.
    `envelopes` are those sent last, oldest first. `enabled` is the switch in the app's settings. `greets` is whether a
    new connection gets its `hello`. `patience` are the seconds Slack waits for an acknowledgement.
    """

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self.patience = patience
        self.enabled = True
        self.greets = True
        self.envelopes: deque[Json] = deque(maxlen=CALLS_KEPT)
        self._links: list[Link] = []
        self._turn = 0
        self._tickets: dict[str, float] = {}
        self._tried: dict[str, set[Link]] = {}
        self._changed = threading.Condition()
        self._ended = threading.Event()
        self._server = serve(self._handle, HOST, 0, process_request=self._admit, close_timeout=1)
        self._port = self._server.socket.getsockname()[1]
        self._loop = threading.Thread(target=self._server.serve_forever, name="sandbox-sockets", daemon=True)
        self._loop.start()

    @property
    def links(self) -> list[Link]:
        """The open connections, oldest first."""
        with self._changed:
            return list(self._links)

    def url(self) -> str:
        """Return an address that is good for one connection, for half a minute. Raises SlackError."""
        if not self.enabled:
            raise SlackError("socket_mode_not_enabled")
        ticket = secrets.token_urlsafe(16)
        with self._changed:
            self._tickets[ticket] = time.monotonic() + TICKET_LIFE
        return f"ws://{HOST}:{self._port}/link/?ticket={ticket}&app_id={APP}"

    def deliver(self, delivery: Delivery, _request_url: str = "", _secret: str = "") -> Answer:
        """Send a payload to one connection and wait for its acknowledgement as long as Slack does."""
        event = str(delivery.payload.get("event_id") or "")
        with self._changed:
            link = self._next(self._tried.setdefault(event, set()) if event else set())
        if link is None:
            return Answer(error="no_connection")
        answer = self.send(_envelope(delivery), link)
        if not answer.error:
            self._tried.pop(event, None)
        return answer

    def send(self, envelope: Json, link: Link | None = None) -> Answer:
        """Send an envelope as it is, say one that was sent before, over this connection or the next in turn."""
        with self._changed:
            link = link or self._next(set())
            self.envelopes.append(envelope)
        if link is None:
            return Answer(error="no_connection")
        started, identity = time.monotonic(), envelope.get("envelope_id")
        link.acks.pop(str(identity), None)
        try:
            link.send(envelope)
        except ConnectionClosed:
            return Answer(error="timeout")
        with self._changed:
            self._changed.wait_for(lambda: identity in link.acks or link.closed, self.patience)
            seconds = time.monotonic() - started
            if identity not in link.acks:
                return Answer(error="timeout", seconds=seconds)
            payload = link.acks.pop(str(identity))
        text = "" if payload is None else json.dumps(payload)
        return Answer(200, text, "application/json" if text else "", seconds=seconds)

    def wait(self, connections: int, timeout: float = 10.0) -> bool:
        """Wait until that many are open."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._links) == connections, timeout)

    def refresh(self, link: Link, notice: float = WARNING) -> None:
        """End a connection as Slack does every few hours: warn (unless `notice` is 0), wait, ask for another, close."""
        if notice:
            self._disconnect(link, "warning")
            self._ended.wait(notice)
        self._disconnect(link, "refresh_requested")
        link.socket.close()

    def disable(self) -> None:
        """Turn Socket Mode off in the app's settings."""
        self.enabled = False
        for link in self.links:
            self._disconnect(link, "link_disabled")
            link.socket.close()

    def close(self) -> None:
        """Close every connection and the port."""
        self._ended.set()
        for link in self.links:
            link.revive()
        self._server.shutdown()
        self._loop.join(timeout=5)

    def _next(self, tried: set[Link]) -> Link | None:
        """Choose whose turn it is, if possible one that has not been tried."""
        if not self._links:
            return None
        turns = [self._links[(self._turn + step) % len(self._links)] for step in range(len(self._links))]
        link = next((each for each in turns if each not in tried), turns[0])
        self._turn = self._links.index(link) + 1
        tried.add(link)
        return link

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        ticket = parse_qs(urlsplit(request.path).query).get("ticket", [""])[0]
        with self._changed:
            good = self._tickets.pop(ticket, 0.0) > time.monotonic()
        # Slack does not document how it refuses; its clients only look for anything but 101.
        return None if good else connection.respond(HTTPStatus.FORBIDDEN, "no such ticket\n")

    def _handle(self, connection: ServerConnection) -> None:
        link = Link(connection)
        try:
            if len(self.links) >= MOST_CONNECTIONS:
                self._disconnect(link, "too_many_websockets")
                return
            self._greet(link)
            while True:
                self._take(link, connection.recv())
        except ConnectionClosed:
            pass
        finally:
            with self._changed:
                link.closed = True
                if link in self._links:
                    self._links.remove(link)
                self._changed.notify_all()

    def _greet(self, link: Link) -> None:
        if not self.greets:
            return
        with self._changed:
            hello = {
                "type": "hello",
                "num_connections": len(self._links) + 1,
                "connection_info": {"app_id": APP},
                "debug_info": {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060},
            }
            link.send(hello)
            self._links.append(link)
            self._changed.notify_all()

    def _take(self, link: Link, raw: str | bytes) -> None:
        """Note an acknowledgement. It counts on the connection its envelope came by; what is none is ignored."""
        try:
            message = json.loads(raw)
        except ValueError:
            return
        if not isinstance(message, dict) or not isinstance(message.get("envelope_id"), str):
            return
        with self._changed:
            link.acks[message["envelope_id"]] = message.get("payload")
            self._changed.notify_all()

    def _disconnect(self, link: Link, reason: str) -> None:
        try:
            link.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}})
        except ConnectionClosed:
            return


def _envelope(delivery: Delivery) -> Json:
    envelope = {
        "envelope_id": str(uuid.uuid4()),
        "type": delivery.kind,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.kind != "events_api",
    }
    if delivery.kind == "events_api":
        envelope |= {"retry_attempt": delivery.retry_num, "retry_reason": delivery.retry_reason}
    return envelope
