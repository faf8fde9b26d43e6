"""How every vendor is called: bounded in time, sent once, observed.

A call goes through a `Session` (built by `session`) inside `calling`. What goes wrong on the way becomes
Unavailable, with a code of ours: `timeout`, `connection`, or `broken_answer`. What the vendor answers is
read by `bot.wire.answers`.
"""

import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from ipaddress import ip_address
from threading import Timer
from time import monotonic
from typing import IO, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.util import Timeout

from bot import __version__
from bot.errors import Unavailable

CONNECT_SECONDS = 3.0
READ_SECONDS = 7.0
TOTAL_SECONDS = 7.5
"""From the start of a call, or of a group of calls, to its last byte; ports promise below 8 seconds."""

Observe = Callable[[str, str, str, float], None]
"""Told about each call: vendor, operation, "ok" or the error's class name, seconds."""


def ignore(_vendor: str, _operation: str, _outcome: str, _seconds: float) -> None:
    """Observe nothing."""


def session(observe: Observe = ignore) -> "Session":
    """Return a session with our rules. Each vendor gets its own, so that cookies and hooks stay apart."""
    return Session(observe)


class Session(requests.Session):
    """A `requests.Session` that no call can hang in, and that sends a request once or not at all.

    There are no retries in the transport, since the job that calls is the one owner of retries
    (`bot.ports`), and no redirects: an API has none, and following one turns a POST into a GET.
    Proxies and CA bundles are taken from the environment as requests does it, except that the
    loopback interface is never reached through a proxy.
    """

    def __init__(self, observe: Observe) -> None:
        super().__init__()
        self.observe = observe
        self.headers["User-Agent"] = f"sfsync/{__version__}"
        self.auth = _NoNetrc()
        self.mount("https://", _Transport())
        self.mount("http://", _Transport())

    def reroute(self, origin: str, base: str) -> None:
        """Send what is addressed to `origin` (https://acme.my.salesforce.com) to `base` (http://127.0.0.1:8123)."""
        self.mount(f"{origin}/", _Transport(origin, base.rstrip("/")))

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - requests' signature
        """Answer requests that there is nothing to follow."""
        return None


class Bearer(AuthBase):
    """`Authorization: Bearer …`, out of reach of ~/.netrc, which would replace a plain header.

    The token is asked for with each request, since it may be rotated.
    """

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header."""
        request.headers["Authorization"] = f"Bearer {self._token()}"
        return request


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give all calls of this block together at most `seconds`; of nested limits the tightest holds."""
    token = _deadline.set(min(_deadline.get(), monotonic() + seconds))
    try:
        yield
    finally:
        _deadline.reset(token)


def seconds_left() -> float:
    """Return what is left of the surrounding `within`, `TOTAL_SECONDS` outside of one; never below 0."""
    deadline = _deadline.get()
    return TOTAL_SECONDS if math.isinf(deadline) else max(0.0, deadline - monotonic())


@contextmanager
def calling(session: Session, vendor: str, operation: str, seconds: float = TOTAL_SECONDS) -> Iterator[None]:
    """Make one call in this block: limit it, observe it, and raise Unavailable for what requests raises.

    The original is left out (`from None`) since its text, and a logged traceback of it, hold addresses
    and with them record data.
    """
    started, outcome = monotonic(), "ok"
    try:
        with within(seconds):
            yield
    except requests.RequestException as error:
        outcome = Unavailable.__name__
        raise Unavailable(vendor, _reason(error)) from None
    except Exception as error:
        outcome = type(error).__name__
        raise
    finally:
        session.observe(vendor, operation, outcome, monotonic() - started)


class Upload:
    """A file as the body of a request: read from disk as it is sent, and no longer than the request may take."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._size = file.seek(0, os.SEEK_END)
        file.seek(0)

    def __len__(self) -> int:
        """Return its bytes: requests announces them."""
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        """Look like a stream to requests, which then reads it."""
        return iter(lambda: self.read(_BLOCK), b"")

    def read(self, size: int = -1) -> bytes:
        """Read on. Raises requests.Timeout past the deadline: a server that takes its time never times out itself."""
        if not seconds_left():
            raise requests.Timeout
        return self._file.read(size)


_BLOCK = 64 * 1024

_CONNECTIONS = 32
"""Connections kept to one host: more than we have threads that call it at once."""

_deadline: ContextVar[float] = ContextVar("deadline", default=math.inf)


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "timeout"
    broken = (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError, ValueError)
    return "broken_answer" if isinstance(error, broken) else "connection"


class _NoNetrc(AuthBase):
    """Leaves a request as it is; requests looks into ~/.netrc only where a session has no `auth` at all."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class _Transport(HTTPAdapter):
    """Bounds each request, whatever time-out its caller gave, and moves it to another base where told to.

    It is the only place all of simple-salesforce's requests pass: some of its methods take no `timeout`,
    and https:// is hard-coded in it.
    """

    def __init__(self, origin: str = "", base: str = "") -> None:
        super().__init__(pool_maxsize=_CONNECTIONS)
        self._origin, self._base = origin, base

    def send(  # type: ignore[override]  # a session passes all of them by name
        self,
        request: requests.PreparedRequest,
        **options: Any,  # noqa: ANN401 - requests' own, passed on
    ) -> requests.Response:
        url = request.url or ""
        if self._base:
            url = request.url = self._base + url[len(self._origin) :]
        if loopback(url):
            options["proxies"] = {}
        left = seconds_left()
        if not left:
            raise requests.Timeout(request=request)
        deadline = monotonic() + left
        options |= {"timeout": Timeout(left, CONNECT_SECONDS, max(READ_SECONDS, left / 2)), "stream": True}
        response = super().send(request, **options)
        _read(response, deadline - monotonic())
        return response


def _read(response: requests.Response, seconds: float) -> None:
    """Read the body into `response.content` within `seconds`.

    A socket's time-out starts anew with each byte, so that a trickle would last for ever: at the deadline
    the connection is shut down, which ends the read.
    """
    late = False

    def give_up() -> None:
        nonlocal late
        late = True
        with suppress(Exception):  # it has just been read to its end
            response.raw.shutdown()

    watchdog = Timer(max(0.0, seconds), give_up)
    watchdog.daemon = True
    watchdog.start()
    try:
        response.content  # noqa: B018 - reading is the point
    except Exception:
        if not late:
            raise
    finally:
        watchdog.cancel()
    if late:
        raise requests.Timeout(response=response)


def loopback(url: str) -> bool:
    """Tell whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
