"""Errors that people have decided not to look at for a while."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST_REASON = 300
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Ignoring:
    """A group (`fingerprint`) or else a single error (`error`, by id) that is ignored, since when, by whom and why.

    `until` is None for what has no end; `ended_at` is set once it counts again.
    """

    id: int
    fingerprint: str
    error: int | None
    reason: str
    who: str
    at: datetime
    until: datetime | None = None
    ended_at: datetime | None = None


def end_of(day: date, timezone: str) -> datetime:
    """Return when a day is over where somebody is."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone))
