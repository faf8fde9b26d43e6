"""A server on 127.0.0.1 that misbehaves in ways no sandbox of a vendor has a reason to."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Request:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever was sent
        return json.loads(self.body)


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the server's script."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.page.requests.append(Request(self.command, self.path, headers, body))
        self.server.page.next()(self)

    do_GET = do_POST = do_PATCH = answer  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""


Behaviour = Callable[[Handler], None]


@dataclass
class Page:
    """What the server was told to do, and what it was asked. The last behaviour is for all that follow."""

    behaviours: list[Behaviour]
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def next(self) -> Behaviour:
        return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]


class _Server(ThreadingHTTPServer):
    page: Page

    def handle_error(self, *_: object) -> None:
        """Clients that hang up are what this is for."""


@contextmanager
def loopback(*behaviours: Behaviour) -> Iterator[Page]:
    """Serve the behaviours, one a request, until the block ends."""
    page = Page(list(behaviours))
    server = _Server(("127.0.0.1", 0), Handler)
    server.page = page
    page.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield page
    finally:
        page.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def says(status: int, body: object = "", **headers: str) -> Behaviour:
    """Answer with text, or with JSON where it is no text; `Retry_After="3"` is the header Retry-After: 3."""

    def behave(handler: Handler) -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return behave


def hangs(handler: Handler) -> None:
    """Take the request and never answer."""
    handler.server.page.closing.wait(20)
    handler.close_connection = True


def resets(handler: Handler) -> None:
    """Tear the connection down after the request was read."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.shutdown(socket.SHUT_RD)
    handler.close_connection = True
    handler.connection.close()


def truncates(handler: Handler) -> None:
    """Promise more bytes than come."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"ok": true')
    handler.close_connection = True


def trickles(handler: Handler) -> None:
    """Send a byte now and then, so that no time-out of a single read is ever reached."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    while not handler.server.page.closing.wait(0.1):
        handler.wfile.write(b" ")
        handler.wfile.flush()
    handler.close_connection = True
