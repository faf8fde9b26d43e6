"""Counting Salesforce's API calls."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

Clock = Callable[[], datetime]


class ApiMeter:
    """Counts the API calls of the last 24 hours, by the minute and by who made them.

    Salesforce's window rolls: a call stops counting a day after it was made, nothing resets at midnight.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: dict[datetime, Counter[str]] = {}

    def count(self, client: str, calls: int = 1, at: datetime | None = None) -> None:
        """Add calls of a client, now or at a past moment."""
        minute = (at or self._clock()).replace(second=0, microsecond=0)
        self._calls.setdefault(minute, Counter())[client] += calls

    def used(self, client: str | None = None) -> int:
        """Answer the calls within the last 24 hours, of one client or of all."""
        now = self._clock()
        for minute in [each for each in self._calls if each <= now - timedelta(days=1)]:
            del self._calls[minute]
        within = (calls for minute, calls in self._calls.items() if minute <= now)
        return sum(calls.total() if client is None else calls[client] for calls in within)
