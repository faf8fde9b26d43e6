"""Views in HubSpot with the records that errors affect."""

from dataclasses import dataclass
from datetime import datetime

from bot.model.sync import Selection

MOST = 100_000
"""Records in one list."""

OBJECTS = {"contact": "contacts", "company": "companies", "deal": "deals", "ticket": "tickets"}
"""Objects that HubSpot has lists of, and their plurals in the lists' names."""


@dataclass(frozen=True, slots=True)
class ListKept:
    """One object's list: HubSpot's number of it, "" before there is one, and how many records are in it.

    `unknown` counts records without a HubSpot id, which no list can hold; `cut` tells that there were more than MOST.
    """

    object: str
    name: str
    number: str = ""
    records: int = 0
    unknown: int = 0
    cut: bool = False


@dataclass(frozen=True, slots=True)
class HubSpotView:
    """What somebody asked for."""

    id: int
    selection: Selection
    title: str
    requested_by: str
    language: str
    requested_at: datetime
    lists: tuple[ListKept, ...] = ()


def list_name(title: str, obj: str, now: datetime, number: int) -> str:
    """Return a name for a list; HubSpot wants each once in a portal, whatever the object."""
    again = f" ({number})" if number > 1 else ""
    return f"SF sync errors - {title[:100]} - {OBJECTS[obj]} - {now:%Y-%m-%d}{again}"
