"""What a column holds, told by its values: what a header does not say, or says in a word of two meanings."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from bot.model.catalog import CATEGORIES, TYPES
from bot.model.labels import find
from bot.model.sync import OBJECTS, SOBJECTS, salesforce_id

MOSTLY = 0.9
"""The part of a column's values that has to be of a kind."""

TEXT = 20
"""Characters from which on a value is a sentence rather than a word or two."""

_TIMES = ("", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y")
"""How times are written: first ISO 8601, then as a German HubSpot or Excel does."""

_COUNT = re.compile(
    r"(\d{1,9}|\d{1,3}(?:[.,\u00a0\u202f' ]\d{3}){1,2})(?:\s*(?:records?|datens(?:ä|ae)tze?|einträge?))?", re.IGNORECASE
)
_CODE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_HUBSPOT_ID = re.compile(r"\d{5,20}", re.ASCII)
_DIRECTION = re.compile(r"(hubspot|salesforce) *(to|zu|nach|->|→) *(hubspot|salesforce)", re.IGNORECASE)


def kind(values: Sequence[str]) -> str:
    """Return what a column of these values is sure to hold, "" where they could be anything."""
    if len(values) > 1 and len(set(values)) == 1 and values[0].isdecimal():
        # One number in every row is the portal's, not a record's.
        return ""
    for meaning, fits in KINDS.items():
        if all_are(values, fits):
            return meaning
    return ""


def all_are(values: Sequence[str], fits: Callable[[str], bool]) -> bool:
    """Tell whether nearly all values fit; an exception may be the very defect that is to be told of its row."""
    return bool(values) and sum(map(fits, values)) >= MOSTLY * len(values)


def is_text(value: str) -> bool:
    """Tell whether a value is a sentence."""
    return len(value) >= TEXT and " " in value.strip()


def has_salesforce_id(value: str) -> bool:
    """Tell whether a value is the Salesforce id of a record: of an object that syncs, or proved by its last letters.

    Users (005) are who owns a record.
    """
    full = salesforce_id(value)
    return bool(full) and (value[:3] in SOBJECTS or value == full) and value[:3] != "005"


def is_time(value: str) -> bool:
    """Tell whether a value is a time; a bare number may be one, but is rather anything else."""
    try:
        return not value.isdecimal() and time_of(value) is not None
    except ValueError:
        return False


@lru_cache(4096)
def time_of(cell: str) -> datetime | None:
    """Return the time a cell names, in UTC; raise ValueError, with a sentence, where it is none."""
    if not cell:
        return None
    for form in _TIMES:
        try:
            return _utc(datetime.strptime(cell, form)) if form else iso_time(cell)  # noqa: DTZ007 - see _utc
        except ValueError:
            continue
    problem = f"{cell[:40]!r} is no time; times look like 2026-11-24T08:00:00Z"
    raise ValueError(problem)


def iso_time(text: str) -> datetime:
    """Return a time in ISO 8601, in UTC; raise ValueError where it is none, or none that UTC has."""
    return _utc(datetime.fromisoformat(text))


def count_of(cell: str) -> int:
    """Return the number in "1,234 records" or "1.234 Datensätze", 0 where there is none."""
    if not cell:
        return 0
    found = _COUNT.fullmatch(cell.strip())
    return int(re.sub(r"\D", "", found[1])) if found else 0


def _utc(moment: datetime) -> datetime:
    """Return a time in UTC, which one without a zone is in."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(str(error)) from error


def _counts_records(value: str) -> bool:
    return count_of(value) > 0 and value[-1].isalpha()


KINDS: Mapping[str, Callable[[str], bool]] = {
    "salesforce_id": has_salesforce_id,
    "seen_at": is_time,
    "record": lambda value: bool(_EMAIL.fullmatch(value)),
    "code": lambda value: bool(_CODE.fullmatch(value)),
    "affected": _counts_records,
    "category": lambda value: getattr(find(value), "slug", "") in CATEGORIES,
    "label": lambda value: getattr(find(value), "slug", "") in TYPES,
    "object": lambda value: value.strip().lower() in OBJECTS,
    "direction": lambda value: bool(_DIRECTION.fullmatch(value.strip())),
    "hubspot_id": lambda value: bool(_HUBSPOT_ID.fullmatch(value)),
}
"""Meanings whose values show them, those first that are mistaken least."""
