"""Errors in a CSV file: HubSpot's "Export errors (CSV)", or our own export coming back."""

import csv
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from io import TextIOWrapper
from typing import IO, TypeVar

from bot.errors import UnreadableFile
from bot.model.cells import arm
from bot.model.sync import SOBJECTS, Rejection, ReportedError, Source, Status, object_name, problem, salesforce_id
from bot.sources.columns import recognise

W = TypeVar("W", bound=StrEnum)

_DELIMITERS = ",;\t"
_TIMES = ("", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y")
"""How times are written: first ISO 8601, then as a German HubSpot or Excel does."""
_LONGEST_COUNT = 9
_LONGEST_CELL = 1_000_000
_SNIFFED = 65_536


def read(stream: IO[bytes], name: str) -> Iterator[ReportedError | Rejection]:
    """Yield each row of a seekable stream as an error, or as a rejection with its line.

    Raises UnreadableFile, before or while reading, where this is no file of sync errors.
    """
    with _text(stream) as text:
        try:
            yield from _rows(text, name)
        except (csv.Error, UnicodeError) as error:
            # What a decoder says is about bytes and code pages, which helps nobody.
            why = "it is not text" if isinstance(error, UnicodeError) else str(error).rstrip(".")
            raise UnreadableFile(
                "%(name)s cannot be read as a CSV file: %(problem)s.",
                "Export the errors in HubSpot again and import that file as it is.",
                name=name,
                problem=why,
            ) from error


@contextmanager
def _text(stream: IO[bytes]) -> Iterator[IO[str]]:
    """Open a stream as text in the encoding its first bytes show."""
    start = stream.read(_SNIFFED)
    stream.seek(0)
    text = TextIOWrapper(stream, encoding=_encoding(start), newline="")
    try:
        yield text
    finally:
        text.detach()


def _encoding(start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in start[:2]:
        # Without its mark; a header begins with a plain letter.
        return "utf-16-be" if start.startswith(b"\x00") else "utf-16-le"
    try:
        # An incremental decoder does not mind a character that is cut at the end of what was read.
        getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        # What Excel writes on a western Windows.
        return "cp1252"
    return "utf-8-sig"


def _rows(text: IO[str], name: str) -> Iterator[ReportedError | Rejection]:
    csv.field_size_limit(_LONGEST_CELL)
    first = text.readline(_LONGEST_CELL)
    text.seek(0)
    delimiter = max(_DELIMITERS, key=first.count)
    rows = _numbered(text, delimiter)
    _, header = next(rows, (1, []))
    columns = recognise(header)
    _check(columns, name)
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(columns):
            yield Rejection(line, f"has {len(cells)} columns, the header {len(columns)}")
            continue
        yield _error(dict(zip(columns, cells, strict=False)), _raw(header, columns, cells), line)


def _numbered(text: IO[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line it begins on."""
    # Strict: a quotation that never ends would swallow the rows behind it, and a complete snapshot resolve them.
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            # PostgreSQL keeps no NUL, and nobody means one.
            yield line, [cell.replace("\x00", "") for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(f"line {line}: {error}") from error


def _check(columns: list[str], name: str) -> None:
    known = set(columns)
    if not known & {"hubspot_id", "salesforce_id", "id", "record"} or not known & {
        "code",
        "message",
        "label",
    }:
        raise UnreadableFile(
            "%(name)s holds no sync errors: no column names a record, or none says what is wrong.",
            "In HubSpot, open the Sync Health tab of the Salesforce settings, press Export errors (CSV), and import"
            " that file.",
            name=name,
        )


def _raw(header: list[str], columns: list[str], cells: list[str]) -> dict[str, str]:
    return {title: cell for title, column, cell in zip(header, columns, cells, strict=False) if not column and cell}


def _error(row: Mapping[str, str], raw: Mapping[str, str], line: int) -> ReportedError | Rejection:
    cells = {column: arm(cell.strip()) for column, cell in row.items() if column}
    in_hubspot, in_salesforce = cells.get("hubspot_id", ""), cells.get("salesforce_id", "")
    if some := cells.get("id", ""):
        # A column that does not say whose id it holds: Salesforce's are 15 or 18 characters, HubSpot's are numbers.
        in_salesforce = in_salesforce or salesforce_id(some)
        in_hubspot = in_hubspot or ("" if salesforce_id(some) else some)
    in_salesforce = salesforce_id(in_salesforce) or in_salesforce
    try:
        first_seen, seen_at = _time(cells.get("first_seen", "")), _time(cells.get("seen_at", ""))
    except ValueError as error:
        return Rejection(line, str(error))
    reported = ReportedError(
        object=object_name(cells.get("object", "") or SOBJECTS.get(in_salesforce[:3], "")),
        hubspot_id=in_hubspot,
        salesforce_id=in_salesforce,
        record=cells.get("record", ""),
        code=cells.get("code", ""),
        message=cells.get("message", ""),
        fields=tuple(part.strip() for part in cells.get("fields", "").split(",") if part.strip()),
        label=cells.get("label", ""),
        direction=cells.get("direction", ""),
        source=_word(Source, cells.get("source", "")) or Source.HUBSPOT_EXPORT,
        status=Status.IGNORED if cells.get("status") == Status.IGNORED else Status.OPEN,
        first_seen=first_seen,
        seen_at=seen_at,
        occurrences=_count(cells.get("occurrences", "")),
        raw=raw,
    )
    reason = problem(reported)
    return Rejection(line, reason) if reason else reported


def _word(words: type[W], value: str) -> W | None:
    return words(value) if value in {word.value for word in words} else None


def _count(cell: str) -> int:
    return int(cell) if cell.isdecimal() and len(cell) <= _LONGEST_COUNT else 0


def _time(cell: str) -> datetime | None:
    if not cell:
        return None
    for form in _TIMES:
        try:
            moment = datetime.strptime(cell, form) if form else datetime.fromisoformat(cell)  # noqa: DTZ007 - see below
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
    problem = f"{cell[:40]!r} is no time; times look like 2026-11-24T08:00:00Z"
    raise ValueError(problem)
