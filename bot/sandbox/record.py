"""What a vendor was asked and what it answered, byte for byte as it went over the wire."""

import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any, NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

ROOM = 32 * 1024 * 1024
"""Bytes of bodies a record keeps: some hundred full batches, so that a demo may run for days."""


class Call(NamedTuple):
    """A request a sandbox server got, and how it was answered.

    Header names are in lower case; credentials are not kept. An answer that was torn on purpose is shorter than
    its `content-length`. It `began` and `ended` at these seconds since the epoch: those whose client died meanwhile
    end, too.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer_headers: Mapping[str, str]
    answer: bytes
    began: float
    ended: float


class Record:
    """WSGI middleware that keeps the calls below some paths; the oldest go when their bodies fill the room."""

    def __init__(self, app: WSGIApplication, paths: tuple[str, ...], room: int = ROOM) -> None:
        self._app, self._paths, self._room = app, paths, room
        self._calls: deque[Call] = deque()
        self._held = 0
        self._lock = threading.Lock()

    def calls(self) -> list[Call]:
        """Answer what is kept, oldest first."""
        with self._lock:
            return list(self._calls)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on, and keep it with its answer."""
        path = str(environ.get("PATH_INFO", "/"))
        if not path.startswith(self._paths):
            return self._app(environ, start_response)
        began = time.time()
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(sent)
        status, told = "", dict[str, str]()

        def start(line: str, headers: list[tuple[str, str]], *rest: Any) -> Any:  # noqa: ANN401 - as WSGI has it
            nonlocal status, told
            status, told = line, {name.lower(): value for name, value in headers}
            return start_response(line, headers, *rest)

        parts = self._app(environ, start)
        try:
            answer = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        method, query = str(environ["REQUEST_METHOD"]), str(environ.get("QUERY_STRING", ""))
        kept = Call(method, path, query, _headers(environ), sent, int(status[:3]), told, answer, began, time.time())
        self._keep(kept)
        return [answer]

    def _keep(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)
            self._held += _size(call)
            while self._held > self._room:
                self._held -= _size(self._calls.popleft())


def record(app: Flask, *paths: str) -> Record:
    """Put a record around an app, faults included; it is in ``app.extensions["sandbox.record"]`` as well."""
    kept = Record(app.wsgi_app, paths or ("/",))
    app.wsgi_app = kept  # type: ignore[method-assign] # Flask's documented way to add middleware
    app.extensions["sandbox.record"] = kept
    return kept


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    """Return the request's headers, which WSGI spells HTTP_USER_AGENT, but for two that stand apart."""
    found = {name[5:]: value for name, value in environ.items() if name.startswith("HTTP_")}
    found |= {name: environ.get(name) for name in ("CONTENT_TYPE", "CONTENT_LENGTH")}
    named = {name.lower().replace("_", "-"): str(value) for name, value in found.items() if value}
    return {name: value for name, value in named.items() if name not in {"authorization", "cookie"}}


def _size(call: Call) -> int:
    return len(call.body) + len(call.answer)
