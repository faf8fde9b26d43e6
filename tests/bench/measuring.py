"""Two ways of doing the same, measured side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter


@dataclass(frozen=True)
class Compared:
    """Seconds of ours and of the other way, one of each a round."""

    what: str
    against: str
    ours: Sequence[float]
    other: Sequence[float]

    @property
    def ratio(self) -> float:
        """How many times the other way's median ours is."""
        return median(self.ours) / median(self.other)

    def row(self) -> tuple[str, str, str, str, str]:
        """Return the line of the table: medians, and how they relate."""
        return self.what, span(median(self.ours)), self.against, span(median(self.other)), f"{self.ratio:.2f}"


def seconds(function: Callable[[], object]) -> float:
    """Return how long a call takes."""
    started = perf_counter()
    function()
    return perf_counter() - started


def compare(what: str, ours: Callable[[], float], against: str, other: Callable[[], float], rounds: int) -> Compared:
    """Measure both in turn, first one and then the other at the front, after one round that does not count."""
    ours()
    other()
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for which in (0, 1) if number % 2 else (1, 0):
            taken[which].append((ours, other)[which]())
    return Compared(what, against, *taken)


def p99(values: Sequence[float]) -> float:
    """Return what one in a hundred exceeds."""
    return quantiles(values, n=100)[98]


def span(value: float) -> str:
    """Write seconds so that they can be compared at a glance."""
    return f"{value * 1000:,.0f} ms" if value >= 0.1 else f"{value * 1000:.1f} ms"
