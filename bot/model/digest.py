"""A digest: which channel gets one when, and what it says."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.sync import Card, Source


class Frequency(StrEnum):
    """How often a channel hears."""

    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel's wish. `at` is local time, HH:MM; `paused` says why nothing is sent, "" while it is."""

    id: int
    channel: str
    frequency: Frequency
    at: str
    timezone: str
    language: str
    created_by: str
    created_at: datetime
    next_at: datetime
    paused: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One digest for one local date; `missed` earlier ones are folded into it."""

    id: int
    subscription: int
    local_date: str
    missed: int
    done: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """What a digest says: all figures as of `as_of`."""

    as_of: datetime
    cards: tuple[Card, ...]
    errors: int
    records: int
    new_24h: int
    missed: int
    heard: dict[Source, datetime]
