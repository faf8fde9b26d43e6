"""Salesforce's REST API as far as the bot uses it: strict where Salesforce is.

Every answer below ``/services/data/vXX.X`` carries ``Sforce-Limit-Info``, refusals too; each request counts
against the org's limit of 24 hours, together with the calls of HubSpot's integration.
"""

import re
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from bot.sandbox.crm.sync import CLIENT as HUBSPOT
from bot.sandbox.crm.world import World
from bot.sandbox.faults import Faults, equip
from bot.sandbox.salesforce.auth import Sessions, add_login
from bot.sandbox.salesforce.query import add_query
from bot.sandbox.salesforce.records import add_records
from bot.sandbox.salesforce.wire import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN_CLIENT = "sfsync"
"""The connected app under which the calls of this server's clients are counted."""

_VERSIONED = re.compile(r"/services/data/v(?P<major>\d{2})\.0(/|$)")
OLDEST, NEWEST = 41, 66
"""The API versions served; sObject Collections came with 42."""


def create_salesforce(world: World, faults: Faults) -> Flask:
    """Build the Salesforce server over a world. Its daily limit is ``world.org.daily_calls``."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined] # Flask types the interface, not its default
    sessions = Sessions()
    app.extensions["sandbox.sessions"] = sessions
    add_login(app, world, sessions)
    add_records(app, world)
    add_query(app, world)
    _add_overview(app, world)
    _guard(app, world, sessions)
    _explain(app)
    equip(app, faults, "salesforce")
    return app


def _guard(app: Flask, world: World, sessions: Sessions) -> None:
    """Check version, session and limit of each request; count it, and tell the count."""

    @app.before_request
    def check() -> None:
        found = _VERSIONED.match(request.path)
        if found is None:
            return
        if not OLDEST <= int(found["major"]) <= NEWEST:
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme not in {"Bearer", "OAuth"} or not sessions.valid(token):
            raise Refused(401, "INVALID_SESSION_ID", "Session expired or invalid")
        with world.lock:
            if world.calls.used() >= world.org.daily_calls:
                raise Refused(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
            world.calls.count(OWN_CLIENT)

    @app.after_request
    def stamp(response: Response) -> Response:
        if _VERSIONED.match(request.path):
            with world.lock:
                usage = f"api-usage={world.calls.used()}/{world.org.daily_calls}"
                response.date = world.now()
            response.headers["Sforce-Limit-Info"] = usage
        return response


def _add_overview(app: Flask, world: World) -> None:
    @app.get("/services/data")
    @app.get("/services/data/", endpoint="versions_slash")
    def versions() -> Response:
        """List the API versions; needs no session and counts as no call."""
        found = [
            {"label": f"v{n}", "url": f"/services/data/v{n}.0", "version": f"{n}.0"} for n in range(OLDEST, NEWEST + 1)
        ]
        return jsonify(found)

    @app.get("/services/data/<version>/limits")
    @app.get("/services/data/<version>/limits/", endpoint="limits_slash")
    def limits(version: str) -> Response:
        """Answer the org's limits.

        The entries per connected app are quotas, 0 of 0 where none is set: they tell no use.
        """
        del version
        with world.lock:
            used, most = world.calls.used(), world.org.daily_calls
        quota = {"Max": 0, "Remaining": 0}
        apps = dict.fromkeys((HUBSPOT, "Data warehouse", OWN_CLIENT), quota)
        return jsonify(
            {
                "ConcurrentAsyncGetReportInstances": _limit(200, 200),
                "DailyApiRequests": {**_limit(most, max(0, most - used)), **apps},
                "DailyAsyncApexExecutions": _limit(250_000, 249_481),
                "DailyBulkApiBatches": _limit(15_000, 14_990),
                "DailyBulkV2QueryJobs": _limit(10_000, 10_000),
                "DailyDurableStreamingApiEvents": _limit(1_000_000, 1_000_000),
                "DailyWorkflowEmails": _limit(390_000, 389_871),
                "DataStorageMB": _limit(10_240, 6_033),
                "FileStorageMB": _limit(10_240, 9_411),
                "PermissionSets": {**_limit(1_500, 1_489), "CreateCustom": _limit(1_000, 992)},
                "SingleEmail": _limit(5_000, 4_998),
            }
        )


def _limit(most: int, left: int) -> dict[str, Any]:
    return {"Max": most, "Remaining": left}


def _explain(app: Flask) -> None:
    """Turn every refusal into Salesforce's array of errors."""

    @app.errorhandler(Refused)
    def refused(problem: Refused) -> tuple[Response, int]:
        return jsonify(problem.errors), problem.status

    @app.errorhandler(HTTPException)
    def misdirected(problem: HTTPException) -> tuple[Response, int]:
        known: Mapping[int, tuple[str, str]] = {
            404: ("NOT_FOUND", "The requested resource does not exist"),
            405: (
                "METHOD_NOT_ALLOWED",
                f"HTTP Method '{request.method}' not allowed. Allowed are "
                + ",".join(sorted(set(getattr(problem, "valid_methods", None) or []))),
            ),
        }
        status = problem.code or 500
        code, text = known.get(status, ("UNKNOWN_EXCEPTION", "An unexpected error occurred."))
        return jsonify(Refused(status, code, text).errors), status
