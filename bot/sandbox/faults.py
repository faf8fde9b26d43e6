"""Switchable trouble, as WSGI middleware around any of the three vendors.

A fault matches requests by path prefix and method, lasts for the next ``times`` matches or until it is
removed, and answers in the words of the vendor it stands in for. Control paths (``/sandbox/``) are spared.
"""

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Literal
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from bot.sandbox.record import record

Kind = Literal["slow", "rate_limit", "server_error", "expired_session", "drop"]
Vendor = Literal["slack", "salesforce", "hubspot"]


@dataclass(frozen=True)
class Fault:
    """One kind of trouble and the requests it befalls.

    ``times`` of None lasts until the fault is removed. ``seconds`` is the delay of ``slow``; ``status`` the
    answer of ``server_error``; ``retry_after`` the header sent with either of them, absent when None.
    Salesforce answers ``rate_limit`` with its 403; a plain 429 is a ``server_error`` with that status.
    """

    kind: Kind
    path: str = "/"
    method: str | None = None
    times: int | None = None
    seconds: float = 1.0
    status: int = 503
    retry_after: int | None = None
    id: int = 0


class Faults:
    """The faults that are switched on; one object may serve several vendors."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._active: dict[int, Fault] = {}

    def add(self, fault: Fault) -> int:
        """Switch a fault on and answer its number."""
        with self._lock:
            number = next(self._ids)
            self._active[number] = replace(fault, id=number)
        return number

    def remove(self, number: int) -> None:
        """Switch one fault off; one that is already gone is no error."""
        with self._lock:
            self._active.pop(number, None)

    def clear(self) -> None:
        """Switch all faults off."""
        with self._lock:
            self._active.clear()

    def active(self) -> list[Fault]:
        """Answer the faults still switched on, with the times they have left."""
        with self._lock:
            return list(self._active.values())

    def take(self, method: str, path: str) -> Fault | None:
        """Answer the first fault that befalls a request, and use it up by one."""
        with self._lock:
            for number, fault in self._active.items():
                if path.startswith(fault.path) and fault.method in {None, method}:
                    if fault.times is not None:
                        left = replace(fault, times=fault.times - 1)
                        self._active[number] = left
                        if not left.times:
                            del self._active[number]
                    return fault
        return None

    def middleware(self, app: WSGIApplication, vendor: Vendor) -> WSGIApplication:
        """Wrap a vendor's application."""

        def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            path = str(environ.get("PATH_INFO", "/"))
            spared = path.startswith("/sandbox/")
            fault = None if spared else self.take(str(environ["REQUEST_METHOD"]), path)
            if fault is None:
                return app(environ, start_response)
            if fault.kind == "slow":
                time.sleep(fault.seconds)
                return app(environ, start_response)
            if fault.kind == "drop":
                return _torn(app(environ, start_response))
            status, headers, body = _ANSWERS[fault.kind](vendor, fault)
            # A request body left unread would be taken for the next request on the connection.
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            sent = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers]
            start_response(status, sent)
            return [body]

        return wrapped


def _torn(answer: Iterable[bytes]) -> Iterable[bytes]:
    """Send the first half of an answer whose length was promised in full: the server hangs up after it.

    The request itself has been carried out, as so often when a connection breaks. An answer without a body
    cannot be torn and passes.
    """
    body = b"".join(answer)
    close = getattr(answer, "close", None)
    if close is not None:
        close()
    return [body[: len(body) // 2]]


Answer = tuple[str, list[tuple[str, str]], bytes]


def _rate_limit(vendor: Vendor, fault: Fault) -> Answer:
    bodies: Mapping[str, Any] = {
        "slack": {"ok": False, "error": "ratelimited"},
        "hubspot": {
            "status": "error",
            "message": "You have reached your ten_secondly_rolling limit.",
            "errorType": "RATE_LIMIT",
            "category": "RATE_LIMITS",
            "correlationId": "00000000-0000-4000-8000-000000000429",
            "policyName": "TEN_SECONDLY_ROLLING",
        },
        "salesforce": [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}],
    }
    # Salesforce knows no 429 here: its limit is a 403, without Retry-After.
    if vendor == "salesforce":
        return "403 Forbidden", [("Sforce-Limit-Info", "api-usage=100000/100000")], _json(bodies[vendor])
    return "429 Too Many Requests", _retry_after(fault), _json(bodies[vendor])


def _retry_after(fault: Fault) -> list[tuple[str, str]]:
    return [] if fault.retry_after is None else [("Retry-After", str(fault.retry_after))]


def _server_error(vendor: Vendor, fault: Fault) -> Answer:
    bodies: Mapping[str, bytes] = {
        "slack": b"upstream connect error or disconnect/reset before headers",
        "hubspot": _json(
            {
                "status": "error",
                "message": "internal error",
                "category": "INTERNAL_ERROR",
                "correlationId": "00000000-0000-4000-8000-000000000500",
            }
        ),
        "salesforce": _json([{"errorCode": "SERVER_UNAVAILABLE", "message": "Server is unavailable"}]),
    }
    return f"{fault.status} {HTTPStatus(fault.status).phrase}", _retry_after(fault), bodies[vendor]


def _expired_session(vendor: Vendor, _: Fault) -> Answer:
    if vendor == "slack":
        return "200 OK", [], _json({"ok": False, "error": "token_expired"})
    if vendor == "salesforce":
        body = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
        return "401 Unauthorized", [], _json(body)
    error = {
        "status": "error",
        "message": "The OAuth token used to make this call expired 60 second(s) ago.",
        "category": "EXPIRED_AUTHENTICATION",
        "correlationId": "00000000-0000-4000-8000-000000000401",
    }
    return "401 Unauthorized", [], _json(error)


def _json(body: object) -> bytes:
    return json.dumps(body).encode()


_ANSWERS: dict[str, Callable[[Vendor, Fault], Answer]] = {
    "rate_limit": _rate_limit,
    "server_error": _server_error,
    "expired_session": _expired_session,
}


def equip(app: Flask, faults: Faults, vendor: Vendor) -> None:
    """Put the faults around an app, and around both the record of its calls."""
    app.wsgi_app = faults.middleware(app.wsgi_app, vendor)  # type: ignore[method-assign,assignment] # as Flask has it
    record(app)
