"""A Salesforce object in which a company logs what does not sync: its fields, and what a row of it says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.sync import Rejection, ReportedError

PARTS = (
    "object",
    "hubspot_id",
    "salesforce_id",
    "record",
    "code",
    "message",
    "fields",
    "label",
    "direction",
    "seen_at",
    "resolved",
)
"""What fields are looked for. `seen_at` is when the record last failed, `resolved` a checkbox: mended since."""

Fields = Mapping[str, tuple[str, ...]]
"""Part to the API names of its fields, of which the first that holds something is taken."""


@dataclass(frozen=True, slots=True)
class LogObject:
    """The object by its API name. `where` is a condition in SOQL that its rows must meet, "" for none."""

    name: str
    fields: Fields
    where: str = ""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A row: when it last changed, when the record failed, and the error it reports.

    `deleted` and `resolved` tell that it reports it no longer.
    """

    changed_at: datetime
    seen_at: datetime
    error: ReportedError | Rejection
    deleted: bool = False
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class LogPage:
    """Rows in the order they changed; `more` leads to the next page, "" where this is the last.

    `told_at` is when it was answered, by Salesforce's clock; None where that is not known.
    """

    entries: Sequence[LogEntry]
    more: str
    told_at: datetime | None = None


def log_object(name: str, fields: Fields, where: str = "") -> LogObject:
    """Return an object by its name, with what is known of it; `fields` and `where` take the place of that."""
    known = _KNOWN.get(name.lower(), LogObject(name, {}))
    merged = {part: names for part, names in {**known.fields, **fields}.items() if names}
    return LogObject(known.name, merged, where or known.where)


def read_fields(text: str) -> dict[str, tuple[str, ...]]:
    """Read `code=Code__c,message=Long_Message__c|Message__c`; nothing behind the sign drops a part.

    Raises ValueError, saying what is wrong.
    """
    found: dict[str, tuple[str, ...]] = {}
    for pair in (pair.strip() for pair in text.split(",")):
        if not pair:
            continue
        part, sign, names = (each.strip() for each in pair.partition("="))
        if not sign or part not in PARTS:
            raise ValueError(f"{pair[:60]!r} is not part=Field__c; the parts are {', '.join(PARTS)}")
        found[part] = tuple(each.strip() for each in names.split("|") if each.strip())
        if wrong := [each for each in found[part] if not is_field(each)]:
            raise ValueError(f"{wrong[0][:60]!r} is not the API name of a field, like Message__c or Log__r.Name")
    return found


def lacking(log: LogObject) -> str:
    """Return why errors cannot be read from an object, "" where they can."""
    if not log.fields.keys() & {"code", "message", "label"}:
        return "does not say which field holds the message: message=…, or code=…"
    if not log.fields.keys() & {"hubspot_id", "salesforce_id", "record"}:
        return "does not say which field holds the record: salesforce_id=…, hubspot_id=…, or record=…"
    return ""


def is_name(word: str) -> bool:
    """Tell whether a word may be an API name, and nothing else that SOQL would understand."""
    return re.fullmatch(r"[A-Za-z]\w{0,79}", word, re.ASCII) is not None


def is_field(path: str) -> bool:
    """Tell whether a path names a field, of the object itself or of one it looks up (Log__r.Name)."""
    return all(is_name(word) for word in path.split(".", 5))


def _known(name: str, where: str = "", prefix: str = "", /, **fields: str) -> tuple[str, LogObject]:
    """Return an object by its name in lower case; a managed package puts its prefix before each name."""
    named = {part: tuple(prefix + each for each in names.split("|")) for part, names in fields.items()}
    return (prefix + name).lower(), LogObject(prefix + name, named, where and prefix + where)


_NEBULA = {
    "object": "RecordSObjectType__c",
    "salesforce_id": "RecordId__c",
    "record": "RecordName__c",
    "message": "ExceptionMessage__c|Message__c",
    "seen_at": "Timestamp__c",
}
_NPSP = {
    "object": "Object_Type__c",
    "salesforce_id": "Related_Record_ID__c",
    "message": "Full_Message__c",
    "seen_at": "Datetime__c",
}
_ERRORS_ONLY = "LoggingLevel__c = 'ERROR'"

_KNOWN = dict(
    (
        _known(
            "Sync_Error__c",
            object="Object__c",
            hubspot_id="HubSpot_Id__c",
            salesforce_id="Salesforce_Id__c",
            record="Record_Name__c",
            code="Code__c",
            message="Message__c",
            fields="Fields__c",
            seen_at="Seen_At__c",
            resolved="Resolved__c",
        ),
        # Nebula Logger and NPSP, from their repositories: as a managed package, and as plain metadata.
        _known("LogEntry__c", _ERRORS_ONLY, **_NEBULA),
        _known("LogEntry__c", _ERRORS_ONLY, "Nebula__", **_NEBULA),
        _known("Error__c", **_NPSP),
        _known("Error__c", "", "npsp__", **_NPSP),
    )
)
