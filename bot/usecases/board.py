"""The cards that everybody looks at, counted once for each revision of what they show.

Counting a hundred thousand errors takes a quarter of a second; twenty people who ask at once would wait for five.
"""

from datetime import timedelta
from threading import Lock
from time import monotonic

from bot.clock import Clock
from bot.storage import Storage
from bot.usecases.look_up import Overview, overview

OLD = timedelta(seconds=60)
"""How long a count holds while nothing changes: what is new within 24 hours moves with the time, too."""

AGEING = timedelta(seconds=45)
"""Age from which a count that somebody looked at is done again before anybody has to wait for it."""


class Board:
    """The figures of the newest committed state, for all threads of this process."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self._lock = Lock()
        self._checked = float("-inf")
        self._revision = ""
        self._counted: Overview | None = None
        self._seen = False

    def overview(self) -> Overview:
        """Return the figures, at most a minute old, and never of a state before this call.

        One thread looks whether they still hold, and counts where they do not; those that came meanwhile wait, and
        the next of them looks for all that came before its look.
        """
        came = monotonic()
        with self._lock:
            if self._counted is None or self._checked < came:
                checked, revision = monotonic(), self._storage.revision()
                if self._counted is None or revision != self._revision or not self._younger(self._counted, OLD):
                    # What is committed between this revision and the count makes the next look count again.
                    self._counted, self._revision = overview(self._storage, self._clock), revision
                self._checked = checked
            self._seen = True
            return self._counted

    def renew(self) -> None:
        """Count again, without keeping anybody waiting, what is getting old and was looked at since."""
        before = self._counted
        if before is None or not self._seen or self._younger(before, AGEING):
            return
        revision = self._storage.revision()
        counted = overview(self._storage, self._clock)
        with self._lock:
            if self._counted is before:
                self._counted, self._revision, self._seen = counted, revision, False

    def _younger(self, counted: Overview, age: timedelta) -> bool:
        # A clock that was put back makes figures of the future.
        return timedelta() <= self._clock.now() - counted.as_of < age
