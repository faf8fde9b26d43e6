"""A sync error: one record that fails for one reason, and the names both systems have for a record."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256


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


SOURCES = {
    Source.HUBSPOT_EXPORT: "HubSpot export file",
    Source.PUSH: "Errors sent by a program",
    Source.SALESFORCE_LOG: "Salesforce log object",
}
"""What people read for a source."""


@dataclass(frozen=True, slots=True)
class ReportedError:
    """An error as a source reports it, cleaned of layout but not yet understood.

    `object` is one of OBJECTS' values where it was recognised, else the word that was given.
    `label` is HubSpot's own name of the error type, in any language. Times are aware, None where the source
    named none. `occurrences` is 0 where the source does not count. `raw` holds what nobody asked for. `affected` counts
    the records that fail for this reason where a source names none of them: then there is neither object nor record.
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
    affected: int = 1


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

LONGEST_NAME = 400
"""Characters of a record's name by which it is told from others."""

_HUBSPOT_ID = re.compile(r"[0-9]{1,20}\Z")
_OBJECT = re.compile(r"\w[\w .\-]{0,99}\Z")
"""A name that either system may have for an object, custom ones too: invoice__c, 2-1234567."""
_SALESFORCE_ID = re.compile(r"(?=.{0,4}[0-9])[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?\Z")
_CAPITALS = bytes(ord("1") if chr(byte).isupper() and byte < 128 else ord("0") for byte in range(256))
_SUFFIX = {f"{bits:05b}"[::-1].encode(): letter for bits, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345")}


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
    if not _SALESFORCE_ID.match(value):
        return ""
    body = value[:15]
    capitals = body.encode().translate(_CAPITALS)
    return body + _SUFFIX[capitals[:5]] + _SUFFIX[capitals[5:10]] + _SUFFIX[capitals[10:]]


def record_key(error: ReportedError) -> str:
    """Return what tells one record from another while only one system's id, or a name, is known."""
    if error.hubspot_id:
        return f"hubspot:{error.hubspot_id}"
    if error.salesforce_id:
        return f"salesforce:{error.salesforce_id}"
    name = error.record.strip().casefold()
    if len(name) > LONGEST_NAME:
        # PostgreSQL's index takes no more; the rest is told apart by its digest.
        name = f"{name[:LONGEST_NAME]}:{sha256(name.encode()).hexdigest()}"
    return f"name:{name}"


def problem(error: ReportedError) -> str:
    """Return why an error cannot be kept, "" where it can: each has an object, a record, and something wrong."""
    if error.hubspot_id and not _HUBSPOT_ID.match(error.hubspot_id):
        return f"{error.hubspot_id[:40]!r} is no HubSpot record id"
    if error.salesforce_id and not _SALESFORCE_ID.match(error.salesforce_id):
        return f"{error.salesforce_id[:40]!r} is no Salesforce id"
    if not error.object:
        return "does not say which object the record belongs to"
    if not (error.hubspot_id or error.salesforce_id or error.record):
        return "names no record"
    return _problem_anyhow(error)


def problem_of_group(error: ReportedError) -> str:
    """Return why a row that counts records, and names none, cannot be kept."""
    return _problem_anyhow(error) if error.affected else "does not say how many records are affected"


def _problem_anyhow(error: ReportedError) -> str:
    if error.object and not _OBJECT.match(error.object):
        return f"{error.object[:40]!r} is no name of an object"
    return "" if error.code or error.message or error.label else "does not say what is wrong"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that is not an error we can keep: where it stood (line of a file, index of a list) and why."""

    place: int
    reason: str
    file: str = ""


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
    affected: int = 1


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
