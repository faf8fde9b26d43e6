"""What a vendor's answer is to us: an object, or an error of ours.

Vendors' answers are read as if every part of them were optional; HubSpot says so outright
(its page on error handling), and the others have surprised people often enough.
"""

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from bot.errors import Gone, NotAuthenticated, NotAuthorized, RateLimited, Rejected, Unavailable, VendorError


def failure(
    vendor: str, status: int, code: str = "", detail: str = "", headers: Mapping[str, str] | None = None
) -> VendorError:
    """Return the error for an answer that is no success, by its HTTP status.

    A `code` that does not look like one is dropped, because codes are logged and shown.
    """
    kind: type[VendorError] = Rejected
    if status == 401:
        kind = NotAuthenticated
    elif status == 403:
        kind = NotAuthorized
    elif status in {404, 410}:
        kind = Gone
    elif status == 429:
        kind = RateLimited
    elif status < 400 or status >= 500 or status in _UNAVAILABLE:
        kind = Unavailable
    code = code if _CODE.fullmatch(code) else f"http_{status}"
    return kind(vendor, code, detail, retry_after(headers or {}))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header, a number or a date, None where it is missing or neither."""
    value = headers.get("Retry-After", "").strip()
    with suppress(ValueError):
        seconds = float(value)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    until = date(value)
    return max(0.0, (until - datetime.now(UTC)).total_seconds()) if until else None


def date(text: str) -> datetime | None:
    """Return the time in a header, None where it is missing or none; in UTC where it has no zone."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def json_object(vendor: str, response: requests.Response) -> dict[str, Any]:
    """Return the JSON object an answer consists of. Raises Unavailable for anything else."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Unavailable(vendor, "broken_answer")
    return body


def text(value: object) -> str:
    """Return a value as people write it in these APIs: "" for null, true and false in lower case."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def mapping(value: object) -> dict[str, Any]:
    """Return `value` where it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[dict[str, Any]]:
    """Return the JSON objects of a list, none where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """Return the values of a list as text, none where it is no list."""
    return [text(item) for item in value] if isinstance(value, list) else []


def required(vendor: str, value: object) -> str:
    """Return a value an answer must have. Raises Unavailable where it is missing or empty."""
    if not value:
        raise Unavailable(vendor, "broken_answer")
    return text(value)


_UNAVAILABLE = frozenset({408, 423, 425, 477})
"""Statuses below 500 that pass: time-out, locked, too early, and HubSpot's "migration in progress"."""

_CODE = re.compile(r"[A-Za-z0-9_.:/-]{1,80}")
