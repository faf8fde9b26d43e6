"""What the two systems hold: records with their history, who changed what, and the calls that were counted.

The world stores and looks up; it judges nothing. ``rules.py`` decides about writes, ``sync.py`` carries
changes over. Whoever reads or writes holds ``world.lock``: three servers and a poll thread share one world.
"""

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.sandbox.crm.ids import make_id, normalise
from bot.sandbox.crm.mapping import LINKS
from bot.sandbox.crm.metadata import Org, Portal, Value
from bot.sandbox.crm.meter import ApiMeter, Clock
from bot.sandbox.crm.portal import LAST_MODIFIED
from bot.sandbox.crm.records import HistoryEntry, HubSpotRecord, Pair, SalesforceRecord, iso

if TYPE_CHECKING:
    from bot.sandbox.crm.health import SyncError
    from bot.sandbox.crm.lists import RecordList


class World:
    """Both systems and everything in them.

    ``changed_in_hubspot`` and ``changed_in_salesforce`` are what HubSpot's integration finds when it polls:
    records with a mapped value that somebody other than the integration changed since the last time.
    """

    def __init__(self, org: Org, portal: Portal, clock: Clock | None = None) -> None:
        self.org = org
        self.portal = portal
        self.clock: Clock = clock or (lambda: datetime.now(UTC))
        self.lock = threading.RLock()
        self.hubspot: dict[str, dict[str, HubSpotRecord]] = {name: {} for name in portal.properties}
        self.salesforce: dict[str, dict[str, SalesforceRecord]] = {name: {} for name in org.objects}
        self.changed_in_hubspot: dict[tuple[str, str], None] = {}
        self.changed_in_salesforce: dict[str, None] = {}
        self.lists: dict[str, RecordList] = {}
        self.sync_errors: dict[str, list[SyncError]] = {}
        self.log_rows: dict[str, dict[tuple[str, str], SalesforceRecord]] = {}
        """The rows of the org's log, by pair, and by error type and code."""
        self.reserved: set[str] = set()
        """HubSpot ids that hold the set-up together, such as the contacts of the full company."""
        self.calls = ApiMeter(self.now)
        self.tick = 0
        self._ids = 0
        self._linked: dict[str, tuple[str, str]] = {}

    def now(self) -> datetime:
        """Answer the world's time, in UTC and to the millisecond, as both vendors store it."""
        now = self.clock()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    # Looking up

    def salesforce_record(self, record_id: str) -> SalesforceRecord | None:
        """Find a Salesforce record by its id of 15 or 18 characters."""
        full = normalise(record_id)
        if full is None:
            return None
        found = (records[full] for records in self.salesforce.values() if full in records)
        return next(found, None)

    def counterpart(self, salesforce_id: str) -> HubSpotRecord | None:
        """Find the HubSpot record that is linked with a Salesforce record."""
        found = self._linked.get(salesforce_id)
        return self.hubspot[found[0]].get(found[1]) if found else None

    def pair_of(self, record: HubSpotRecord | SalesforceRecord) -> Pair:
        """Answer the pair a record belongs to."""
        if isinstance(record, SalesforceRecord):
            return Pair(self.counterpart(record.id), record)
        ids = (record.get(name) for _, name in LINKS.values())
        linked = next((found for found in ids if found), "")
        return Pair(record, self.salesforce_record(linked))

    def pairs(self, sobject: str) -> Iterator[Pair]:
        """Walk through the linked pairs of a Salesforce object."""
        for record in self.salesforce[sobject].values():
            if (counterpart := self.counterpart(record.id)) is not None:
                yield Pair(counterpart, record)

    def outside_segment(self, record: HubSpotRecord) -> bool:
        """Tell whether the inclusion segment keeps a HubSpot record from being synced."""
        rule = self.portal.inclusion.get(record.type)
        return rule is not None and record.get(rule[0]) == rule[1]

    # Adding

    def next_number(self) -> int:
        """Answer a number that no record has yet."""
        self._ids += 1
        return self._ids

    def add_hubspot(self, object_type: str, values: Mapping[str, str]) -> HubSpotRecord:
        """Create a HubSpot record as it is; nothing is judged and no change is noted."""
        now = self.now()
        record = HubSpotRecord(str(15_300_000_000 + 7919 * self.next_number()), object_type, now, now)
        stamps = {"hs_object_id": record.id, "createdate": iso(now)}
        self.write_hubspot(record, {**values, **stamps}, source_type="INTEGRATION", note=False)
        self.hubspot[object_type][record.id] = record
        return record

    def add_salesforce(self, sobject: str, values: Mapping[str, Value]) -> SalesforceRecord:
        """Create a Salesforce record as it is; nothing is judged and no change is noted."""
        now = self.now()
        number = self.next_number()
        record = SalesforceRecord(make_id(sobject, 40_000 + number), sobject, now, now, self.org.admin_user)
        if sobject == "Case":
            record.fields["CaseNumber"] = f"{number:08d}"
        self.write_salesforce(record, values, by=self.org.integration_user)
        self.salesforce[sobject][record.id] = record
        return record

    def link(self, record: HubSpotRecord, counterpart: SalesforceRecord) -> None:
        """Note in HubSpot which Salesforce record a record belongs to."""
        for sobject, (object_type, name) in LINKS.items():
            if object_type == record.type:
                linked = {name: counterpart.id if sobject == counterpart.type else ""}
                self.write_hubspot(record, linked, source_type="SALESFORCE", note=False)
        self._linked[counterpart.id] = (record.type, record.id)

    def unlink(self, salesforce_id: str) -> None:
        """Forget that a Salesforce record has a counterpart."""
        self._linked.pop(salesforce_id, None)

    # Changing

    def write_hubspot(
        self,
        record: HubSpotRecord,
        values: Mapping[str, str],
        *,
        source_type: str = "CRM_UI",
        note: bool = True,
    ) -> None:
        """Store property values with their history; a value that stays the same is no change."""
        changes = {name: value for name, value in values.items() if record.get(name) != value}
        if not changes:
            return
        now = self.now()
        changes[LAST_MODIFIED.get(record.type, "hs_lastmodifieddate")] = iso(now)
        source_id = "Salesforce Connector" if source_type == "SALESFORCE" else ""
        self.tick += 1
        for name, value in changes.items():
            record.properties[name] = value
            record.ticks[name] = self.tick
            record.history[name].insert(0, HistoryEntry(value, now, source_type, source_id))
        record.updated = now
        if note and self._mapped_properties(record.type) & changes.keys():
            self.changed_in_hubspot[record.type, record.id] = None

    def associate(self, record: HubSpotRecord, to_type: str, to_id: str | None, *, note: bool = True) -> None:
        """Make one record the primary associated one of its kind, or none."""
        record.associations[to_type] = [to_id] if to_id else []
        if (record.type, to_type) == ("contacts", "companies"):
            values = {"associatedcompanyid": to_id or ""}
            self.write_hubspot(record, values, source_type="CRM_UI", note=False)
        self.tick += 1
        record.ticks[to_type] = self.tick
        if note:
            self.changed_in_hubspot[record.type, record.id] = None

    def write_salesforce(self, record: SalesforceRecord, values: Mapping[str, Value], *, by: str) -> None:
        """Store field values; changes of the integration user itself are no news to the integration."""
        now = self.now()
        self.tick += 1
        changed = [name for name, value in values.items() if record.fields.get(name) != value]
        for name in changed:
            record.fields[name] = values[name]
            record.ticks[name] = self.tick
        if "LastName" in record.fields:
            first, last = record.fields.get("FirstName"), record.fields.get("LastName")
            record.fields["Name"] = " ".join(str(part) for part in (first, last) if part)
        record.modified, record.modified_by = now, by
        mapped = {line.salesforce for line in self.portal.mappings.get(record.type, [])}
        if by != self.org.integration_user and mapped.intersection(changed):
            self.changed_in_salesforce[record.id] = None

    def _mapped_properties(self, object_type: str) -> set[str]:
        sobjects = (sobject for sobject, (type_, _) in LINKS.items() if type_ == object_type)
        return {line.hubspot for sobject in sobjects for line in self.portal.mappings[sobject]}
