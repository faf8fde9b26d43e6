"""How a request of Slack's reaches the bot: the only place that knows.

A `Delivery` is what Slack wants to say, an `Answer` what came of it. `over_http` signs and posts it to the
request URL; another transport (Socket Mode) takes the same two and replaces this one function.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

import requests

Json = dict[str, Any]

# Slack waits three seconds for an acknowledgement of whatever it sends.
PATIENCE = 3.0


@dataclass(frozen=True)
class Delivery:
    """A payload for the bot. A test may set `timestamp` or `signature` to a wrong one."""

    kind: Literal["slash_commands", "interactive", "events_api"]
    payload: Json
    retry_num: int = 0
    retry_reason: str = ""
    timestamp: str | None = None
    signature: str | None = None


@dataclass(frozen=True)
class Answer:
    """What the bot answered; `error` is Slack's word for why that is no acknowledgement."""

    status: int = 0
    text: str = ""
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    error: str | None = None
    seconds: float = 0.0

    @property
    def body(self) -> Any:  # noqa: ANN401 - whatever JSON the bot sent
        """The JSON document of the answer, or None where it is something else."""
        if not self.content_type.startswith("application/json"):
            return None
        try:
            return json.loads(self.text)
        except ValueError:
            return None


Transport = Callable[[Delivery, str, str], Answer]


def encode(delivery: Delivery) -> tuple[bytes, str]:
    """Return the body and its content type: commands are forms, interactions a form around JSON."""
    match delivery.kind:
        case "events_api":
            return json.dumps(delivery.payload).encode(), "application/json"
        case "interactive":
            form = {"payload": json.dumps(delivery.payload)}
        case "slash_commands":
            form = delivery.payload
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the v0 signature of a body."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


def over_http(delivery: Delivery, request_url: str, secret: str) -> Answer:
    """Post a delivery to the bot and wait as long as Slack does."""
    body, content_type = encode(delivery)
    timestamp = delivery.timestamp or str(int(time.time()))
    headers = {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": delivery.signature or sign(secret, timestamp, body),
    }
    if delivery.retry_num:
        headers["X-Slack-Retry-Num"] = str(delivery.retry_num)
        headers["X-Slack-Retry-Reason"] = delivery.retry_reason
    started = time.monotonic()
    try:
        # One session a request: nothing of one delivery (a cookie, a half-read body) reaches the next.
        with requests.Session() as session:
            session.trust_env = False
            response = session.post(request_url, data=body, headers=headers, timeout=PATIENCE, allow_redirects=False)
    except requests.Timeout:
        return Answer(error="http_timeout", seconds=time.monotonic() - started)
    except requests.RequestException:
        return Answer(error="connection_failed", seconds=time.monotonic() - started)
    seconds = time.monotonic() - started
    error = None if 200 <= response.status_code < 300 else "http_error"
    if seconds > PATIENCE:
        error = "http_timeout"
    return Answer(
        response.status_code,
        response.text,
        response.headers.get("Content-Type", ""),
        dict(response.headers),
        error,
        seconds,
    )
