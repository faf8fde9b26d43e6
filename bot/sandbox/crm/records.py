"""A record in HubSpot, a record in Salesforce, and the two as a pair."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.sandbox.crm.mapping import LINKS
from bot.sandbox.crm.metadata import Value


@dataclass(frozen=True)
class HistoryEntry:
    """One value a HubSpot property once had, and where it came from."""

    value: str
    timestamp: datetime
    source_type: str
    source_id: str


@dataclass
class HubSpotRecord:
    """A record in HubSpot. All values are strings, an absent one is empty."""

    id: str
    type: str
    created: datetime
    updated: datetime
    properties: dict[str, str] = field(default_factory=dict)
    history: dict[str, list[HistoryEntry]] = field(default_factory=lambda: defaultdict(list))
    associations: dict[str, list[str]] = field(default_factory=dict)
    ticks: dict[str, int] = field(default_factory=dict)
    """Property to the moment of its last change, on the world's own count: tells which side is newer."""

    def get(self, name: str) -> str:
        """Answer a property's value, empty when it has none."""
        return self.properties.get(name, "")


@dataclass
class SalesforceRecord:
    """A record in Salesforce."""

    id: str
    type: str
    created: datetime
    modified: datetime
    modified_by: str
    fields: dict[str, Value] = field(default_factory=dict)
    ticks: dict[str, int] = field(default_factory=dict)
    deleted: bool = False


@dataclass(frozen=True)
class Pair:
    """One record as both systems have it; one side may be missing."""

    hubspot: HubSpotRecord | None
    salesforce: SalesforceRecord | None

    @property
    def key(self) -> str:
        """Answer what identifies the pair in the list of sync errors."""
        if self.hubspot is not None:
            return f"{self.hubspot.type}:{self.hubspot.id}"
        return f"salesforce:{self.salesforce.id}" if self.salesforce is not None else ""

    @property
    def object_type(self) -> str:
        """Answer HubSpot's name of the object."""
        if self.hubspot is not None:
            return self.hubspot.type
        return LINKS[self.salesforce.type][0] if self.salesforce is not None else ""

    @property
    def name(self) -> str:
        """Answer what a person calls the record."""
        if self.hubspot is not None:
            record = self.hubspot
            person = f"{record.get('firstname')} {record.get('lastname')}".strip()
            named = (record.get(each) for each in ("name", "dealname", "subject", "email"))
            return person or next(filter(None, named), record.id)
        fields = self.salesforce.fields if self.salesforce is not None else {}
        return str(fields.get("Name") or fields.get("Subject") or fields.get("Email") or "")


def iso(moment: datetime) -> str:
    """Write a moment as HubSpot does: UTC, milliseconds, a capital Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
