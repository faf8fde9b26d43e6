"""Errors in a CSV file: HubSpot's "Export errors (CSV)", a list of its groups, or our own export coming back."""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from itertools import chain, islice
from typing import IO, TypeVar

from bot.errors import UnreadableFile
from bot.model.cells import arm
from bot.model.columns import Column, FileFound
from bot.model.sync import (
    SOBJECTS,
    Rejection,
    ReportedError,
    Source,
    Status,
    object_name,
    problem,
    problem_of_group,
    salesforce_id,
)
from bot.sources.columns import MOST, has_titles, known_cells, recognise
from bot.sources.csv_rows import delimiter_of, rows_of, text_of
from bot.sources.values import count_of, time_of
from bot.sources.zipped import unzipped

W = TypeVar("W", bound=StrEnum)

Row = tuple[int, list[str]]

Found = FileFound | ReportedError | Rejection
"""What reading yields: first what the file is, then its rows."""

SAMPLE = 200
"""Rows that tell what the columns hold."""

_A_RECORD = {"hubspot_id", "salesforce_id", "id", "record"}
_A_REASON = {"code", "message", "label"}


def read(stream: IO[bytes], name: str) -> Iterator[Found]:
    """Yield what a seekable stream holds: its columns, then each row as an error, or as a rejection with its line.

    It may be zipped. Raises UnreadableFile, before or while reading, where this is no file of sync errors.
    """
    with unzipped(stream, name) as plain, text_of(plain) as text:
        delimiter = delimiter_of(text, known_cells)
        yield from _found(rows_of(text, delimiter, name), name)


def _found(rows: Iterator[Row | Rejection], name: str) -> Iterator[Found]:
    start = list(islice(_without_blank(rows), SAMPLE))
    sample = [row[1] for row in start if not isinstance(row, Rejection)]
    first = sample[0] if sample else []
    if len(first) > MOST:
        raise UnreadableFile(
            "%(name)s has %(count)s columns: it holds no sync errors.",
            "Export the errors in HubSpot again and import that file as it is.",
            name=name,
            count=len(first),
        )
    titled = has_titles(first)
    titles = first if titled else [f"#{number}" for number in range(1, len(first) + 1)]
    columns = recognise(titles, sample[1:] if titled else sample)
    _check(columns, name)
    yield FileFound(name, tuple(columns), ours=any(column.meaning == "error_id" for column in columns))
    if titled:
        start = [row for row in start if isinstance(row, Rejection) or row[1] is not first]
    understand = _reader(columns, name)
    for row in chain(start, _without_blank(rows)):
        yield row if isinstance(row, Rejection) else understand(*row)


def _without_blank(rows: Iterator[Row | Rejection]) -> Iterator[Row | Rejection]:
    for row in rows:
        if isinstance(row, Rejection) or (any(cell.strip() for cell in row[1]) and not _says_delimiter(*row)):
            yield row


def _says_delimiter(line: int, cells: Sequence[str]) -> bool:
    return line == 1 and len(cells) == 2 and cells == ["sep=", ""]


def _check(columns: Sequence[Column], name: str) -> None:
    known = {column.meaning for column in columns}
    if known & _A_REASON and known & {*_A_RECORD, "affected", "occurrences"}:
        return
    raise UnreadableFile(
        "%(name)s holds no sync errors: no column names a record or counts them, or none says what is wrong."
        " Its columns are: %(columns)s.",
        "In HubSpot, open the Sync Health tab of the Salesforce settings, press Export errors (CSV), and import that"
        " file.",
        name=name,
        columns=_listed([column.title for column in columns]),
    )


def _listed(titles: Sequence[str]) -> str:
    """Name columns in a line, however many and long they are."""
    shown = ", ".join(" ".join(title.split())[:40] for title in titles[:10] if title.strip())
    return (shown or "–") + (", …" if len(titles) > 10 else "")


def _reader(columns: Sequence[Column], name: str) -> Callable[[int, list[str]], ReportedError | Rejection]:
    """Return what makes an error of a row's cells."""
    meanings = [column.meaning for column in columns]
    others = [(place, column.title) for place, column in enumerate(columns) if not column.meaning]
    names_records = not _A_RECORD.isdisjoint(meanings)
    ours = "error_id" in meanings

    def understand(line: int, cells: list[str]) -> ReportedError | Rejection:
        if len(cells) > len(meanings) and any(map(str.strip, cells[len(meanings) :])):
            return Rejection(line, f"has {len(cells):,} columns, the header {len(meanings):,}", name)
        values = {
            meaning: arm(cell) if cell[:1] == "'" else cell
            for meaning, cell in zip(meanings, map(str.strip, cells), strict=False)
            if meaning
        }
        get = values.get
        if ours and get("status") == Status.RESOLVED:
            return Rejection(line, "is about an error that was resolved", name)
        in_hubspot, in_salesforce = get("hubspot_id", ""), get("salesforce_id", "")
        if some := get("id", ""):
            # A column that does not say whose id it holds: Salesforce's are 15 or 18 characters, HubSpot's are numbers.
            in_salesforce = in_salesforce or salesforce_id(some)
            in_hubspot = in_hubspot or ("" if salesforce_id(some) else some)
        if in_salesforce:
            in_salesforce = salesforce_id(in_salesforce) or in_salesforce
        try:
            first_seen, seen_at = time_of(get("first_seen", "")), time_of(get("seen_at", ""))
        except ValueError as error:
            return Rejection(line, str(error), name)
        obj, record = object_name(get("object", "") or SOBJECTS.get(in_salesforce[:3], "")), get("record", "")
        occurrences, affected = count_of(get("occurrences", "")), count_of(get("affected", ""))
        group = not names_records or (ours and not (in_hubspot or in_salesforce or record))
        if group:
            # How many records fail for a reason, and not which.
            affected, occurrences = affected or occurrences, 0
        reported = ReportedError(
            object=obj,
            hubspot_id=in_hubspot,
            salesforce_id=in_salesforce,
            record=record,
            code=get("code", ""),
            message=get("message", ""),
            fields=_names(fields) if (fields := get("fields", "")) else (),
            label=get("label", ""),
            direction=get("direction", ""),
            source=_word(Source, get("source", "")) or Source.HUBSPOT_EXPORT,
            status=Status.IGNORED if get("status") == Status.IGNORED else Status.OPEN,
            first_seen=first_seen,
            seen_at=seen_at,
            occurrences=occurrences,
            raw={title: cells[place] for place, title in others if place < len(cells) and cells[place]},
            affected=affected if group else 1,
        )
        reason = problem_of_group(reported) if group else problem(reported)
        return Rejection(line, reason, name) if reason else reported

    return understand


def _names(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(",") if part.strip())


def _word(words: type[W], value: str) -> W | None:
    return words(value) if value in words._value2member_map_ else None
