"""HTTP in: Slack's requests, pushed errors, and what an operator's tools ask."""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, Counter, generate_latest
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk.signature import SignatureVerifier

from bot import logs
from bot.clock import Clock
from bot.errors import PersonError, StorageUnavailable
from bot.model.sync import Rejection, ReportedError
from bot.sources import push
from bot.storage import SHORT_PATIENCE, Storage
from bot.usecases import ingest

LARGEST_BODY = 10_000_000
"""Bytes a request may have; 10,000 errors fit."""


@dataclass(frozen=True, slots=True)
class Doors:
    """What the doors lead to. `ready` answers each part's state, "ok" or what is wrong."""

    storage: Storage
    clock: Clock
    bolt: App
    signing_secret: str = field(repr=False)
    api_token: str = field(repr=False)
    ready: Callable[[], Mapping[str, str]]
    registry: CollectorRegistry


def create(doors: Doors) -> Flask:
    """Return the WSGI application."""
    web = Flask("sfsync", static_folder=None)
    web.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    requests = Counter("sfsync_requests", "Requests by door and status", ["door", "status"], registry=doors.registry)
    _slack_door(web, doors)
    _push_door(web, doors)
    _operators_doors(web, doors)

    @web.errorhandler(413)
    def too_large(_error: Exception) -> Response:
        return _json({"error": f"the body is larger than {LARGEST_BODY:,} bytes; send it in parts"}, 413)

    @web.after_request
    def count(response: Response) -> Response:
        door = request.url_rule.rule if request.url_rule else "unknown"
        requests.labels(door, response.status_code).inc()
        return response

    return web


def _slack_door(web: Flask, doors: Doors) -> None:
    log = logs.get(__name__)
    verifier = SignatureVerifier(doors.signing_secret)
    slack = SlackRequestHandler(doors.bolt)

    @web.post("/slack/events")
    def slack_events() -> Response:
        body = request.get_data()
        if not _signed(verifier, body):
            log.warning("refused: signature or timestamp")
            return _plain("the signature or its timestamp is wrong or too old", 401)
        if not _readable(body, request.content_type or ""):
            log.warning("refused: undecodable payload")
            return _plain("the payload cannot be read", 400)
        return slack.handle(request)


def _push_door(web: Flask, doors: Doors) -> None:
    log = logs.get(__name__)

    @web.post("/api/v1/errors")
    def errors() -> Response:
        if not doors.api_token:
            return _json({"error": "push is off: set SFSYNC_API_TOKEN"}, 404)
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {doors.api_token}".encode()):
            return _json({"error": "the bearer token is missing or wrong"}, 401)
        try:
            return _push(doors, request.get_data(), request.headers.get("Idempotency-Key", ""))
        except StorageUnavailable as error:
            log.warning("push refused", error=str(error))
            busy = _json({"error": "the database is busy or out of reach; send it again"}, 503)
            busy.headers["Retry-After"] = "5"
            return busy


def _operators_doors(web: Flask, doors: Doors) -> None:
    @web.get("/healthz")
    def healthz() -> Response:
        return _plain("ok", 200)

    @web.get("/readyz")
    def readyz() -> Response:
        parts = dict(doors.ready())
        return _json(parts, 200 if set(parts.values()) == {"ok"} else 503)

    @web.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(doors.registry), content_type="text/plain; version=0.0.4; charset=utf-8")


def _signed(verifier: SignatureVerifier, body: bytes) -> bool:
    try:
        # Slack's verifier compares in constant time and refuses what is older than five minutes.
        return verifier.is_valid_request(body, dict(request.headers))
    except (ValueError, TypeError):
        # A timestamp that is no number, a body that is no text, a signature beyond ASCII.
        return False


def _readable(body: bytes, content_type: str) -> bool:
    """Tell whether Bolt will be able to parse it; it answers 500 and prints a trace where it is not."""
    try:
        text = body.decode()
        if content_type.startswith("application/json"):
            return _shaped(json.loads(text))
        form = parse_qs(text, keep_blank_values=True, strict_parsing=bool(text))
        return all(_shaped(json.loads(payload)) for payload in form.get("payload", []))
    except (ValueError, RecursionError):
        return False


def _shaped(payload: object) -> bool:
    """Tell whether a payload has the parts by which Bolt looks for a listener."""
    match payload:
        case {"type": "block_actions", "actions": [{"action_id": str()}, *_], "user": {}}:
            return True
        case {"type": "view_submission" | "view_closed", "view": {}}:
            return True
        case {"type": "event_callback", "event": {"type": str()}}:
            return True
        case {"type": "block_actions" | "view_submission" | "view_closed" | "event_callback"}:
            return False
    return isinstance(payload, dict)


def _push(doors: Doors, body: bytes, key: str) -> Response:
    try:
        rows = list(push.read(body))
    except PersonError as error:
        return _json({"error": str(error)}, 400)
    accepted = [row for row in rows if isinstance(row, ReportedError)]
    rejected = [{"index": row.place, "reason": row.reason} for row in rows if isinstance(row, Rejection)]
    # Understood before the transaction: it takes longest, and nobody else can write meanwhile.
    understood = [ingest.understand(row) for row in accepted]
    now, claim = doors.clock.now(), f"push:{sha256(key.encode()).hexdigest()}"
    with doors.storage.write(SHORT_PATIENCE) as tx:
        if key and not tx.people.claim(claim, now):
            before = json.loads(tx.people.answer_of(claim))
            if before["body"] != sha256(body).hexdigest():
                return _json({"error": "this Idempotency-Key was used for another body"}, 422)
            return _json(before["answer"], 200)
        recorded = ingest.push(tx, now, understood) if understood else None
        answer = {
            "accepted": len(accepted),
            "new": len(recorded.new) if recorded else 0,
            "updated": len(recorded.known) if recorded else 0,
            "rejected": rejected,
        }
        if key:
            kept = {"body": sha256(body).hexdigest(), "answer": answer}
            tx.people.remember_answer(claim, json.dumps(kept))
    return _json(answer, 200)


def _json(document: Mapping[str, Any], status: int) -> Response:
    return Response(json.dumps(document), status=status, content_type="application/json")


def _plain(text: str, status: int) -> Response:
    return Response(text + "\n", status=status, content_type="text/plain; charset=utf-8")
