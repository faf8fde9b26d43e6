"""Errors that a program sends: a JSON array, or JSON lines."""

import json
from collections.abc import Iterator, Mapping

from bot.errors import PersonError
from bot.model.sync import SOBJECTS, Rejection, ReportedError, Source, object_name, problem, salesforce_id
from bot.sources.values import iso_time

LONGEST_TEXT = 32_000
"""Characters of one value that are kept; Salesforce's longest field holds 131,072, no message needs them."""

KEYS = ("object", "hubspot_id", "salesforce_id", "record", "code", "message", "fields", "seen_at")


def read(body: bytes) -> Iterator[ReportedError | Rejection]:
    """Yield each row as an error, or as a rejection with its index; raise PersonError where the body is no JSON."""
    try:
        text = body.decode("utf-8-sig")
        rows = (
            json.loads(text)
            if text.lstrip()[:1] == "["
            # Not splitlines: JSON may hold characters that also end lines, such as U+2028.
            else [json.loads(line) for line in text.split("\n") if line.strip()]
        )
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise PersonError("The body is neither a JSON array nor JSON lines.") from error
    for index, row in enumerate(rows):
        yield _error(row, index)


def _error(row: object, index: int) -> ReportedError | Rejection:
    if not isinstance(row, Mapping):
        return Rejection(index, "is not an object")
    values = {key: _text(row.get(key)) for key in KEYS if key != "fields"}
    fields = row.get("fields") or []
    if not isinstance(fields, list | str):
        return Rejection(index, "fields must be a list of names")
    names = (fields if isinstance(fields, str) else ",".join(map(_text, fields))).split(",")
    try:
        seen_at = iso_time(values["seen_at"]) if values["seen_at"] else None
    except ValueError:
        return Rejection(index, "seen_at is no ISO 8601 time")
    in_salesforce = salesforce_id(values["salesforce_id"]) or values["salesforce_id"]
    reported = ReportedError(
        object=object_name(values["object"] or SOBJECTS.get(in_salesforce[:3], "")),
        hubspot_id=values["hubspot_id"],
        salesforce_id=in_salesforce,
        record=values["record"],
        code=values["code"],
        message=values["message"],
        fields=tuple(name.strip() for name in names if name.strip()),
        source=Source.PUSH,
        seen_at=seen_at,
        raw={str(key): _text(value) for key, value in row.items() if key not in KEYS},
    )
    reason = problem(reported)
    return Rejection(index, reason) if reason else reported


def _text(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value)
    # JSON can spell half a character ("\\ud800"), which no database keeps; PostgreSQL keeps no NUL either.
    return text.encode("utf-8", "replace").decode().replace("\x00", "").strip()[:LONGEST_TEXT].rstrip()
