"""HubSpot's API, date-based version, as far as the bot uses it: strict where HubSpot is.

Beside it stand control paths under ``/sandbox``, which no vendor has: the export file a person would
download, one run of the sync, repairs, and faults.
"""

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from bot.sandbox.control import add_controls
from bot.sandbox.crm.world import World
from bot.sandbox.faults import Faults, equip
from bot.sandbox.hubspot.lists import add_lists
from bot.sandbox.hubspot.objects import add_objects
from bot.sandbox.hubspot.settings import add_settings
from bot.sandbox.hubspot.wire import Refused

ACCESS_TOKEN = "pat-eu1-5af5c0de-0000-4000-8000-000000000001"  # noqa: S105 - opens nothing but the sandbox
"""The token the sandbox accepts at first; those it accepts are in ``app.extensions["sandbox.keys"]``."""


def create_hubspot(world: World, faults: Faults) -> Flask:
    """Build the HubSpot server over a world. Its rate limits are those of ``world.portal``."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined] # Flask types the interface, not its default
    add_objects(app, world)
    add_settings(app, world)
    add_lists(app, world)
    add_controls(app, world, faults)
    _guard(app, world)
    _explain(app)
    equip(app, faults, "hubspot")
    return app


def _guard(app: Flask, world: World) -> None:
    """Check the token, then the rate limits; count what is allowed through."""
    limiter, searches = Window(10), Window(1)
    keys = app.extensions["sandbox.keys"] = {ACCESS_TOKEN}
    app.extensions["sandbox.usage"] = limiter

    @app.before_request
    def check() -> None:
        if request.path.startswith("/sandbox/"):
            return
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or key not in keys:
            raise Refused(
                401,
                "INVALID_AUTHENTICATION",
                "Authentication credentials not found. This API supports OAuth 2.0 authentication and you "
                "can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
            )
        if request.path.endswith("/search") and not searches.enter(world.portal.searches_per_second):
            raise _too_many("secondly", "SECONDLY")
        if not limiter.enter(world.portal.ten_second_limit):
            raise _too_many("ten_secondly_rolling", "TEN_SECONDLY_ROLLING")

    @app.after_request
    def stamp(response: Response) -> Response:
        # Search has its own limit and tells nothing of this one.
        if not request.path.startswith("/sandbox/") and not request.path.endswith("/search"):
            limit, daily = world.portal.ten_second_limit, world.portal.daily_limit
            response.headers["X-HubSpot-RateLimit-Max"] = str(limit)
            response.headers["X-HubSpot-RateLimit-Remaining"] = str(max(0, limit - limiter.held()))
            response.headers["X-HubSpot-RateLimit-Interval-Milliseconds"] = "10000"
            response.headers["X-HubSpot-RateLimit-Daily"] = str(daily)
            response.headers["X-HubSpot-RateLimit-Daily-Remaining"] = str(max(0, daily - limiter.total))
        return response


def _too_many(name: str, policy: str) -> Refused:
    text = f"You have reached your {name} limit."
    return Refused(429, "RATE_LIMITS", text, errorType="RATE_LIMIT", policyName=policy)


class Window:
    """Counts what happened within the last seconds."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._moments: deque[float] = deque()
        self._lock = threading.RLock()
        self.total = 0

    def held(self) -> int:
        """Answer how many entries the window holds now."""
        with self._lock:
            while self._moments and self._moments[0] <= self._clock() - self._seconds:
                self._moments.popleft()
            return len(self._moments)

    def enter(self, limit: int) -> bool:
        """Count one more if the limit allows it; tell whether it does."""
        with self._lock:
            if self.held() >= limit:
                return False
            self._moments.append(self._clock())
            self.total += 1
            return True


def _explain(app: Flask) -> None:
    """Turn every refusal into HubSpot's error body."""

    @app.errorhandler(Refused)
    def refused(problem: Refused) -> tuple[Response, int]:
        return _body(problem.status, problem.category, str(problem), problem.more)

    @app.errorhandler(HTTPException)
    def misdirected(problem: HTTPException) -> tuple[Response, int]:
        texts = {
            404: ("OBJECT_NOT_FOUND", "The requested resource could not be found."),
            405: ("METHOD_NOT_ALLOWED", "HTTP 405 Method Not Allowed"),
            415: ("VALIDATION_ERROR", "HTTP 415 Unsupported Media Type"),
            400: ("VALIDATION_ERROR", "Invalid input JSON on line 1, column 1: the body is no valid JSON."),
        }
        status = problem.code or 500
        category, text = texts.get(status, ("INTERNAL_ERROR", "internal error"))
        return _body(status, category, text, {})


def _body(status: int, category: str, message: str, more: Mapping[str, Any]) -> tuple[Response, int]:
    body = {"status": "error", "message": message, "correlationId": str(uuid.uuid4()), "category": category}
    return jsonify({**body, **more}), status
