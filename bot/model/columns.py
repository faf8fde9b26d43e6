"""What the columns of an error file were understood as."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class By(StrEnum):
    """What a column was understood by."""

    HEADER = "header"
    VALUES = "values"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, and what it is taken for, "" where it is only kept as it is."""

    title: str
    meaning: str = ""
    by: By = By.NOTHING


@dataclass(frozen=True, slots=True)
class FileFound:
    """What a file turned out to be, told before its rows; `ours` holds for one that sfsync itself exported."""

    name: str
    columns: tuple[Column, ...]
    ours: bool = False


MEANINGS: Mapping[str, str] = {
    "object": "object",
    "hubspot_id": "HubSpot record id",
    "salesforce_id": "Salesforce record id",
    "id": "record id in HubSpot or Salesforce",
    "record": "record's name or e-mail",
    "label": "error type",
    "category": "error category",
    "code": "error code",
    "message": "error message",
    "fields": "fields",
    "direction": "sync direction",
    "affected": "number of affected records",
    "first_seen": "first seen",
    "seen_at": "last seen",
    "occurrences": "number of occurrences",
    "status": "status",
    "source": "source",
    "error_id": "error id of sfsync",
    "transient": "whether a resync alone helps",
    "who": "who acts",
    "hubspot_url": "link to HubSpot",
    "salesforce_url": "link to Salesforce",
}
"""What people read for a meaning."""
