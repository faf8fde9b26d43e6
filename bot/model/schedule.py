"""When a digest is due, in a place where clocks jump twice a year."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Due:
    """A digest that is due: for which local date, since when, and how many before it were missed."""

    local_date: date
    at: datetime
    missed: int


def next_daily(after: datetime, at: str, timezone: str) -> datetime:
    """Return the first moment after `after` that is `at` o'clock (HH:MM) in `timezone`.

    In the hour that a spring night skips it is the moment the clock would have shown it, an hour later on
    the wall; in the hour that an autumn night repeats it is the first of the two, and only that one.
    """
    zone = ZoneInfo(timezone)
    day = after.astimezone(zone).date()
    for ahead in range(3):
        moment = _moment(day + timedelta(days=ahead), at, zone)
        if moment > after:
            return moment
    message = f"no {at} in {timezone} within two days after {after}"
    raise AssertionError(message)


def due_daily(next_at: datetime, now: datetime, at: str, timezone: str) -> Due | None:
    """Return the latest digest due between `next_at` and `now`; those before it are missed, not made up for."""
    if next_at > now:
        return None
    missed, latest = 0, next_at
    while (following := next_daily(latest, at, timezone)) <= now:
        missed, latest = missed + 1, following
    return Due(latest.astimezone(ZoneInfo(timezone)).date(), latest, missed)


def _moment(day: date, at: str, zone: ZoneInfo) -> datetime:
    # fold=0 is the first of a repeated hour, and the offset before the jump in a skipped one.
    return datetime.combine(day, time.fromisoformat(at), tzinfo=zone).astimezone(UTC)
