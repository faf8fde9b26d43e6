"""Slack's Socket Mode, our end of the line: WebSockets that we open with an app-level token.

docs.slack.dev/apis/events-api/using-socket-mode. The SDK's own client is not used. Measured with slack_sdk 3.47: after
a connection that ended without a close frame it was deaf for 35 s, 31 of them at full load, and it can neither send
more than 65,535 bytes nor be sure that it sent all (`send`, not `sendall`).
"""

import json
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Condition, Thread
from time import monotonic
from typing import Any

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from bot import logs
from bot.wire.answers import required
from bot.wire.http import Session, loopback
from bot.wire.slack_api import VENDOR, Api

CONNECT_SECONDS = 10.0
HELLO_SECONDS = 10.0
"""Slack greets at once; a connection it does not greet on brings nothing."""

PING_SECONDS = 10.0
"""Between two pings, and for the answer to one: a line that died, say while a laptop slept, is noticed within 20."""

CLOSE_SECONDS = 1.0
"""Slack answers a goodbye, but does not hang up."""

LARGEST_MESSAGE = 10_000_000

Hear = Callable[["Link", Mapping[str, Any]], None]


class Connector:
    """Opens connections. The token is asked for with each, since it may be rotated. `base_url` ends in /api/."""

    def __init__(self, *, token: Callable[[], str], session: Session, base_url: str) -> None:
        self._api = Api(token=self._asked, base_url=base_url, session=session)
        self._session = session
        self._token = token
        self._used = ""

    @property
    def rotated(self) -> bool:
        """Whether the token is another one than at the last attempt."""
        return self._token() != self._used

    def address(self) -> str:
        """Return where to connect to, once, within half a minute. Raises VendorError."""
        # Not the SDK's method of that name: it sends the token as an argument, too.
        return required(VENDOR, self._api.api_call("apps.connections.open").get("url"))

    def open(self, hear: Hear, changed: Condition) -> "Link":
        """Begin to connect. Raises VendorError where Slack gives no address; what goes wrong later the link tells."""
        url = self.address()
        link = Link(url, self._trust(url), hear, changed)
        link.start()
        return link

    def _asked(self) -> str:
        self._used = self._token()
        return self._used

    def _trust(self, url: str) -> ssl.SSLContext | None:
        """Return whom to trust: the same as for every other call, a company's own CA among them."""
        if not url.startswith("wss:"):
            return None
        context = ssl.create_default_context()
        where = self._session.merge_environment_settings(url, {}, None, None, None)["verify"]
        if isinstance(where, str):
            folder = Path(where).is_dir()
            context.load_verify_locations(cafile=None if folder else where, capath=where if folder else None)
        return context


class Link(Thread):
    """One WebSocket, from its opening to its end. `hear` gets each envelope, in this thread: it must not take long.

    What others look at changes under `changed`, and they are notified: `connections` is how many of them Slack counts
    for the app, 0 until it has greeted; `told` is Slack's word for why it will hang up soon; `over` is the end, and
    `trouble` why, "" where somebody closed it.
    """

    def __init__(self, url: str, trust: ssl.SSLContext | None, hear: Hear, changed: Condition) -> None:
        super().__init__(name="Slack connection", daemon=True)
        self.connections, self.told, self.over, self.trouble = 0, "", False, ""
        self._url, self._trust, self._hear, self._changed = url, trust, hear, changed
        self._socket: ClientConnection | None = None
        self._end = float("inf")

    @property
    def live(self) -> bool:
        """Whether payloads may come by it."""
        return self.connections > 0 and not self.over

    def send(self, message: Mapping[str, Any]) -> bool:
        """Send JSON; False where the connection is closed."""
        if self._socket is None:
            return False
        try:
            self._socket.send(json.dumps(message))
        except ConnectionClosed:
            return False
        return True

    def end_in(self, seconds: float) -> None:
        """Close in a while, unless Slack does before."""
        self._end = min(self._end, monotonic() + seconds)

    def run(self) -> None:
        """Connect, be greeted, and listen."""
        trouble = ""
        try:
            with connect(
                self._url,
                ssl=self._trust,
                # Proxies are taken from the environment, as `Session` does it.
                proxy=None if loopback(self._url) else True,
                compression=None,
                open_timeout=CONNECT_SECONDS,
                ping_interval=PING_SECONDS,
                ping_timeout=PING_SECONDS,
                close_timeout=CLOSE_SECONDS,
                max_size=LARGEST_MESSAGE,
            ) as opened:
                _bound(opened.socket)
                self._socket = opened
                self._listen(opened)
        except ConnectionClosed:
            trouble = "the connection broke" if monotonic() < self._end else ""
        except _NotGreeted as error:
            trouble = str(error)
        except (OSError, WebSocketException, ImportError) as error:
            # Not its text: it may hold the address, which is a secret.
            trouble = f"no connection to Slack ({type(error).__name__})"
        except Exception:  # noqa: BLE001 - a bug ends this connection, not the service
            logs.get(__name__).exception("connection failed")
            trouble = "no connection to Slack; the log has the trace"
        finally:
            with self._changed:
                self.over, self.trouble = True, trouble
                self._changed.notify_all()

    def _listen(self, opened: ClientConnection) -> None:
        try:
            hello = _parsed(opened.recv(timeout=HELLO_SECONDS))
        except TimeoutError:
            raise _NotGreeted("Slack did not greet") from None
        if hello.get("type") != "hello":
            raise _NotGreeted(f"Slack refused the connection ({_word(hello.get('reason'))})")
        counted = hello.get("num_connections")
        with self._changed:
            self.connections = counted if isinstance(counted, int) and counted > 0 else 1
            self._changed.notify_all()
        while monotonic() < self._end:
            with suppress(TimeoutError):
                self._take(_parsed(opened.recv(timeout=min(0.5, max(0.01, self._end - monotonic())))))

    def _take(self, message: Mapping[str, Any]) -> None:
        match message.get("type"):
            case "disconnect":
                with self._changed:
                    self.told = _word(message.get("reason"))
                    self._changed.notify_all()
            case "hello":
                pass
            case _:
                self._hear(self, message)


class _NotGreeted(Exception):
    """A connection without a hello."""


def _bound(opened: socket.socket) -> None:
    """Give up sending over a line that takes nothing any more, where the system can."""
    if option := getattr(socket, "TCP_USER_TIMEOUT", None):
        with suppress(OSError):
            opened.setsockopt(socket.IPPROTO_TCP, option, int(2000 * PING_SECONDS))


def _parsed(raw: str | bytes) -> Mapping[str, Any]:
    """Return a JSON object, an empty one for whatever else it is."""
    try:
        message = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def _word(reason: object) -> str:
    """Return a reason as one word that may be logged."""
    word = str(reason)
    return word if word.isidentifier() and len(word) < 60 else "unknown"
