"""One call to HubSpot's API, and what its refusals mean to us."""

from collections.abc import Callable
from typing import Any

import requests

from bot.errors import RateLimited, Unavailable, VendorError
from bot.wire.answers import failure, json_object, text
from bot.wire.http import Bearer, Session, calling

VENDOR = "HubSpot"

API_VERSION = "2026-03"
"""The dated version in every path. From 2026-09 on a write, so a touch as well, meets validation rules."""

BASE_URL = "https://api.hubapi.com"


class HubSpotApi:
    """HubSpot's API with a service key, asked for with each call."""

    def __init__(self, *, token: Callable[[], str], session: Session, base_url: str = BASE_URL) -> None:
        self._auth = Bearer(token)
        self._session = session
        self._base_url = base_url.rstrip("/")

    def call(self, operation: str, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Make a call; answer its object, an empty one where there is no content. Raises VendorError."""
        with calling(self._session, VENDOR, operation):
            response = self._session.request(method, self._base_url + path, json=body, auth=self._auth)
            if not 200 <= response.status_code < 300:
                raise _refusal(response)
            return {} if response.status_code == 204 else json_object(VENDOR, response)


_WAITS = {"TEN_SECONDLY_ROLLING": 10.0, "SECONDLY": 1.0}
"""Seconds to wait for a rate limit without Retry-After. DAILY has none: it ends at the portal's midnight."""

_LONGEST_WAIT = 60.0


def _refusal(response: requests.Response) -> VendorError:
    try:
        body = json_object(VENDOR, response)
    except Unavailable:
        body = {}
    code = text(body.get("policyName")) or text(body.get("category"))
    error = failure(VENDOR, response.status_code, code, text(body.get("message")), response.headers)
    error.retry_after = _wait(error)
    return error


def _wait(error: VendorError) -> float | None:
    """Return the seconds to wait. Retry-After is in seconds or milliseconds (both occur in its documentation)."""
    if error.retry_after is None:
        return _WAITS.get(error.code) if isinstance(error, RateLimited) else None
    seconds = error.retry_after / 1000 if error.retry_after > 1000 else error.retry_after
    return min(seconds, _LONGEST_WAIT)
