"""Rows to classify: CSV with a header, a JSON array, or JSON lines, told apart by their first character."""

import csv
import json
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import IO, Any

from bot.errors import UnreadableFile
from bot.sources.zipped import unzipped

_KEYS = ("code", "message", "fields", "object")
_LABELS = ("label", "error type", "fehlertyp")
"""Names of what HubSpot calls the error. `error_type` is none: that is what is asked for."""


def read(stream: IO[bytes], name: str) -> Iterator[dict[str, Any]]:
    """Yield each row as {code, message, fields (list), object, label}; raise UnreadableFile where there are none."""
    try:
        with unzipped(stream, name) as plain:
            text = plain.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile("%(name)s is not UTF-8 text.", "Save it as UTF-8.", name=name) from error
    start = text.lstrip()[:1]
    if start == "[":
        rows = _json(text, name)
        yield from (_row(row, name, place) for place, row in enumerate(rows, start=1))
    elif start == "{":
        # Not splitlines: JSON may hold characters that also end lines, such as U+2028.
        for place, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield _row(_json(line, name, place), name, place)
    else:
        yield from _csv(text, name)


def _csv(text: str, name: str) -> Iterator[dict[str, Any]]:
    try:
        rows = list(csv.DictReader(StringIO(text, newline="")))
    except csv.Error as error:
        raise UnreadableFile("%(name)s cannot be read as CSV: %(why)s.", name=name, why=error) from error
    if rows and not {"code", "message"} & set(rows[0]):
        raise UnreadableFile(
            "%(name)s has no column named code or message.",
            "Its first line must name the columns.",
            name=name,
        )
    yield from (_row(row, name, place) for place, row in enumerate(rows, start=2))


def _json(text: str, name: str, place: int = 1) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile("%(name)s, line %(place)s: not JSON.", name=name, place=place) from error


def _row(row: object, name: str, place: int) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        raise UnreadableFile("%(name)s, row %(place)s: not an object.", name=name, place=place)
    values: dict[str, Any] = {key: row.get(key) or "" for key in _KEYS}
    values["label"] = next((row[key] for key in row if str(key).casefold() in _LABELS and row[key]), "")
    fields = values["fields"]
    values["fields"] = (
        [str(field) for field in fields]
        if isinstance(fields, list)
        else [part.strip() for part in str(fields).split(",") if part.strip()]
    )
    return {key: value if key == "fields" else str(value) for key, value in values.items()}
