"""Turns: what keeps this process below a limit of one call a second."""

from threading import Lock
from time import monotonic, sleep

from bot.errors import RateLimited


class Turns:
    """Hands out one turn every `interval` seconds for each key, in the order they were asked for.

    Who would have to wait longer than `patience` seconds gets RateLimited at once, with the seconds.
    """

    def __init__(self, vendor: str, interval: float, patience: float) -> None:
        self._vendor, self._interval, self._patience = vendor, interval, patience
        self._lock = Lock()
        self._next: dict[str, float] = {}

    def wait(self, key: str) -> None:
        """Wait for the turn of this call. The lock is not held meanwhile, so that other keys go on."""
        with self._lock:
            now = monotonic()
            turn = max(now, self._next.get(key, now))
            if turn - now > self._patience:
                raise RateLimited(self._vendor, "paced", retry_after=turn - now)
            if len(self._next) > 1000:
                self._next = {known: free for known, free in self._next.items() if free > now}
            self._next[key] = turn + self._interval
        sleep(turn - now)
