"""A sync error: one record that fails for one reason, and the names both systems have for a record."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Where an error stands."""

    OPEN = "open"
    RESYNCING = "resyncing"
    RESOLVED = "resolved"
    IGNORED = "ignored"


class Source(StrEnum):
    """Where an error was reported from."""

    HUBSPOT_EXPORT = "hubspot_export"
    PUSH = "push"
    SALESFORCE_LOG = "salesforce_log"


@dataclass(frozen=True, slots=True)
class ReportedError:
    """An error as a source reports it, cleaned of layout but not yet understood.

    `object` is one of OBJECTS' values where it was recognised, else the word that was given.
    `label` is HubSpot's own name of the error type, in any language. Times are aware, None where the source
    named none. `occurrences` is 0 where the source does not count. `raw` holds what nobody asked for.
    """

    object: str
    hubspot_id: str = ""
    salesforce_id: str = ""
    record: str = ""
    code: str = ""
    message: str = ""
    fields: tuple[str, ...] = ()
    label: str = ""
    direction: str = ""
    source: Source = Source.HUBSPOT_EXPORT
    status: Status = Status.OPEN
    first_seen: datetime | None = None
    seen_at: datetime | None = None
    occurrences: int = 0
    raw: Mapping[str, str] = field(default_factory=dict)


OBJECTS: Mapping[str, str] = {
    **dict.fromkeys(("contact", "contacts", "lead", "leads", "kontakt", "kontakte", "0-1"), "contact"),
    **dict.fromkeys(("company", "companies", "account", "accounts", "unternehmen", "0-2"), "company"),
    **dict.fromkeys(("deal", "deals", "opportunity", "opportunities", "opportunitys", "0-3"), "deal"),
    **dict.fromkeys(("ticket", "tickets", "case", "cases", "kundenvorgang", "kundenvorgänge", "0-5"), "ticket"),
    **dict.fromkeys(("task", "tasks", "activity", "activities", "aufgabe", "aufgaben", "aktivität"), "task"),
}
"""What people and systems call an object, in lower case: HubSpot's name for it in the singular.

HubSpot keeps Salesforce's leads and contacts in one object (KB, "Sync Salesforce leads and contacts").
"""

SOBJECTS: Mapping[str, str] = {
    "001": "Account",
    "003": "Contact",
    "006": "Opportunity",
    "00Q": "Lead",
    "500": "Case",
    "00T": "Task",
    "00U": "Event",
    "005": "User",
}
"""Key prefix of a Salesforce id: the sObject it belongs to (Salesforce, "Standard Field Record ID Prefix Decoder")."""

_SALESFORCE_ID = re.compile(r"[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?\Z")
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def object_name(word: str) -> str:
    """Return HubSpot's name for what a source calls `word`; the word itself, in lower case, where none is known."""
    key = word.strip().lower()
    return OBJECTS.get(key, key)


def salesforce_id(value: str) -> str:
    """Return the 18-character form of a Salesforce id, "" for what is none.

    The last three characters spell out, five bits each, which of the fifteen are capitals, so that
    systems which ignore case can tell ids apart.
    """
    value = value.strip()
    if not _SALESFORCE_ID.match(value) or not any(c.isdigit() for c in value[:5]):
        return ""
    body = value[:15]
    bits = (sum((body[start + i].isupper()) << i for i in range(5)) for start in (0, 5, 10))
    return body + "".join(_SUFFIX[b] for b in bits)


def record_key(error: ReportedError) -> str:
    """Return what tells one record from another while only one system's id, or a name, is known."""
    if error.hubspot_id:
        return f"hubspot:{error.hubspot_id}"
    if error.salesforce_id:
        return f"salesforce:{error.salesforce_id}"
    return f"name:{error.record.strip().casefold()}"


def problem(error: ReportedError) -> str:
    """Return why an error cannot be kept, "" where it can: each has an object, a record, and something wrong."""
    if error.hubspot_id and not (error.hubspot_id.isascii() and error.hubspot_id.isdecimal()):
        return f"{error.hubspot_id[:40]!r} is no HubSpot record id"
    if error.salesforce_id and not salesforce_id(error.salesforce_id):
        return f"{error.salesforce_id[:40]!r} is no Salesforce id"
    if not error.object:
        return "does not say which object the record belongs to"
    if not (error.hubspot_id or error.salesforce_id or error.record):
        return "names no record"
    if not (error.code or error.message or error.label):
        return "does not say what is wrong"
    return ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that is not an error we can keep: where it stood (line of a file, index of a list) and why."""

    place: int
    reason: str


@dataclass(frozen=True, slots=True)
class SyncError:
    """A stored error; times are aware and in UTC.

    What is derived may change with the rules: type, category, and `resync` (a value of `catalog.Resync`).
    """

    id: int
    object: str
    hubspot_id: str
    salesforce_id: str
    record: str
    code: str
    message: str
    fields: tuple[str, ...]
    fingerprint: str
    error_type: str
    category: str
    resync: str
    status: Status
    source: Source
    first_seen: datetime
    last_seen: datetime
    occurrences: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Which errors are meant: all of them, narrowed by each part that is given.

    `status` is a value of Status. Those being resynced are open, too; "" leaves the state to who looks.
    """

    category: str = ""
    error_type: str = ""
    fingerprint: str = ""
    ids: tuple[int, ...] = ()
    search: str = ""
    object: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One category's figures: open errors, the records they affect, and how many are new in 24 hours."""

    category: str
    errors: int
    records: int
    new_24h: int


@dataclass(frozen=True, slots=True)
class Group:
    """All open errors with one fingerprint; `message` is the latest of theirs."""

    fingerprint: str
    category: str
    error_type: str
    resync: str
    code: str
    message: str
    fields: tuple[str, ...]
    errors: int
    records: int
    first_seen: datetime
    last_seen: datetime
