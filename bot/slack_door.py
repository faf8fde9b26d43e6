"""Slack in, over HTTP: signature, size and shape are checked here, and Bolt finds the listener.

This stands in front of Flask, not in it: contexts, routes and responses of which a command needs nothing take
as long as all that is ours.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from slack_bolt import App, BoltRequest
from slack_sdk.signature import SignatureVerifier

from bot import logs
from bot.wire.slack_shapes import shaped

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/slack/events"

LARGEST = 10_000_000
"""Bytes; a request about a modal has up to a million."""

PLAIN = "text/plain; charset=utf-8"

Answer = tuple[int, str, str]
"""Status, body and content type."""


class SlackDoor:
    """A WSGI application that answers what is posted to `PATH`, and leaves all else to `others`.

    `secret` is None where Slack is heard over Socket Mode; `count` is told path and status of each answer.
    """

    def __init__(
        self,
        others: "WSGIApplication",
        bolt: App,
        secret: Callable[[], str] | None,
        count: Callable[[str, int], None],
    ) -> None:
        self._others, self._bolt, self._secret, self._count = others, bolt, secret, count
        self._log = logs.get(__name__)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return self._others(environ, start_response)
        status, text, content_type = self._answer(environ)
        self._count(PATH, status)
        body = text.encode()
        headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    def _answer(self, environ: "WSGIEnvironment") -> Answer:
        if self._secret is None:
            return 404, "Slack is heard over Socket Mode (SLACK_APP_TOKEN), not here\n", PLAIN
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > LARGEST:
            return 413, "no request of Slack's is that large\n", PLAIN
        body = environ["wsgi.input"].read(length)
        if not _signed(self._secret(), body, environ):
            self._log.warning("refused: signature or timestamp")
            return 401, "the signature or its timestamp is wrong or too old\n", PLAIN
        payload = _payload(body, environ.get("CONTENT_TYPE", ""))
        if payload is None:
            self._log.warning("refused: undecodable payload")
            return 400, "the payload cannot be read\n", PLAIN
        # Bolt gets what it gets in Socket Mode: read once, the signature checked.
        answer = self._bolt.dispatch(BoltRequest(mode="socket_mode", body=payload))
        return answer.status, answer.body, answer.first_headers()["content-type"]


def _signed(secret: str, body: bytes, headers: Mapping[str, Any]) -> bool:
    timestamp, signature = headers.get("HTTP_X_SLACK_REQUEST_TIMESTAMP"), headers.get("HTTP_X_SLACK_SIGNATURE")
    try:
        # Slack's verifier compares in constant time and refuses what is older than five minutes.
        return SignatureVerifier(secret).is_valid(body, timestamp, signature)
    except (ValueError, TypeError):
        # A timestamp that is no number, a body that is no text, a signature beyond ASCII.
        return False


def _payload(body: bytes, content_type: str) -> dict[str, Any] | None:
    """Return what Slack says, None where Bolt would answer 500 and print a trace: JSON, a form, or JSON in a form."""
    try:
        text = body.decode()
        if content_type.startswith("application/json"):
            payload = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)))
            payload = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError):
        return None
    return payload if shaped(payload) else None
