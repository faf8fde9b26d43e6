"""Errors in a log object of Salesforce's: rows that changed, and what each says."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.errors import Unavailable
from bot.model.log_object import LogEntry, LogObject, LogPage
from bot.model.sync import SOBJECTS, Rejection, ReportedError, Source, object_name, problem, salesforce_id
from bot.ports import Salesforce
from bot.sources.values import iso_time

LONGEST_TEXT = 32_000
"""Characters of one value that are kept; Salesforce's longest field holds 131,072, no message needs them."""

_YES = {"true", "1", "yes"}


def read(salesforce: Salesforce, log: LogObject, since: datetime, more: str = "") -> LogPage:
    """Read a page of the rows that changed since a moment, deleted ones too (one call). Raises VendorError."""
    asked = (
        "Id",
        "SystemModstamp",
        "IsDeleted",
        "CreatedDate",
        *(each for names in log.fields.values() for each in names),
    )
    rows, onward = salesforce.changes(log.name, tuple(dict.fromkeys(asked)), since, log.where, more)
    try:
        return LogPage(entries(rows, log), onward, salesforce.told_at())
    except ValueError:
        raise Unavailable("Salesforce", "broken_answer") from None


def entries(rows: Sequence[Mapping[str, str]], log: LogObject) -> list[LogEntry]:
    """Return what rows say; each has its values as text, "" for null, by the names that were asked for.

    Raises ValueError where a row lacks the times that Salesforce itself gives each.
    """
    return [_entry(row, log, place) for place, row in enumerate(rows)]


def _entry(row: Mapping[str, str], log: LogObject, place: int) -> LogEntry:
    values = {part: _first(row, names) for part, names in log.fields.items()}
    created, changed_at = iso_time(row["CreatedDate"]), iso_time(row["SystemModstamp"])
    error: ReportedError | Rejection
    try:
        # A row may hold any time, but not of what had not happened when it was written.
        seen_at = min(iso_time(values.get("seen_at", "")) if values.get("seen_at") else created, changed_at)
        error = _error(values, min(created, seen_at), seen_at, row["Id"])
        reason = problem(error)
    except ValueError:
        seen_at, reason = changed_at, "seen_at holds no time"
    return LogEntry(
        changed_at=changed_at,
        seen_at=seen_at,
        error=Rejection(place, reason) if reason else error,
        deleted=row["IsDeleted"] == "true",
        resolved=values.get("resolved", "").lower() in _YES,
    )


def _error(values: Mapping[str, str], first_seen: datetime, seen_at: datetime, row: str) -> ReportedError:
    given = values.get("salesforce_id", "")
    in_salesforce = salesforce_id(given) or given
    return ReportedError(
        object=object_name(SOBJECTS.get(in_salesforce[:3], "") or values.get("object", "")),
        hubspot_id=values.get("hubspot_id", "").removesuffix(".0"),  # Salesforce has no whole numbers
        salesforce_id=in_salesforce,
        record=values.get("record", ""),
        code=values.get("code", ""),
        message=values.get("message", ""),
        fields=tuple(name.strip() for name in values.get("fields", "").replace(";", ",").split(",") if name.strip()),
        label=values.get("label", ""),
        direction=values.get("direction", ""),
        source=Source.SALESFORCE_LOG,
        first_seen=first_seen,
        seen_at=seen_at,
        raw={"Salesforce log row": row},
    )


def _first(row: Mapping[str, str], names: Sequence[str]) -> str:
    texts = (row.get(name, "").replace("\x00", "").strip() for name in names)
    return next((text for text in texts if text), "")[:LONGEST_TEXT].rstrip()
