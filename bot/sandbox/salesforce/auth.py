"""Salesforce's token endpoint: client credentials and JWT bearer; sessions that end.

The SOAP login with user name and password is not served: it is being retired.
"""

import hashlib
import secrets
import threading
import time
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass

import jwt
from flask import Flask, Response, jsonify, request

from bot.sandbox.crm.world import World

CLIENT_ID = "3MVG9sandbox.sfsync.Connected.App"
CLIENT_SECRET = "0BADC0FFEE0DDF00D0SANDBOX"  # noqa: S105 - opens nothing but the sandbox
USERNAME = "integration.sfsync@nordlicht.example"
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LOGIN_AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")


class Sessions:
    """The access tokens handed out. ``seconds`` is how long a new one lives."""

    def __init__(self, seconds: float = 7_200) -> None:
        self.seconds = seconds
        self.public_key: str | None = None
        """The certificate uploaded to the connected app, as PEM; without one JWT bearer is refused."""
        self.client_secret = CLIENT_SECRET
        """The connected app's secret, which an admin may rotate."""
        self._lock = threading.Lock()
        self._ends: dict[str, float] = {}

    def open(self, org_id: str) -> str:
        """Hand out a token; like Salesforce's it begins with the id of the org."""
        token = f"{org_id[:15]}!{secrets.token_urlsafe(60)}"
        with self._lock:
            self._ends[token] = time.monotonic() + self.seconds
        return token

    def valid(self, token: str) -> bool:
        """Tell whether a token opens a session that has not ended."""
        with self._lock:
            return self._ends.get(token, 0.0) > time.monotonic()

    def end_all(self) -> None:
        """End every session, as an admin does."""
        with self._lock:
            self._ends.clear()


@dataclass(frozen=True)
class _Denied(Exception):
    error: str
    description: str


def add_login(app: Flask, world: World, sessions: Sessions) -> None:
    """Add the token endpoint to an app."""

    @app.post("/services/oauth2/token")
    def token() -> tuple[Response, int]:
        """Hand out an access token."""
        form = {**request.form.to_dict(), **_basic(request.headers.get("Authorization", ""))}
        try:
            _check(form, sessions, request.host_url.rstrip("/"))
        except _Denied as denied:
            return jsonify({"error": denied.error, "error_description": denied.description}), 400
        base = request.host_url.rstrip("/")
        issued = str(int(time.time() * 1000))
        identity = f"{base}/id/{world.org.id}/{world.org.bot_user}"
        answer = {
            "access_token": sessions.open(world.org.id),
            "signature": hashlib.sha256((identity + issued).encode()).hexdigest(),
            "scope": "api",
            "instance_url": base,
            "id": identity,
            "token_type": "Bearer",
            "issued_at": issued,
        }
        return jsonify(answer), 200


def _basic(header: str) -> dict[str, str]:
    """Read client id and secret from HTTP Basic authentication, the other way to send them."""
    scheme, _, encoded = header.partition(" ")
    if scheme != "Basic":
        return {}
    try:
        name, _, password = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": name, "client_secret": password}


def _check(form: Mapping[str, str], sessions: Sessions, base: str) -> None:
    grant = form.get("grant_type")
    if grant == "client_credentials":
        if form.get("client_id") != CLIENT_ID:
            raise _Denied("invalid_client_id", "client identifier invalid")
        if form.get("client_secret") != sessions.client_secret:
            raise _Denied("invalid_client", "invalid client credentials")
    elif grant == JWT_GRANT:
        _check_assertion(form.get("assertion", ""), sessions.public_key, base)
    else:
        raise _Denied("unsupported_grant_type", "grant type not supported")


def _check_assertion(assertion: str, public_key: str | None, base: str) -> None:
    if public_key is None:
        raise _Denied("invalid_grant", "no certificate is uploaded for this app")
    try:
        claims = jwt.decode(assertion, public_key, algorithms=["RS256"], audience=[*LOGIN_AUDIENCES, base], leeway=30)
    except jwt.InvalidAudienceError:
        raise _Denied("invalid_grant", "audience is invalid") from None
    except jwt.ExpiredSignatureError:
        raise _Denied("invalid_grant", "expired authorization code") from None
    except jwt.InvalidTokenError:
        raise _Denied("invalid_grant", "invalid assertion") from None
    if claims.get("iss") != CLIENT_ID:
        raise _Denied("invalid_client_id", "client identifier invalid")
    if claims.get("sub") != USERNAME:
        raise _Denied("invalid_grant", "user hasn't approved this consumer")
