"""What Salesforce's requests and answers look like on the wire."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import request

from bot.sandbox.crm.metadata import Failure


class Refused(Exception):
    """A refusal: an HTTP status and Salesforce's array of errors."""

    def __init__(self, status: int, code: str, message: str, fields: Sequence[str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.errors: list[dict[str, Any]] = [{"message": message, "errorCode": code}]
        if fields is not None:
            self.errors[0]["fields"] = list(fields)

    @classmethod
    def of(cls, failures: Sequence[Failure]) -> "Refused":
        """Answer the refusal of a write to one record."""
        gone = any(each.code == "ENTITY_IS_DELETED" for each in failures)
        refused = cls(404 if gone else 400, "", "")
        refused.errors = [_error(each, "errorCode") for each in failures]
        return refused


def collection_result(record_id: str | None, failures: Sequence[Failure]) -> dict[str, Any]:
    """Answer the result of one record of a collection: its errors say ``statusCode``, not ``errorCode``."""
    result: dict[str, Any] = {"id": record_id} if record_id and not failures else {}
    return {
        **result,
        "success": not failures,
        "errors": [{**_error(each, "statusCode"), "fields": list(each.fields)} for each in failures],
    }


def _error(failure: Failure, code_name: str) -> dict[str, Any]:
    error: dict[str, Any] = {"message": failure.message, code_name: failure.code}
    # The JSON parser does not get as far as naming fields.
    if failure.code not in {"JSON_PARSER_ERROR", "INVALID_FIELD"}:
        error["fields"] = list(failure.fields)
    return error


def body() -> Any:  # noqa: ANN401 - whatever the client sent
    """Answer the request's JSON."""
    if request.mimetype not in {"application/json", ""}:
        text = f"Content-Type {request.mimetype} is not supported"
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", text)
    try:
        return json.loads(request.get_data())
    except ValueError as problem:
        raise Refused(400, "JSON_PARSER_ERROR", f"Unexpected character in JSON: {problem}") from None


def timestamp(moment: datetime) -> str:
    """Write a moment as Salesforce does: milliseconds, and an offset without a colon."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"
