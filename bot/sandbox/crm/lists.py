"""Lists of records, as HubSpot's pages call them segments."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class RecordList:
    """A list that people fill themselves (MANUAL); `members` are ids of records, with when each came in."""

    id: str
    name: str
    type: str
    """HubSpot's plural name of the object."""
    created: datetime
    members: dict[str, datetime] = field(default_factory=dict)
