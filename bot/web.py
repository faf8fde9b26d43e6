"""HTTP in: Slack's requests (`bot.slack_door`), pushed errors, and what an operator's tools ask."""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import Flask, Response, request
from prometheus_client import generate_latest
from slack_bolt import App

from bot import logs, slack_door, trace
from bot.clock import Clock
from bot.errors import PersonError, StorageUnavailable
from bot.metrics import Metrics
from bot.model.sync import Rejection, ReportedError, Source
from bot.slack_door import SlackDoor
from bot.sources import push
from bot.storage import SHORT_PATIENCE, Storage
from bot.usecases import ingest

LARGEST_BODY = 10_000_000
"""Bytes a request may have; 10,000 errors fit."""


@dataclass(frozen=True, slots=True)
class Doors:
    """What the doors lead to.

    `ready` answers each part's state, "ok" or what is wrong; `hearing` how we hear from Slack. There is no
    `signing_secret` in Socket Mode, and Slack's door is closed.
    """

    storage: Storage
    clock: Clock
    bolt: App
    signing_secret: Callable[[], str] | None
    api_token: Callable[[], str]
    ready: Callable[[], Mapping[str, str]]
    hearing: Callable[[], Mapping[str, Any]]
    metrics: Metrics


def create(doors: Doors) -> Flask:
    """Return the WSGI application."""
    web = Flask("sfsync", static_folder=None)
    web.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    # What is not posted there is refused; what is never gets here.
    web.add_url_rule(slack_door.PATH, "slack", methods=["POST"])
    # mypy takes this for a method.
    web.wsgi_app = SlackDoor(web.wsgi_app, doors.bolt, doors.signing_secret, doors.metrics.http_request)  # type: ignore[method-assign]
    _push_door(web, doors)
    _operators_doors(web, doors)

    @web.errorhandler(413)
    def too_large(_error: Exception) -> Response:
        return _json({"error": f"the body is larger than {LARGEST_BODY:,} bytes; send it in parts"}, 413)

    @web.after_request
    def count(response: Response) -> Response:
        doors.metrics.http_request(request.url_rule.rule if request.url_rule else "unknown", response.status_code)
        return response

    return web


def _push_door(web: Flask, doors: Doors) -> None:
    log = logs.get(__name__)

    @web.post("/api/v1/errors")
    def errors() -> Response:
        body = request.get_data()
        with trace.serving("push", "errors", doors.metrics.request) as served:
            answer = answered(body)
            if answer.status_code >= 400:
                served.outcome = "failed" if answer.status_code >= 500 else "mistake"
            answer.headers["X-Request-Id"] = served.id
            return answer

    def answered(body: bytes) -> Response:
        if not (token := doors.api_token()):
            return _json({"error": "push is off: set SFSYNC_API_TOKEN"}, 404)
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return _json({"error": "the bearer token is missing or wrong"}, 401)
        try:
            return _push(doors, body, request.headers.get("Idempotency-Key", ""))
        except StorageUnavailable as error:
            log.warning("push refused", error=str(error))
            busy = _json({"error": "the database is busy or out of reach; send it again"}, 503)
            busy.headers["Retry-After"] = "5"
            return busy
        except Exception:
            # Whatever it is, the program gets an answer it can read.
            log.exception("push failed")
            return _json({"error": f"something went wrong inside sfsync: error {trace.current()}"}, 500)


def _operators_doors(web: Flask, doors: Doors) -> None:
    @web.get("/healthz")
    def healthz() -> Response:
        return _plain("ok", 200)

    @web.get("/readyz")
    def readyz() -> Response:
        parts = doors.ready()
        document = {**parts, "slack_connection": doors.hearing()}
        return _json(document, 200 if set(parts.values()) == {"ok"} else 503)

    @web.get("/metrics")
    def metrics() -> Response:
        return Response(
            generate_latest(doors.metrics.registry), content_type="text/plain; version=0.0.4; charset=utf-8"
        )


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
        recorded = ingest.arrive(tx, now, understood, Source.PUSH, "push") if understood else None
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
